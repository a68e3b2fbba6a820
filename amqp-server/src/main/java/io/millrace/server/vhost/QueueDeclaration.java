package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /**
     * The declaration with the type that it does not name. What goes with its connection or its consumers is not worth
     * another type than the usual one.
     */
    QueueDeclaration withDefaultType(QueueType type) {
        if (type == QueueType.CLASSIC || !effectivelyDurable() || autoDelete || !QueueType.isUnsaid(arguments)) {
            return this;
        }
        Map<String, FieldValue> all = new LinkedHashMap<>(arguments.asMap());
        all.put(QueueType.ARGUMENT, new FieldValue.Text(LongString.of(type.argumentValue())));
        FieldTable.Builder typed = FieldTable.builder();
        all.forEach(typed::put);
        return new QueueDeclaration(name, serverNamed, durable, owner, autoDelete, typed.build(), requester);
    }

    /** An exclusive queue ends with its connection, so that it cannot be durable whatever the flag says. */
    boolean effectivelyDurable() {
        return durable && owner == null;
    }
}
