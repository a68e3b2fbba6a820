package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.server.queue.DeduplicationRules;
import io.millrace.server.queue.QueueRules;
import io.millrace.server.routing.DeduplicatingExchange;

/** What the arguments of queues and exchanges that passed the checks say of duplicates. */
final class DeduplicationArguments {
    private DeduplicationArguments() {}

    /**
     * How a queue tells duplicates; null when it does not. Where neither a number of keys nor a time is given a key is
     * known for as long as its message is in the queue.
     */
    static DeduplicationRules ofQueue(FieldTable arguments) {
        boolean wanted = arguments.get(DeduplicatingExchange.TYPE) instanceof FieldValue.Bool asked && asked.value();
        if (!wanted) {
            return null;
        }
        boolean whileHeld = arguments.get(DeduplicatingExchange.CACHE_SIZE) == null
                && arguments.get(DeduplicatingExchange.CACHE_TTL) == null;
        return rules(arguments, whileHeld);
    }

    /** How a deduplicating exchange tells duplicates. */
    static DeduplicationRules ofExchange(FieldTable arguments) {
        return rules(arguments, false);
    }

    private static DeduplicationRules rules(FieldTable arguments, boolean whileHeld) {
        long ttl = positive(arguments, DeduplicatingExchange.CACHE_TTL, QueueRules.FOREVER);
        // A time bounds what is remembered by itself.
        long byDefault =
                whileHeld || ttl != QueueRules.FOREVER ? DeduplicationRules.KEYS_MAX : DeduplicationRules.KEYS_DEFAULT;
        long size = positive(arguments, DeduplicatingExchange.CACHE_SIZE, byDefault);
        FieldValue header = arguments.get(DeduplicatingExchange.HEADER);
        FieldValue persistence = arguments.get(DeduplicatingExchange.CACHE_PERSISTENCE);
        return new DeduplicationRules(
                header == null ? DeduplicationRules.HEADER_DEFAULT : header.toString(),
                (int) Math.min(size, DeduplicationRules.KEYS_MAX),
                ttl,
                whileHeld,
                persistence == null || !persistence.toString().equals("memory"));
    }

    private static long positive(FieldTable arguments, String name, long absent) {
        long number = DeduplicatingExchange.number(arguments.get(name), absent);
        return number > 0 ? number : absent;
    }
}
