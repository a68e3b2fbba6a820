package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;

/**
 * What {@code queue.declare} asks for.
 *
 * @param name the name, never empty
 * @param serverNamed whether the server made the name
 * @param owner the connection when the queue is exclusive, else null
 * @param requester the connection that asks
 */
public record QueueDeclaration(
        ShortString name,
        boolean serverNamed,
        boolean durable,
        Requester owner,
        boolean autoDelete,
        FieldTable arguments,
        Requester requester) {
    private static final String GENERATED_PREFIX = "amq.gen-";

    /** A name for a queue whose declare names none. */
    public static ShortString generatedName() {
        return GeneratedName.withPrefix(GENERATED_PREFIX);
    }

    /** An exclusive queue ends with its connection, so that it cannot be durable whatever the flag says. */
    boolean effectivelyDurable() {
        return durable && owner == null;
    }
}
