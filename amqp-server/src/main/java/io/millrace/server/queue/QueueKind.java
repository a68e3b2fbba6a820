package io.millrace.server.queue;

/**
 * What sort of queue it is, which is settled when it is made.
 *
 * @param priorities null when messages are served in the order in which they came, whatever their priority
 * @param quorum whether it counts how often it delivered a message, and keeps all of them on the disk
 * @param duty what it is there for
 */
public record QueueKind(Priorities priorities, boolean quorum, Duty duty) {
    /** What it is there for. */
    enum Duty {
        /** To give messages to consumers. */
        SERVE,
        /** To remember the latest messages of an exchange. */
        REMEMBER,
        /** To keep messages of an exchange until they are due. */
        DELAY,
        /** To keep duplicates away from the destinations of an exchange. */
        SIFT
    }

    /** First come, first served. */
    public static final QueueKind PLAIN = new QueueKind(null, false);

    /** What an exchange remembers: persistent or not, it outlives the process where the exchange does. */
    public static final QueueKind HISTORY = new QueueKind(null, false, Duty.REMEMBER);

    /** A quorum queue: messages without a priority are in the lower half. */
    public static final QueueKind QUORUM = new QueueKind(new Priorities(31, 4), true);

    /** What an exchange keeps until it is due. */
    public static final QueueKind DELAYS = new QueueKind(null, false, Duty.DELAY);

    /** What knows the keys of messages that went through an exchange. */
    public static final QueueKind KEYS = new QueueKind(null, false, Duty.SIFT);

    /** Added to the id of a queue, this is the id that its retries have in the log. Queues' own ids are lower. */
    private static final int RETRIES = 1 << 30;
    /** The same for the keys of its messages. */
    private static final int MESSAGE_KEYS = 1 << 29;
    /** The same for what it notes of their times. */
    private static final int TIMES = RETRIES + MESSAGE_KEYS;

    /** A queue for consumers. */
    public QueueKind(Priorities priorities, boolean quorum) {
        this(priorities, quorum, Duty.SERVE);
    }

    /** What a queue of this kind has its messages in. */
    QueueContents contents(Queue queue, QueueMemory memory) {
        if (duty == Duty.DELAY) {
            return new DelayLanes((DelayQueue) queue, memory);
        }
        return priorities == null
                ? new Lane(queue, memory, duty == Duty.REMEMBER)
                : new PriorityLanes(queue, memory, this);
    }

    /** Whether it is an exchange's own, which no virtual host has a name for. */
    public boolean isHolder() {
        return duty != Duty.SERVE;
    }

    /** Whether its messages can be due by a time to live: those that wait to be sent are so by something else. */
    boolean limitsLives() {
        return duty != Duty.DELAY;
    }

    /** The id in the log of those messages that came back to a queue and have to wait. */
    public static int retryStoreId(int queueId) {
        return queueId + RETRIES;
    }

    /** The id in the log of the keys by which a queue knows duplicates. */
    public static int keysStoreId(int queueId) {
        return queueId + MESSAGE_KEYS;
    }

    /** The id in the log of the note that a queue has messages with a time to live of their own. */
    public static int timesStoreId(int queueId) {
        return queueId + TIMES;
    }

    /** Whether what has this id in the log are such keys. */
    static boolean areKeys(int storeId) {
        return storeId >= MESSAGE_KEYS && storeId < RETRIES;
    }

    /** Whether what has this id in the log are messages, and not what a queue notes of them. */
    public static boolean areMessages(int storeId) {
        return storeId < MESSAGE_KEYS || (storeId >= RETRIES && storeId < TIMES);
    }

    /** How many ids a queue of this kind has in the log, one after the other. */
    public int storeIds() {
        if (duty == Duty.DELAY) {
            return TimeWheel.LANES;
        }
        int ofMessages = priorities == null ? 1 : priorities.count();
        return quorum ? ofMessages + 1 : ofMessages;
    }
}
