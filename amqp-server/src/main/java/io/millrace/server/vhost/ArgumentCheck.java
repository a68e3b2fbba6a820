package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import java.util.Set;
import java.util.function.Predicate;

/** What is wrong with the value of one argument, in the words of RabbitMQ, which clients' tests compare. */
interface ArgumentCheck {
    /** Ten years: more is taken for a mistake. */
    long MILLIS_MAX = 315_360_000_000L;

    /** Any value will do. */
    ArgumentCheck ANY = (value, all) -> null;

    ArgumentCheck INTEGER =
            (value, all) -> value.isInteger() ? null : "\"expected integer, got " + value.typeName() + "\"";

    ArgumentCheck NOT_NEGATIVE = INTEGER.then(number -> number < 0 ? "{value_negative," + number + "}" : null);

    ArgumentCheck POSITIVE = NOT_NEGATIVE.then(number -> number == 0 ? "{value_zero,0}" : null);

    ArgumentCheck MILLIS = NOT_NEGATIVE.then(number -> number > MILLIS_MAX ? "{value_too_large," + number + "}" : null);

    ArgumentCheck POSITIVE_MILLIS = MILLIS.then(number -> number == 0 ? "{value_zero,0}" : null);

    ArgumentCheck TEXT = (value, all) -> value instanceof FieldValue.Text ? null : unacceptableType(value);

    ArgumentCheck BOOL = (value, all) -> value instanceof FieldValue.Bool ? null : unacceptableType(value);

    /**
     * Judges a value.
     *
     * @param all the table that the argument came in
     * @return the error as it stands in the reply text; null when there is none
     */
    String errorOf(FieldValue value, FieldTable all);

    /** What is wrong with a number; null when nothing is. */
    interface NumberCheck {
        String errorOf(long number);
    }

    /** This check, and where it finds nothing wrong another one; for integers. */
    default ArgumentCheck then(NumberCheck next) {
        return (value, all) -> {
            String error = errorOf(value, all);
            return error != null ? error : next.errorOf(value.asLong());
        };
    }

    /** An integer up to a maximum. */
    static ArgumentCheck upTo(long max) {
        return NOT_NEGATIVE.then(number -> number > max ? "{max_value_exceeded," + number + "}" : null);
    }

    /** One of several words; {@code error} when it is another. */
    static ArgumentCheck oneOf(String error, String... words) {
        Set<String> known = Set.of(words);
        return text(error, known::contains);
    }

    /** A text that is accepted; {@code error} when it is not. */
    static ArgumentCheck text(String error, Predicate<String> accepted) {
        return (value, all) -> {
            String wrongType = TEXT.errorOf(value, all);
            if (wrongType != null) {
                return wrongType;
            }
            return accepted.test(value.toString()) ? null : error;
        };
    }

    /** A text that needs another argument beside it; {@code error} when that is not there. */
    static ArgumentCheck textBeside(String other, String error) {
        return (value, all) -> {
            String wrongType = TEXT.errorOf(value, all);
            if (wrongType != null) {
                return wrongType;
            }
            return all.get(other) != null ? null : error;
        };
    }

    private static String unacceptableType(FieldValue value) {
        return "{unacceptable_type," + value.typeName() + "}";
    }
}
