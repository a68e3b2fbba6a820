package io.millrace.server.queue;

import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The latest messages of an exchange, which nobody consumes and which are given again and again. */
public final class HistoryQueue extends Queue {
    private final QueueContents contents;
    private final PublishOrigin nobody = new Nobody();
    /** What waits until the messages of an earlier run are in memory. */
    private final List<Function<Message, Route>> waiting = new ArrayList<>();

    /** @param length how many messages it keeps */
    public HistoryQueue(
            QueueSettings settings, HomeLoop home, QueueLifecycle lifecycle, QueueMemory memory, long length) {
        super(
                settings,
                home,
                lifecycle,
                memory,
                QueueRules.PLAIN.withLengthLimit(
                        new LengthLimit(length, LengthLimit.NONE, LengthLimit.Overflow.DROP_HEAD)),
                QueueKind.HISTORY);
        this.contents = contents();
    }

    /** Publishes all that it has, the oldest first, to where the function says. */
    public void replay(Function<Message, Route> routes) {
        assert home().inLoop();
        if (contents.isStored()) {
            waiting.add(routes);
            contents.read();
            return;
        }
        List<PublishBatch> batches = new ArrayList<>();
        ((FifoMessages) contents.ready()).forEach(message -> {
            Route route = routes.apply(message);
            for (int i = 0; i < route.size(); i++) {
                PublishBatch.of((Queue) route.get(i), nobody, batches).add(message);
            }
        });
        batches.forEach(PublishBatch::handOver);
    }

    @Override
    void goOn() {
        super.goOn();
        if (!waiting.isEmpty() && !isDeleted()) {
            List<Function<Message, Route>> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(this::replay);
        }
    }

    @Override
    public String toString() {
        return "history of exchange '" + name() + "' in vhost '" + settings().vhost() + "'";
    }

    /** Those who wanted the messages kept were told so long ago. */
    private final class Nobody implements PublishOrigin {
        @Override
        public HomeLoop loop() {
            return home();
        }

        @Override
        public void enqueued(long bytes) {
            // What is given at a time is bounded by the length.
        }

        @Override
        public void settled(PublishBatch batch) {
            // Nobody waits.
        }
    }
}
