package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.server.policy.EntityKind;
import java.util.Locale;

/** What {@code x-queue-type} may say. */
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

    /** What policies call it. */
    EntityKind kind() {
        return switch (this) {
            case CLASSIC -> EntityKind.CLASSIC_QUEUE;
            case QUORUM -> EntityKind.QUORUM_QUEUE;
            case STREAM -> EntityKind.STREAM;
        };
    }

    /** As RabbitMQ's error texts name it: by the module that implements it there. */
    String errorName() {
        return "rabbit_" + argumentValue + "_queue";
    }

    /** The type that a text means, null when it means none; no text and {@code undefined} mean the default. */
    static QueueType named(String text) {
        if (isUnsaid(text)) {
            return CLASSIC;
        }
        for (QueueType type : values()) {
            if (type.argumentValue.equals(text)) {
                return type;
            }
        }
        return null;
    }

    /** The type that a setting names; null when it names none. */
    static QueueType ofDefault(String text) {
        return isUnsaid(text) ? null : named(text);
    }

    private static boolean isUnsaid(String text) {
        return text.isEmpty() || text.equals("undefined");
    }

    /** Whether arguments leave the type to the virtual host. */
    static boolean isUnsaid(FieldTable arguments) {
        FieldValue type = arguments.get(ARGUMENT);
        return type == null || (type instanceof FieldValue.Text text && isUnsaid(text.toString()));
    }

    /** The type of a queue that was declared with these arguments. */
    static QueueType of(FieldTable arguments) {
        QueueType type = arguments.get(ARGUMENT) instanceof FieldValue.Text text ? named(text.toString()) : null;
        return type == null ? CLASSIC : type;
    }
}
