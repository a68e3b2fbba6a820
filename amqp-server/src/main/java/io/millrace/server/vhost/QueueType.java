package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import java.util.Locale;

/** What {@code x-queue-type} may say. All are served by the same queue so far; the type decides what is refused. */
enum QueueType {
    CLASSIC,
    QUORUM,
    STREAM;

    static final String ARGUMENT = "x-queue-type";

    private final String argumentValue = name().toLowerCase(Locale.ROOT);

    /** As {@code x-queue-type} says it. */
    String argumentValue() {
        return argumentValue;
    }

    /** As RabbitMQ's error texts name it: by the module that implements it there. */
    String errorName() {
        return "rabbit_" + argumentValue + "_queue";
    }

    /** The type that a text means, null when it means none; no text and {@code undefined} mean the default. */
    static QueueType named(String text) {
        if (text.isEmpty() || text.equals("undefined")) {
            return CLASSIC;
        }
        for (QueueType type : values()) {
            if (type.argumentValue.equals(text)) {
                return type;
            }
        }
        return null;
    }

    /** The type of a queue that was declared with these arguments. */
    static QueueType of(FieldTable arguments) {
        QueueType type = arguments.get(ARGUMENT) instanceof FieldValue.Text text ? named(text.toString()) : null;
        return type == null ? CLASSIC : type;
    }
}
