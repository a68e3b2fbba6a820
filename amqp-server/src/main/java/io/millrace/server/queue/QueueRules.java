package io.millrace.server.queue;

/**
 * What a queue does besides keeping messages in order, as its arguments ask for.
 *
 * @param singleActiveConsumer whether one consumer gets everything, and the next one only when that is gone
 * @param lengthLimit null for none
 * @param expiresMillis how long it may go without consumers, gets and declares until it is deleted
 */
public record QueueRules(boolean singleActiveConsumer, LengthLimit lengthLimit, long expiresMillis) {
    /** In place of a time: never. */
    public static final long NEVER = 0;

    /** Nothing besides. */
    public static final QueueRules PLAIN = new QueueRules(false, null, NEVER);
}
