package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;

/**
 * What {@code queue.declare} asks for.
 *
 * @param name empty when the server shall make one
 * @param owner the connection when the queue is exclusive, else null
 * @param requester the connection that asks
 */
public record QueueDeclaration(
        ShortString name,
        boolean durable,
        Requester owner,
        boolean autoDelete,
        FieldTable arguments,
        Requester requester) {
    /** An exclusive queue ends with its connection, so that it cannot be durable whatever the flag says. */
    boolean effectivelyDurable() {
        return durable && owner == null;
    }
}
