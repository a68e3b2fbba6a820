package io.millrace.server.queue;

import static java.util.Objects.requireNonNull;

/**
 * How duplicates of messages are told from new ones.
 *
 * @param header the header that has a message's key; a message without it is never a duplicate
 * @param keysMax how many keys are remembered at most; the oldest gives way
 * @param ttlMillis how long a key is remembered unless its message says otherwise, or {@link QueueRules#FOREVER}
 * @param whileHeld whether a key is forgotten with the message that brought it: when that leaves the queue
 * @param lasting whether keys of persistent messages outlive the process, where the messages do
 */
public record DeduplicationRules(String header, int keysMax, long ttlMillis, boolean whileHeld, boolean lasting) {
    /** Where declarations name no other header. */
    public static final String HEADER_DEFAULT = "x-deduplication-header";

    /** How many keys are remembered where declarations say nothing at all, as in LavinMQ. */
    public static final int KEYS_DEFAULT = 128;

    /** More are never remembered: they take some 120 MB of memory. */
    public static final int KEYS_MAX = 1_000_000;

    public DeduplicationRules {
        requireNonNull(header, "header is null");
        if (keysMax < 1 || keysMax > KEYS_MAX) {
            throw new IllegalArgumentException("keysMax: " + keysMax + " (expected: 1 to " + KEYS_MAX + ")");
        }
    }
}
