package io.millrace.server.routing;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import java.math.BigDecimal;
import java.util.Map;

/**
 * The headers that say when a message is to be routed: {@code x-deliver-at}, a time, or where there is none
 * {@code x-delay}, how long to wait. Both are in milliseconds, and a value that is neither a number nor the text of one
 * counts as none at all.
 */
public final class DelayHeaders {
    static final String DELAY = "x-delay";
    static final String DELIVER_AT = "x-deliver-at";

    /** In place of a number. */
    private static final long NONE = 0;

    private static final long MILLIS_PER_SECOND = 1000;

    private DelayHeaders() {}

    /** Whether they ask for a wait, if only until a time that is past. */
    static boolean isDelayed(Map<String, FieldValue> headers) {
        return !headers.isEmpty() && (millis(headers.get(DELIVER_AT)) > 0 || number(headers.get(DELAY)) > 0);
    }

    /** When a message that came now is to be routed, in milliseconds since 1970. */
    public static long dueAt(FieldTable headers, long now) {
        if (headers == null) {
            return now;
        }
        long at = millis(headers.get(DELIVER_AT));
        if (at > 0) {
            return at;
        }
        long delay = Math.max(0, number(headers.get(DELAY)));
        return delay > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + delay;
    }

    /** The same with the delay negated, which says that it is over; they themselves where there is none. */
    public static FieldTable elapsed(FieldTable headers) {
        FieldValue given = headers == null ? null : headers.get(DELAY);
        long delay = number(given);
        if (delay <= 0) {
            return headers;
        }
        FieldValue negated =
                delay <= Integer.MAX_VALUE ? new FieldValue.Int32((int) -delay) : new FieldValue.Int64(-delay);
        FieldTable.Builder changed = FieldTable.builder();
        headers.asMap().forEach((key, value) -> changed.put(key, key.equals(DELAY) ? negated : value));
        return changed.build();
    }

    /** A time as a number of milliseconds; a timestamp counts seconds. */
    private static long millis(FieldValue value) {
        if (value instanceof FieldValue.Timestamp time) {
            return time.seconds() > Long.MAX_VALUE / MILLIS_PER_SECOND
                    ? Long.MAX_VALUE
                    : time.seconds() * MILLIS_PER_SECOND;
        }
        return number(value);
    }

    private static long number(FieldValue value) {
        if (value == null) {
            return NONE;
        }
        if (value.isInteger()) {
            return value.asLong();
        }
        if (value instanceof FieldValue.Text text) {
            return ofText(text.toString());
        }
        if (value instanceof FieldValue.Float32 number) {
            return (long) number.value();
        }
        if (value instanceof FieldValue.Float64 number) {
            return (long) number.value();
        }
        return value instanceof FieldValue.Decimal number
                ? BigDecimal.valueOf(number.unscaled(), number.scale()).longValue()
                : NONE;
    }

    private static long ofText(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return NONE;
        }
    }
}
