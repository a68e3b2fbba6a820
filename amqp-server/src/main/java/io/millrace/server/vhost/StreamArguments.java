package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.log.stream.StreamFilter;
import io.millrace.log.stream.StreamLimits;
import io.millrace.log.stream.StreamStart;
import io.millrace.server.queue.StreamSubscription;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What arguments say about streams: how they are kept, and what a consumer wants of one. */
final class StreamArguments {
    static final String MAX_LENGTH_BYTES = "x-max-length-bytes";
    static final String MAX_AGE = "x-max-age";
    static final String SEGMENT_SIZE = "x-stream-max-segment-size-bytes";
    static final String FILTER_SIZE = "x-stream-filter-size-bytes";

    private static final String OFFSET = "x-stream-offset";
    private static final String NEXT = "next";
    private static final String FILTER = "x-stream-filter";
    private static final String MATCH_UNFILTERED = "x-stream-match-unfiltered";

    private static final Pattern AGE = Pattern.compile("(\\d+)([YMDhms])");
    private static final Pattern NO_AGE = Pattern.compile("0+[YMDhms]");
    private static final long DAYS_OF_MONTH = 30;
    private static final long DAYS_OF_YEAR = 365;

    /** Judges a time to keep messages for, such as {@code 7D}. */
    static final ArgumentCheck VALID_AGE = ArgumentCheck.text(
            "invalid_max_age",
            text -> AGE.matcher(text).matches() && !NO_AGE.matcher(text).matches());

    private StreamArguments() {}

    /** How a stream that was declared with these arguments, which passed the checks, is kept. */
    static StreamLimits limits(FieldTable arguments) {
        FieldValue age = arguments.get(MAX_AGE);
        return new StreamLimits(
                number(arguments, SEGMENT_SIZE, StreamLimits.SEGMENT_BYTES_DEFAULT),
                number(arguments, MAX_LENGTH_BYTES, StreamLimits.NONE),
                age == null ? StreamLimits.NONE : millis(age.toString()),
                (int) number(arguments, FILTER_SIZE, StreamLimits.FILTER_BYTES_DEFAULT));
    }

    private static long number(FieldTable arguments, String argument, long otherwise) {
        FieldValue value = arguments.get(argument);
        return value == null ? otherwise : value.asLong();
    }

    /** Two ages are compared, and shown in errors, by their milliseconds; what is no age stays what it is. */
    static FieldValue ageInMillis(FieldValue age) {
        boolean valid = age instanceof FieldValue.Text text
                && AGE.matcher(text.toString()).matches();
        return valid ? new FieldValue.Text(LongString.of(Long.toString(millis(age.toString())))) : age;
    }

    /** The time in milliseconds; {@link StreamLimits#NONE} when it is longer than can be counted. */
    private static long millis(String age) {
        Matcher matcher = AGE.matcher(age);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("age: " + age + " (expected: " + AGE + ")");
        }
        long unit = switch (matcher.group(2)) {
            case "Y" -> TimeUnit.DAYS.toMillis(DAYS_OF_YEAR);
            case "M" -> TimeUnit.DAYS.toMillis(DAYS_OF_MONTH);
            case "D" -> TimeUnit.DAYS.toMillis(1);
            case "h" -> TimeUnit.HOURS.toMillis(1);
            case "m" -> TimeUnit.MINUTES.toMillis(1);
            default -> TimeUnit.SECONDS.toMillis(1);
        };
        BigInteger millis = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(unit));
        return millis.min(BigInteger.valueOf(StreamLimits.NONE)).longValue();
    }

    /** @throws io.millrace.codec.ChannelError PRECONDITION_FAILED when an argument has a wrong type or value */
    static void checkConsumer(FieldTable arguments, String queue) {
        QueueArguments.checkValue(OFFSET, StreamArguments::offsetError, arguments, queue);
        QueueArguments.checkValue(FILTER, StreamArguments::filterError, arguments, queue);
        QueueArguments.checkValue(MATCH_UNFILTERED, ArgumentCheck.BOOL, arguments, queue);
    }

    private static String offsetError(FieldValue value, FieldTable all) {
        if (value instanceof FieldValue.Text text) {
            boolean valid = text.toString().equals(NEXT) || start(text) != null;
            return valid ? null : "{invalid_stream_offset_arg,{longstr,<<" + quoted(text.toString()) + ">>}}";
        }
        return value.isInteger() || value instanceof FieldValue.Timestamp
                ? null
                : "{unacceptable_type," + value.typeName() + "}";
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "" : "\"" + text + "\"";
    }

    private static String filterError(FieldValue value, FieldTable all) {
        if (value instanceof FieldValue.Array array) {
            for (FieldValue element : array.values()) {
                if (!(element instanceof FieldValue.Text)) {
                    return "{unacceptable_type," + element.typeName() + "}";
                }
            }
            return null;
        }
        return ArgumentCheck.TEXT.errorOf(value, all);
    }

    /** What a consumer with these arguments, which passed the checks, wants. */
    static StreamSubscription subscription(FieldTable arguments) {
        return new StreamSubscription(start(arguments.get(OFFSET)), filter(arguments));
    }

    /** Null for the next message, or for a text that means nothing. */
    private static StreamStart start(FieldValue offset) {
        if (offset == null) {
            return null;
        }
        if (offset instanceof FieldValue.Timestamp time) {
            return new StreamStart.Timestamp(TimeUnit.SECONDS.toMillis(time.seconds()));
        }
        if (offset.isInteger()) {
            return new StreamStart.Offset(offset.asLong());
        }
        return switch (offset.toString()) {
            case "first" -> new StreamStart.First();
            case "last" -> new StreamStart.Last();
            default -> AGE.matcher(offset.toString()).matches() ? new StreamStart.Age(millis(offset.toString())) : null;
        };
    }

    private static StreamFilter filter(FieldTable arguments) {
        FieldValue wanted = arguments.get(FILTER);
        List<byte[]> values = new ArrayList<>();
        if (wanted instanceof FieldValue.Array array) {
            array.values()
                    .forEach(value ->
                            values.add(((FieldValue.Text) value).value().bytes()));
        } else if (wanted instanceof FieldValue.Text text) {
            values.add(text.value().bytes());
        }
        if (values.isEmpty()) {
            return null;
        }
        boolean matchUnfiltered = arguments.get(MATCH_UNFILTERED) instanceof FieldValue.Bool match && match.value();
        return new StreamFilter(values, matchUnfiltered);
    }
}
