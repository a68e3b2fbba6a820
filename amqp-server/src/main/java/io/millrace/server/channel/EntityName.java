package io.millrace.server.channel;

import io.millrace.codec.value.ShortString;

/** Names of queues and exchanges as clients send them: RabbitMQ drops carriage returns and line feeds from them. */
final class EntityName {
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
}
