package io.millrace.server.routing;

import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import java.util.Map;

/**
 * What one header must be. Values are compared as RabbitMQ compares them: integers by their number whatever their
 * width; floating-point numbers with each other but not with integers; text and octets with each other, octet by octet;
 * a header's timestamp as the integer of its milliseconds, a binding's as that of its seconds, so that the two never
 * are the same moment; an empty table and an empty array with each other; everything else by type and value.
 */
sealed interface HeaderCondition {

    /** The header's name. */
    String name();

    /** Whether a header that is there has the value. */
    boolean accepts(FieldValue header);

    default boolean matches(Map<String, FieldValue> headers) {
        FieldValue header = headers.get(name());
        return header != null && accepts(header);
    }

    static HeaderCondition of(String name, FieldValue value) {
        if (value instanceof FieldValue.Void) {
            return new Present(name);
        }
        if (value.isInteger()) {
            return new IntegerIs(name, value.asLong());
        }
        if (value instanceof FieldValue.Timestamp timestamp) {
            return new IntegerIs(name, timestamp.seconds());
        }
        if (value instanceof FieldValue.Float32 number) {
            return new FloatIs(name, number.value());
        }
        if (value instanceof FieldValue.Float64 number) {
            return new FloatIs(name, number.value());
        }
        if (value instanceof FieldValue.Text text) {
            return new OctetsAre(name, text.value());
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return new OctetsAre(name, bytes.value());
        }
        return isEmpty(value) ? new Empty(name) : new ValueIs(name, value);
    }

    private static boolean isEmpty(FieldValue value) {
        return (value instanceof FieldValue.Table table && table.value().isEmpty())
                || (value instanceof FieldValue.Array array && array.values().isEmpty());
    }

    /** No value asked for: the header must be there. */
    record Present(String name) implements HeaderCondition {
        @Override
        public boolean accepts(FieldValue header) {
            return true;
        }
    }

    record IntegerIs(String name, long number) implements HeaderCondition {
        @Override
        public boolean accepts(FieldValue header) {
            return header.isInteger()
                    ? header.asLong() == number
                    : header instanceof FieldValue.Timestamp time && isMillis(number, time.seconds());
        }

        /** By division, since the seconds can be too many to be multiplied. */
        private static boolean isMillis(long number, long seconds) {
            return number % 1000 == 0 && number / 1000 == seconds;
        }
    }

    record FloatIs(String name, double number) implements HeaderCondition {
        @Override
        public boolean accepts(FieldValue header) {
            return (header instanceof FieldValue.Float64 wide && Double.compare(wide.value(), number) == 0)
                    || (header instanceof FieldValue.Float32 narrow && Double.compare(narrow.value(), number) == 0);
        }
    }

    record OctetsAre(String name, LongString octets) implements HeaderCondition {
        @Override
        public boolean accepts(FieldValue header) {
            return (header instanceof FieldValue.Text text && text.value().equals(octets))
                    || (header instanceof FieldValue.Bytes bytes
                            && bytes.value().equals(octets));
        }
    }

    /** A table or an array with nothing in it. */
    record Empty(String name) implements HeaderCondition {
        @Override
        public boolean accepts(FieldValue header) {
            return isEmpty(header);
        }
    }

    record ValueIs(String name, FieldValue value) implements HeaderCondition {
        @Override
        public boolean accepts(FieldValue header) {
            return value.equals(header);
        }
    }
}
