package io.millrace.server.connection;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rules of one virtual host without threads, buffers or a disk: what each client is answered, and what is left. */
final class VirtualHostModel {
    /** A message that waits or is held: its place in its queue, and whether anybody had it before. */
    private record Waiting(long sequence, String body, boolean redelivered) {}

    private static final class ModelQueue {
        private final TreeMap<Long, Waiting> ready = new TreeMap<>();
        private long lastSequence;

        void publish(String body) {
            lastSequence++;
            ready.put(lastSequence, new Waiting(lastSequence, body, false));
        }

        void giveBack(Waiting message) {
            ready.put(message.sequence(), new Waiting(message.sequence(), message.body(), true));
        }
    }

    /** What a channel has and has not settled; the queue may be deleted by now, then nothing goes back to it. */
    private record Held(ModelQueue queue, Waiting message) {}

    private static final class ModelChannel {
        private final TreeMap<Long, Held> held = new TreeMap<>();
        private long lastTag;
    }

    private final Map<String, ModelQueue> queues = new LinkedHashMap<>();
    private final TreeSet<String> bound = new TreeSet<>();
    private final List<ModelChannel> channels = new ArrayList<>();

    VirtualHostModel(int clients) {
        for (int i = 0; i < clients; i++) {
            channels.add(new ModelChannel());
        }
    }

    List<String> declare(String queue) {
        ModelQueue existing = queues.computeIfAbsent(queue, name -> new ModelQueue());
        return List.of("1 declare-ok " + queue + " " + existing.ready.size() + " 0");
    }

    List<String> delete(String queue) {
        ModelQueue gone = queues.remove(queue);
        bound.remove(queue);
        return List.of("1 delete-ok " + (gone == null ? 0 : gone.ready.size()));
    }

    List<String> purge(int client, String queue) {
        ModelQueue known = queues.get(queue);
        if (known == null) {
            return fails(client, queue, "50/30");
        }
        int count = known.ready.size();
        known.ready.clear();
        return List.of("1 purge-ok " + count);
    }

    List<String> bind(int client, String queue) {
        if (!queues.containsKey(queue)) {
            return fails(client, queue, "50/20");
        }
        bound.add(queue);
        return List.of("1 queue.bind-ok");
    }

    List<String> publish(String queue, String body) {
        ModelQueue known = queues.get(queue);
        if (known == null) {
            return List.of("1 return 312 NO_ROUTE", "1 body " + body);
        }
        known.publish(body);
        return List.of();
    }

    List<String> publishToAll(String body) {
        bound.forEach(queue -> queues.get(queue).publish(body));
        return bound.isEmpty() ? List.of("1 return 312 NO_ROUTE", "1 body " + body) : List.of();
    }

    List<String> get(int client, String queue) {
        ModelQueue known = queues.get(queue);
        if (known == null) {
            return fails(client, queue, "60/70");
        }
        Map.Entry<Long, Waiting> first = known.ready.pollFirstEntry();
        if (first == null) {
            return List.of("1 basic.get-empty");
        }
        ModelChannel channel = channels.get(client);
        Waiting message = first.getValue();
        channel.lastTag++;
        channel.held.put(channel.lastTag, new Held(known, message));
        String again = message.redelivered() ? " again" : "";
        return List.of(
                "1 get-ok " + channel.lastTag + again + ", " + known.ready.size() + " left",
                "1 body " + message.body());
    }

    /** @param requeue null to acknowledge */
    List<String> settle(int client, long tag, boolean multiple, Boolean requeue) {
        ModelChannel channel = channels.get(client);
        boolean known = channel.held.containsKey(tag);
        if (!known) {
            String method = requeue == null ? "60/80" : "60/120";
            closeChannel(client);
            return List.of("1 channel.close PRECONDITION_FAILED - unknown delivery tag " + tag + " " + method);
        }
        Map<Long, Held> settled =
                multiple ? channel.held.headMap(tag, true) : channel.held.subMap(tag, true, tag, true);
        if (requeue != null && requeue) {
            settled.values().forEach(VirtualHostModel::giveBack);
        }
        settled.clear();
        return List.of();
    }

    private static void giveBack(Held held) {
        held.queue().giveBack(held.message());
    }

    /** What it holds goes back; its tags begin anew. */
    void closeChannel(int client) {
        channels.get(client).held.values().forEach(VirtualHostModel::giveBack);
        channels.set(client, new ModelChannel());
    }

    private List<String> fails(int client, String queue, String method) {
        closeChannel(client);
        return List.of("1 channel.close NOT_FOUND - no queue '" + queue + "' in vhost '/' " + method);
    }

    /** The greatest tag that the client was given; 0 when it has none. */
    long lastTag(int client) {
        return channels.get(client).lastTag;
    }

    /** Ready messages by queue. */
    Map<String, Integer> depths() {
        Map<String, Integer> depths = new TreeMap<>();
        queues.forEach((name, queue) -> depths.put(name, queue.ready.size()));
        return depths;
    }

    /** Deliveries that are held of queues that are still there, and how many. */
    Map<String, Integer> held() {
        Map<String, Integer> counts = new TreeMap<>();
        queues.forEach((name, queue) -> counts.put(name, (int) channels.stream()
                .flatMap(channel -> channel.held.values().stream())
                .filter(held -> held.queue() == queue)
                .count()));
        return counts;
    }
}
