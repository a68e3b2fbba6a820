package io.millrace.server.control;

import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.DelayQueue;
import io.millrace.server.queue.DelayQueue.Delayed;
import io.millrace.server.routing.DelayedExchange;
import io.millrace.server.routing.HoldingExchange;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Commands about messages that an exchange keeps until they are due. */
final class DelayCommands {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 100_000;
    private static final String LIMIT = "--limit";
    private static final List<String> COLUMNS =
            List.of("id", "due", "routing_key", "message_id", "persistent", "message_bytes");

    private final Node node;

    DelayCommands(Node node) {
        this.node = node;
    }

    Map<String, Command> all() {
        return Map.of(
                "list_delayed_messages",
                Command.of("[--vhost <vhost>] [--limit <count>] <exchange>", 1, 1, this::list),
                "cancel_delayed_message",
                Command.of("[--vhost <vhost>] <exchange> <id>", 2, 2, this::cancel));
    }

    private DelayQueue requireDelays(Arguments arguments) {
        ShortString name = ShortString.of(arguments.operand(0));
        DelayedExchange exchange = HoldingExchange.layer(
                Admin.requireVhost(node, arguments.vhost()).findExchange(name), DelayedExchange.class);
        if (exchange != null) {
            return (DelayQueue) exchange.holder();
        }
        throw new CommandFailure(
                ExitCode.USAGE,
                "Error:\nThere is no exchange '" + name + "' of type x-delayed-message in vhost '" + arguments.vhost()
                        + "'");
    }

    private void list(Arguments arguments, Output output) {
        DelayQueue delays = requireDelays(arguments);
        int limit = limit(arguments);
        output.banner("Listing delayed messages of exchange '" + arguments.operand(0) + "' in vhost '"
                + arguments.vhost() + "' ...");
        CompletableFuture<List<Delayed>> found = new CompletableFuture<>();
        delays.home().execute(() -> delays.list(limit, found::complete));
        output.table(
                COLUMNS, Await.result(found).stream().map(DelayCommands::row).toList());
    }

    private static int limit(Arguments arguments) {
        String given = arguments.option(LIMIT, Integer.toString(LIMIT_DEFAULT));
        try {
            int limit = Integer.parseInt(given);
            if (limit >= 1 && limit <= LIMIT_MAX) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new CommandFailure(
                ExitCode.USAGE, "Error:\n--limit: " + given + " (expected: an integer from 1 to " + LIMIT_MAX + ")");
    }

    private static Map<String, Object> row(Delayed delayed) {
        Map<String, Object> row = new HashMap<>();
        ShortString messageId = delayed.message().content().properties().messageId();
        row.put("id", delayed.id());
        row.put("due", Instant.ofEpochMilli(delayed.due()).toString());
        row.put("routing_key", delayed.message().routingKey());
        row.put("message_id", messageId == null ? "" : messageId);
        row.put("persistent", delayed.message().isPersistent());
        row.put("message_bytes", delayed.message().content().bodyLength());
        return row;
    }

    private void cancel(Arguments arguments, Output output) {
        DelayQueue delays = requireDelays(arguments);
        output.banner("Cancelling delayed message " + arguments.operand(1) + " of exchange '" + arguments.operand(0)
                + "' in vhost '" + arguments.vhost() + "' ...");
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        delays.home().execute(() -> delays.cancel(arguments.operand(1), done::complete));
        if (!Await.result(done)) {
            throw new CommandFailure(ExitCode.USAGE, "Error:\nNo such delayed message was found");
        }
    }
}
