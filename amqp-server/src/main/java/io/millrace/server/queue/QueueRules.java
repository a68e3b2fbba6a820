package io.millrace.server.queue;

/**
 * What a queue does besides keeping messages in order, as its arguments ask for.
 *
 * @param singleActiveConsumer whether one consumer gets everything, and the next one only when that is gone
 * @param lengthLimit null for none
 */
public record QueueRules(boolean singleActiveConsumer, LengthLimit lengthLimit) {
    /** Nothing besides. */
    public static final QueueRules PLAIN = new QueueRules(false, null);
}
