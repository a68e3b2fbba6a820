package io.millrace.server.vhost;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;

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
        FieldValue receivedValue = received.get(argument);
        FieldValue currentValue = current.get(argument);
        if (receivedValue == null && currentValue == null) {
            return;
        }
        if (receivedValue == null || currentValue == null) {
            throw inequivalent(argument, describe(receivedValue), describe(currentValue));
        }
        if (!equivalent(receivedValue, currentValue)) {
            throw inequivalent(argument, "'" + text(receivedValue) + "'", "'" + text(currentValue) + "'");
        }
    }

    void checkQueueArguments(FieldTable received, FieldTable current) {
        if (received.equals(current)) {
            return;
        }
        QueueType type = QueueType.of(current);
        check(QueueType.ARGUMENT, queueType(received), type.argumentValue());
        for (String argument : QueueArguments.comparedFor(type)) {
            checkArgument(argument, received, current);
        }
    }

    /** A type that does not exist is named as it came. */
    private static String queueType(FieldTable arguments) {
        FieldValue sent = arguments.get(QueueType.ARGUMENT);
        return sent instanceof FieldValue.Text text && QueueType.named(text.toString()) == null
                ? text.toString()
                : QueueType.of(arguments).argumentValue();
    }

    private static boolean equivalent(FieldValue a, FieldValue b) {
        if (a.isInteger() && b.isInteger()) {
            return a.asLong() == b.asLong();
        }
        if (isFloatingPoint(a) && isFloatingPoint(b)) {
            return Double.compare(floatingPoint(a), floatingPoint(b)) == 0;
        }
        return a.equals(b);
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

    /** The value as error texts and the log show it. */
    static String text(FieldValue value) {
        if (value.isInteger()) {
            return Long.toString(value.asLong());
        }
        if (value instanceof FieldValue.Text text) {
            return text.value().toString();
        }
        if (value instanceof FieldValue.Bool bool) {
            return Boolean.toString(bool.value());
        }
        return isFloatingPoint(value) ? Double.toString(floatingPoint(value)) : value.toString();
    }

    private ChannelError inequivalent(String argument, String received, String current) {
        return new ChannelError(
                ReplyCode.PRECONDITION_FAILED,
                "inequivalent arg '" + argument + "' for " + entity + ": received " + received + " but current is "
                        + current);
    }
}
