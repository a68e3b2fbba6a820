package io.millrace.server.channel;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.ShortString;

/** Names of queues and exchanges as clients send them: RabbitMQ drops carriage returns and line feeds from them. */
final class EntityName {
    private static final int LENGTH_MAX = 255;

    private EntityName() {}

    static ShortString of(ShortString sent) {
        int length = sent.length();
        for (int i = 0; i < length; i++) {
            byte octet = sent.byteAt(i);
            if (octet == '\r' || octet == '\n') {
                return ShortString.of(sent.toString().replace("\r", "").replace("\n", ""));
            }
        }
        return sent;
    }

    /** The name that an argument holds; null when there is no such argument or it cannot be a name. */
    static ShortString in(FieldTable arguments, String argument) {
        return arguments.get(argument) instanceof FieldValue.Text text
                        && text.value().bytes().length <= LENGTH_MAX
                ? ShortString.of(text.value().bytes())
                : null;
    }
}
