package io.millrace.server.queue;

/**
 * How long a message may wait in a queue, whatever it says itself.
 *
 * @param millis the time, or {@link QueueRules#FOREVER}
 * @param since when it began for messages without a time of arrival: the queue did not ask for that when they came
 */
record QueueTtl(long millis, long since) {
    static final QueueTtl NONE = new QueueTtl(QueueRules.FOREVER, 0);

    /** Whether there is such a time. */
    boolean isLimited() {
        return millis != QueueRules.FOREVER;
    }

    /** When the message has waited for so long, or {@link DueTimes#NEVER}. */
    long due(Message message) {
        if (!isLimited()) {
            return DueTimes.NEVER;
        }
        Envelope envelope = message.envelope();
        long arrivedAt = envelope == null || envelope.arrivedAt() == Envelope.UNKNOWN ? since : envelope.arrivedAt();
        return arrivedAt + millis;
    }
}
