package io.millrace.server.vhost;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import java.util.List;

/**
 * Whether a declare asks for what is there already. Of the arguments only those that mean something to the server are
 * compared; integers of any width are one kind, and so are floating-point numbers.
 */
final class Equivalence {
    private static final String QUEUE_TYPE = "x-queue-type";
    private static final String DEFAULT_QUEUE_TYPE = "classic";

    /** What a classic queue's arguments are compared by, in this order. */
    private static final List<String> QUEUE_ARGUMENTS = List.of(
            "x-expires",
            "x-message-ttl",
            "x-dead-letter-exchange",
            "x-dead-letter-routing-key",
            "x-max-length",
            "x-max-length-bytes",
            "x-max-priority",
            "x-overflow",
            "x-queue-mode",
            "x-single-active-consumer",
            "x-queue-master-locator",
            "x-queue-version");

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
        check(QUEUE_TYPE, queueType(received), queueType(current));
        for (String argument : QUEUE_ARGUMENTS) {
            checkArgument(argument, received, current);
        }
    }

    private static String queueType(FieldTable arguments) {
        return arguments.get(QUEUE_TYPE) instanceof FieldValue.Text text
                ? text.value().toString()
                : DEFAULT_QUEUE_TYPE;
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

    private static String text(FieldValue value) {
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
