package io.millrace.server.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ConnectionError;
import io.millrace.codec.value.FieldTable;
import io.millrace.log.stream.StreamFilter;
import io.millrace.log.stream.StreamLimits;
import io.millrace.log.stream.StreamStart;
import io.millrace.server.queue.StreamSubscription;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StreamArgumentsTest {
    private static final String TAG = "c";
    private static final String QUEUE = "queue 's' in vhost '/'";

    private static StreamStart start(Object offset) {
        FieldTable arguments = FieldTable.of(Map.of("x-stream-offset", offset));
        StreamArguments.checkConsumer(arguments, QUEUE);
        return StreamArguments.subscription(arguments, TAG).start();
    }

    private static StreamSubscription tracked(Map<String, ?> more, Object tracking, String tag) {
        Map<String, Object> arguments = new HashMap<>(more);
        arguments.put("x-stream-automatic-offset-tracking", tracking);
        FieldTable table = FieldTable.of(arguments);
        StreamArguments.checkConsumer(table, QUEUE);
        return StreamArguments.subscription(table, tag);
    }

    @Test
    void aPlaceIsRememberedForWhoAsksAndHasAName() {
        assertEquals(new StreamSubscription(new StreamStart.First(), null, true), tracked(Map.of(), true, TAG));
        assertEquals(new StreamSubscription(null, null, true), tracked(Map.of("x-stream-offset", "next"), "true", TAG));
        assertFalse(tracked(Map.of(), false, TAG).tracked());
        assertFalse(tracked(Map.of(), "false", TAG).tracked());
        assertFalse(StreamArguments.subscription(FieldTable.EMPTY, TAG).tracked());
        assertThrows(ChannelError.class, () -> tracked(Map.of(), true, "amq.ctag-x"));
        assertInvalid(
                Map.of("x-stream-automatic-offset-tracking", 1),
                "x-stream-automatic-offset-tracking",
                "{unacceptable_type,signedint}");
        assertInvalid(
                Map.of("x-stream-automatic-offset-tracking", "yes"),
                "x-stream-automatic-offset-tracking",
                "{unacceptable_type,longstr}");
    }

    private static StreamFilter filter(Map<String, ?> arguments) {
        FieldTable table = FieldTable.of(arguments);
        StreamArguments.checkConsumer(table, QUEUE);
        return StreamArguments.subscription(table, TAG).filter();
    }

    private static void assertInvalid(Map<String, ?> arguments, String argument, String error) {
        ChannelError thrown =
                assertThrows(ChannelError.class, () -> StreamArguments.checkConsumer(FieldTable.of(arguments), QUEUE));
        assertEquals(
                "PRECONDITION_FAILED - invalid arg '" + argument + "' for " + QUEUE + ": " + error, thrown.replyText());
    }

    @Test
    void whoSaysNothingWantsEverything() {
        assertEquals(StreamLimits.DEFAULTS, StreamArguments.limits(FieldTable.EMPTY));
        assertNull(StreamArguments.subscription(FieldTable.EMPTY, TAG).start());
        assertNull(StreamArguments.subscription(FieldTable.EMPTY, TAG).filter());
    }

    @Test
    void limitsAreReadFromTheArguments() {
        FieldTable arguments = FieldTable.of(Map.of(
                "x-max-length-bytes",
                5000,
                "x-max-age",
                "7D",
                "x-stream-max-segment-size-bytes",
                1000L,
                "x-stream-filter-size-bytes",
                32));
        assertEquals(new StreamLimits(1000, 5000, TimeUnit.DAYS.toMillis(7), 32), StreamArguments.limits(arguments));
    }

    @ParameterizedTest
    @CsvSource({"1s, 1", "2m, 120", "3h, 10800", "4D, 345600", "1M, 2592000", "1Y, 31536000", "05s, 5"})
    void agesHaveUnits(String text, long seconds) {
        assertEquals(new StreamStart.Age(seconds * 1000), start(text));
    }

    @Test
    void anAgeTooLongToCountIsNoLimit() {
        FieldTable arguments = FieldTable.of(Map.of("x-max-age", "99999999999999999999Y"));
        assertEquals(StreamLimits.NONE, StreamArguments.limits(arguments).maxAgeMillis());
    }

    @Test
    void aConsumerBeginsWhereItSays() {
        assertEquals(new StreamStart.First(), start("first"));
        assertEquals(new StreamStart.Last(), start("last"));
        assertNull(start("next"));
        assertEquals(new StreamStart.Offset(5), start(5));
        assertEquals(new StreamStart.Offset(-1), start(-1L));
        assertEquals(new StreamStart.Timestamp(7000), start(Instant.ofEpochSecond(7)));
    }

    @Test
    void offsetsThatMeanNothingAreRefused() {
        assertInvalid(
                Map.of("x-stream-offset", "1x"), "x-stream-offset", "{invalid_stream_offset_arg,{longstr,<<\"1x\">>}}");
        assertInvalid(Map.of("x-stream-offset", ""), "x-stream-offset", "{invalid_stream_offset_arg,{longstr,<<>>}}");
        assertInvalid(
                Map.of("x-stream-offset", "0s"), "x-stream-offset", "{invalid_stream_offset_arg,{longstr,<<\"0s\">>}}");
    }

    @Test
    void typesThatMeanNothingEndTheConnectionAsInRabbitMq() {
        assertBreaks(Map.of("x-stream-offset", true));
        assertBreaks(Map.of("x-stream-offset", 1.5));
        assertBreaks(Map.of("x-stream-filter", List.of(5)));
        assertBreaks(Map.of("x-stream-filter", List.of()));
    }

    private static void assertBreaks(Map<String, ?> arguments) {
        ConnectionError thrown = assertThrows(
                ConnectionError.class, () -> StreamArguments.checkConsumer(FieldTable.of(arguments), QUEUE));
        assertEquals("INTERNAL_ERROR", thrown.replyText());
    }

    @Test
    void aFilterIsOneTextOrSeveral() {
        StreamFilter one = filter(Map.of("x-stream-filter", "a"));
        assertTrue(one.matches(octets("a")));
        assertFalse(one.matches(octets("b")));
        assertFalse(one.matches(null));
        StreamFilter several = filter(Map.of("x-stream-filter", List.of("a", "b"), "x-stream-match-unfiltered", true));
        assertTrue(several.matches(octets("b")));
        assertTrue(several.matches(null));
        Map<String, Object> mixed = new HashMap<>();
        mixed.put("x-stream-filter", List.of("a", 5));
        assertTrue(filter(mixed).matches(octets("a")));
        assertNull(filter(Map.of("x-stream-filter", 5)));
    }

    @Test
    void whoAsksForTheEmptyValueGetsMessagesWithoutOne() {
        StreamFilter none = filter(Map.of("x-stream-filter", ""));
        assertTrue(none.matches(null));
        assertFalse(none.matches(octets("a")));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
