package io.millrace.server.queue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;

/**
 * How a queue was declared.
 *
 * @param id never used for another queue of this data directory
 * @param owner the connection that an exclusive queue belongs to; null for other queues
 */
public record QueueSettings(
        int id,
        String vhost,
        ShortString name,
        boolean durable,
        boolean autoDelete,
        Object owner,
        FieldTable arguments) {
    /** The id of all queues for direct replies, which are never stored. */
    public static final int REPLIES_ID = 0;

    /** Whether it takes the direct replies to one channel, and ends with it. */
    public boolean isForReplies() {
        return id == REPLIES_ID;
    }

    /** As {@code x-queue-type} names it. */
    String type() {
        return arguments.get("x-queue-type") instanceof FieldValue.Text type ? type.toString() : "classic";
    }

    public boolean exclusive() {
        return owner != null;
    }
}
