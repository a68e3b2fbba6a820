package io.millrace.server.vhost;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
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
    private static final String TRACKING = "x-stream-automatic-offset-tracking";
    private static final String GENERATED_TAG_PREFIX = "amq.ctag-";

    private static final Pattern AGE = Pattern.compile("(0*[1-9]\\d*)([YMDhms])");
    private static final long DAYS_OF_MONTH = 30;
    private static final long DAYS_OF_YEAR = 365;

    /** Judges a time to keep messages for, such as {@code 7D}. */
    static final ArgumentCheck VALID_AGE = ArgumentCheck.text("invalid_max_age", AGE.asMatchPredicate());

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

    /** A time to keep messages for as it is compared: as a number of milliseconds. What is none stays as it is. */
    static FieldValue ageInMillis(FieldValue age) {
        boolean isAge = age instanceof FieldValue.Text text
                && AGE.matcher(text.toString()).matches();
        return isAge ? new FieldValue.Text(LongString.of(Long.toString(millis(age.toString())))) : age;
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

    /**
     * @throws ChannelError PRECONDITION_FAILED when an argument has a wrong value
     * @throws ConnectionError INTERNAL_ERROR when one has a type that it cannot have
     */
    static void checkConsumer(FieldTable arguments, String queue) {
        FieldValue offset = arguments.get(OFFSET);
        boolean ofSomeType =
                offset == null || text(offset) != null || offset.isInteger() || offset instanceof FieldValue.Timestamp;
        if (!ofSomeType || filtersByNothing(arguments)) {
            throw new ConnectionError(ReplyCode.INTERNAL_ERROR, null);
        }
        QueueArguments.checkValue(OFFSET, StreamArguments::offsetError, arguments, queue);
        QueueArguments.checkValue(TRACKING, StreamArguments::trackingError, arguments, queue);
    }

    private static String trackingError(FieldValue value, FieldTable all) {
        boolean word = value instanceof FieldValue.Text text
                && (text.toString().equals("true") || text.toString().equals("false"));
        return word ? null : ArgumentCheck.BOOL.errorOf(value, all);
    }

    private static String offsetError(FieldValue value, FieldTable all) {
        LongString text = text(value);
        boolean valid = text == null || text.toString().equals(NEXT) || start(value) != null;
        return valid ? null : "{invalid_stream_offset_arg,{longstr,<<" + quoted(text.toString()) + ">>}}";
    }

    /** What is in a text or in octets, which are the same thing to RabbitMQ here; null for anything else. */
    private static LongString text(FieldValue value) {
        if (value instanceof FieldValue.Text text) {
            return text.value();
        }
        return value instanceof FieldValue.Bytes octets ? octets.value() : null;
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "" : "\"" + text + "\"";
    }

    /** A filter without a text in it. What is no filter at all is none. */
    private static boolean filtersByNothing(FieldTable arguments) {
        return arguments.get(FILTER) instanceof FieldValue.Array
                && filterValues(arguments).isEmpty();
    }

    /**
     * What a consumer with these arguments, which passed the checks, wants.
     *
     * @throws ChannelError PRECONDITION_FAILED when a place is to be remembered for a consumer that nobody has named
     */
    static StreamSubscription subscription(FieldTable arguments, String tag) {
        FieldValue tracking = arguments.get(TRACKING);
        boolean tracked = tracking instanceof FieldValue.Bool bool
                ? bool.value()
                : tracking != null && Boolean.parseBoolean(tracking.toString());
        if (!tracked) {
            return new StreamSubscription(start(arguments.get(OFFSET)), filter(arguments), false);
        }
        if (tag.startsWith(GENERATED_TAG_PREFIX)) {
            throw new ChannelError(
                    ReplyCode.PRECONDITION_FAILED,
                    TRACKING + " needs a consumer tag that the client has chosen, got '" + tag + "'");
        }
        FieldValue offset = arguments.get(OFFSET);
        StreamStart start = offset == null ? new StreamStart.First() : start(offset);
        return new StreamSubscription(start, filter(arguments), true);
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
        String text = text(offset).toString();
        return switch (text) {
            case "first" -> new StreamStart.First();
            case "last" -> new StreamStart.Last();
            default -> AGE.matcher(text).matches() ? new StreamStart.Age(millis(text)) : null;
        };
    }

    /** Whoever asks for the empty value asks for messages without one. */
    private static StreamFilter filter(FieldTable arguments) {
        List<byte[]> values = filterValues(arguments);
        if (values.isEmpty()) {
            return null;
        }
        boolean matchUnfiltered = arguments.get(MATCH_UNFILTERED) instanceof FieldValue.Bool match && match.value();
        boolean asksForNone = values.removeIf(value -> value.length == 0);
        return new StreamFilter(values, matchUnfiltered || asksForNone);
    }

    private static List<byte[]> filterValues(FieldTable arguments) {
        FieldValue wanted = arguments.get(FILTER);
        List<FieldValue> candidates = wanted instanceof FieldValue.Array array
                ? array.values()
                : wanted == null ? List.of() : List.of(wanted);
        List<byte[]> values = new ArrayList<>();
        for (FieldValue candidate : candidates) {
            if (candidate instanceof FieldValue.Text text) {
                values.add(text.value().bytes());
            }
        }
        return values;
    }
}
