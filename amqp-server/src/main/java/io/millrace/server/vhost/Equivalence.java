package io.millrace.server.vhost;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ErlangFloat;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Whether a declare asks for what is there already. Of the arguments only those that mean something to the server are
 * compared; integers of any width are one kind, and so are floating-point numbers.
 */
final class Equivalence {
    private final String entity;

    /** @param entity what is declared, as error texts name it */
    Equivalence(String entity) {
        this.entity = entity;
    }

    void check(String argument, boolean received, boolean current) {
        check(argument, Boolean.toString(received), Boolean.toString(current));
    }

    void check(String argument, String received, String current) {
        if (!received.equals(current)) {
            throw inequivalent(argument, "'" + received + "'", "'" + current + "'");
        }
    }

    void checkArgument(String argument, FieldTable received, FieldTable current) {
        checkArgument(argument, received.get(argument), current.get(argument));
    }

    private void checkArgument(String argument, FieldValue receivedValue, FieldValue currentValue) {
        if (receivedValue == null && currentValue == null) {
            return;
        }
        if (receivedValue == null || currentValue == null) {
            throw inequivalent(argument, describe(receivedValue), describe(currentValue));
        }
        if (!equivalent(receivedValue, currentValue)) {
            throw inequivalent(argument, shown(receivedValue), shown(currentValue));
        }
    }

    void checkQueueArguments(FieldTable received, FieldTable current) {
        if (received.equals(current)) {
            return;
        }
        QueueType type = QueueType.of(current);
        for (String argument : ComparedArguments.of(type)) {
            if (argument.equals(QueueType.ARGUMENT)) {
                checkQueueType(received.get(argument), current.get(argument));
            } else if (argument.equals(StreamArguments.MAX_AGE)) {
                checkArgument(
                        argument,
                        StreamArguments.ageInMillis(received.get(argument)),
                        StreamArguments.ageInMillis(current.get(argument)));
            } else if (QueueArguments.counts(type, argument, current)) {
                checkArgument(argument, received, current);
            }
        }
    }

    /** No type at all means a classic queue; one that is there must be said in the same word again. */
    private void checkQueueType(FieldValue received, FieldValue current) {
        String classic = QueueType.CLASSIC.argumentValue();
        byte[] declared = current == null ? null : octets(current);
        String now = declared == null ? classic : new String(declared, StandardCharsets.UTF_8);
        if (received == null) {
            check(QueueType.ARGUMENT, classic, now);
            return;
        }
        byte[] octets = octets(received);
        if (octets == null || !new String(octets, StandardCharsets.UTF_8).equals(now)) {
            throw inequivalent(QueueType.ARGUMENT, shown(received), "'" + now + "'");
        }
    }

    private static boolean equivalent(FieldValue a, FieldValue b) {
        if (a.isInteger() && b.isInteger()) {
            return a.asLong() == b.asLong();
        }
        if (isFloatingPoint(a) && isFloatingPoint(b)) {
            return Double.compare(floatingPoint(a), floatingPoint(b)) == 0;
        }
        byte[] octets = octets(a);
        return octets == null ? a.equals(b) : Arrays.equals(octets, octets(b));
    }

    /** What is in a text or in octets, which are the same thing to RabbitMQ; null for anything else. */
    private static byte[] octets(FieldValue value) {
        if (value instanceof FieldValue.Text text) {
            return text.value().bytes();
        }
        return value instanceof FieldValue.Bytes bytes ? bytes.value().bytes() : null;
    }

    private static boolean isFloatingPoint(FieldValue value) {
        return value instanceof FieldValue.Float32 || value instanceof FieldValue.Float64;
    }

    private static double floatingPoint(FieldValue value) {
        return value instanceof FieldValue.Float32 single ? single.value() : ((FieldValue.Float64) value).value();
    }

    private static String describe(FieldValue value) {
        return value == null ? "none" : "the value '" + text(value) + "' of type '" + value.typeName() + "'";
    }

    private static String shown(FieldValue value) {
        return value instanceof FieldValue.Void ? "none" : "'" + text(value) + "'";
    }

    /** The value as error texts and the log show it. */
    static String text(FieldValue value) {
        if (value.isInteger() || value instanceof FieldValue.Timestamp) {
            return Long.toString(value.asLong());
        }
        if (value instanceof FieldValue.Void) {
            return "undefined";
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return bytes.value().toString();
        }
        boolean empty = (value instanceof FieldValue.Array array
                        && array.values().isEmpty())
                || (value instanceof FieldValue.Table table && table.value().isEmpty());
        if (empty) {
            return "[]";
        }
        if (value instanceof FieldValue.Text text) {
            return text.value().toString();
        }
        if (value instanceof FieldValue.Bool bool) {
            return Boolean.toString(bool.value());
        }
        return isFloatingPoint(value) ? ErlangFloat.print(floatingPoint(value)) : value.toString();
    }

    private ChannelError inequivalent(String argument, String received, String current) {
        return new ChannelError(
                ReplyCode.PRECONDITION_FAILED,
                "inequivalent arg '" + argument + "' for " + entity + ": received " + received + " but current is "
                        + current);
    }
}
