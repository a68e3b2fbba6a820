package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.ExchangeDeclaration;
import io.millrace.server.routing.ExchangeTypes;
import java.util.List;

/** The exchanges that every virtual host has, besides the default one. */
final class PredeclaredExchange {
    private PredeclaredExchange() {}

    static List<Exchange> all() {
        return List.of(
                create("amq.direct", "direct", false),
                create("amq.fanout", "fanout", false),
                create("amq.topic", "topic", false),
                create("amq.headers", "headers", false),
                create("amq.match", "headers", false),
                create("amq.rabbitmq.log", "topic", true),
                create("amq.rabbitmq.trace", "topic", true));
    }

    private static Exchange create(String name, String type, boolean internal) {
        return ExchangeTypes.create(
                type, new ExchangeDeclaration(ShortString.of(name), true, false, internal, FieldTable.EMPTY));
    }
}
