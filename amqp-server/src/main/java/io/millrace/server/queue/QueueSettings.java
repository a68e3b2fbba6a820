package io.millrace.server.queue;

import io.millrace.codec.value.FieldTable;
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
    public boolean exclusive() {
        return owner != null;
    }
}
