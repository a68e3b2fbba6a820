package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HeadersExchangeTest {
    private static final FieldValue ONE = new FieldValue.Int32(1);
    private static final FieldValue TWO_TEXT = new FieldValue.Text(LongString.of("two"));

    /** Messages by what their headers are. */
    private static final Map<String, FieldTable> MESSAGES = new LinkedHashMap<>();

    static {
        MESSAGES.put("none", null);
        MESSAGES.put("empty", FieldTable.EMPTY);
        MESSAGES.put("a1", table("a", ONE));
        MESSAGES.put("a1b2", table("a", ONE, "b", TWO_TEXT));
        MESSAGES.put("a2", table("a", new FieldValue.Int32(2)));
        MESSAGES.put("b2", table("b", TWO_TEXT));
        MESSAGES.put("a1b2c3", table("a", ONE, "b", TWO_TEXT, "c", new FieldValue.Int32(3)));
        MESSAGES.put("al1", table("a", new FieldValue.Int64(1)));
        MESSAGES.put("aS1", table("a", new FieldValue.Text(LongString.of("1"))));
        MESSAGES.put("at", table("a", new FieldValue.Bool(true)));
        MESSAGES.put("ad1", table("a", new FieldValue.Float64(1)));
        MESSAGES.put("af1", table("a", new FieldValue.Float32(1)));
        MESSAGES.put("av", table("a", new FieldValue.Void()));
        MESSAGES.put("A1", table("A", ONE));
        MESSAGES.put("x-a1", table("x-a", ONE));
        MESSAGES.put("a1x-a1", table("a", ONE, "x-a", ONE));
        MESSAGES.put("ab1", table("a", new FieldValue.Int8((byte) 1)));
        MESSAGES.put("a-arr", table("a", new FieldValue.Array(List.of(ONE, new FieldValue.Int32(2)))));
        MESSAGES.put("a-bytes", table("a", new FieldValue.Bytes(LongString.of("1"))));
        MESSAGES.put("bx", table("b", new FieldValue.Bytes(LongString.of("two"))));
        MESSAGES.put("xm", table("x-match", new FieldValue.Text(LongString.of("any"))));
        MESSAGES.put("a1xm", table("a", ONE, "x-match", new FieldValue.Text(LongString.of("all"))));
        MESSAGES.put("aF", table("a", new FieldValue.Table(FieldTable.EMPTY)));
        MESSAGES.put("aA", table("a", new FieldValue.Array(List.of())));
        MESSAGES.put("aT1", table("a", new FieldValue.Timestamp(1)));
        MESSAGES.put("a1000", table("a", new FieldValue.Int32(1000)));
    }

    private static final List<FieldValue> EMPTY_VALUES =
            List.of(new FieldValue.Table(FieldTable.EMPTY), new FieldValue.Array(List.of()));
    private static final Set<String> A_IS_ONE = Set.of("a1", "a1b2", "a1b2c3", "al1", "a1x-a1", "ab1", "a1xm");

    private final Fixture vhost = new Fixture();
    private final Exchange exchange = vhost.exchange("headers", "x");

    @Test
    void allIsTheDefault() {
        assertEquals(A_IS_ONE, matching(table("a", ONE)));
        assertEquals(Set.of("a1b2", "a1b2c3"), matching(table("a", ONE, "b", TWO_TEXT)));
    }

    @Test
    void anyNeedsOneHeaderThatMatches() {
        Set<String> expected = new TreeSet<>(A_IS_ONE);
        expected.addAll(Set.of("b2", "bx"));

        assertEquals(expected, matching(match("any", "a", ONE, "b", TWO_TEXT)));
    }

    @Test
    void withoutConditionsAllMatchesEverythingAndAnyNothing() {
        assertEquals(MESSAGES.keySet(), matching(FieldTable.EMPTY));
        assertEquals(MESSAGES.keySet(), matching(match("all")));
        assertEquals(MESSAGES.keySet(), matching(match("all", "x-a", ONE)));
        assertEquals(Set.of(), matching(match("any")));
        assertEquals(Set.of(), matching(match("any", "x-a", ONE)));
    }

    @Test
    void argumentsThatStartWithXCountOnlyIfAskedFor() {
        assertEquals(A_IS_ONE, matching(match("all", "a", ONE, "x-a", ONE)));
        assertEquals(Set.of("a1x-a1"), matching(match("all-with-x", "a", ONE, "x-a", ONE)));
        assertEquals(Set.of("x-a1", "a1x-a1"), matching(match("any-with-x", "x-a", ONE)));
    }

    @Test
    void numbersOfDifferentKindsDiffer() {
        assertEquals(A_IS_ONE, matching(table("a", new FieldValue.UInt32(1))));
        assertEquals(Set.of("ad1", "af1"), matching(table("a", new FieldValue.Float64(1))));
        assertEquals(Set.of("ad1", "af1"), matching(table("a", new FieldValue.Float32(1))));
        assertEquals(Set.of("aS1", "a-bytes"), matching(table("a", new FieldValue.Text(LongString.of("1")))));
        assertEquals(Set.of("at"), matching(table("a", new FieldValue.Bool(true))));
    }

    @Test
    void timestampsAreMillisecondsInMessagesAndSecondsInBindings() {
        assertEquals(Set.of("aT1", "a1000"), matching(table("a", new FieldValue.Int64(1000))));
        assertEquals(Set.of("aT1", "a1000"), matching(table("a", new FieldValue.Timestamp(1000))));
        assertEquals(A_IS_ONE, matching(table("a", new FieldValue.Timestamp(1))));
    }

    @Test
    void anEmptyTableIsAnEmptyArray() {
        EMPTY_VALUES.forEach(
                nothing -> assertEquals(Set.of("aF", "aA"), matching(table("a", nothing)), nothing.toString()));
    }

    @Test
    void voidAsksForPresence() {
        Set<String> expected = new TreeSet<>(MESSAGES.keySet());
        expected.removeAll(Set.of("none", "empty", "b2", "A1", "x-a1", "bx", "xm"));

        assertEquals(expected, matching(table("a", new FieldValue.Void())));
    }

    @Test
    void arraysAreComparedElementByElement() {
        assertEquals(
                Set.of("a-arr"), matching(table("a", new FieldValue.Array(List.of(ONE, new FieldValue.Int32(2))))));
    }

    @Test
    void routingKeyHasNoSay() {
        vhost.bind(exchange, vhost.queue("q"), "key", table("a", ONE));

        assertEquals(Set.of("q"), vhost.routed(exchange, "other", () -> table("a", ONE)));
        assertEquals(Set.of(), vhost.routed(exchange, "key", () -> null));
    }

    @Test
    void headersAreDecodedOnceHoweverManyExchangesAsk() {
        Exchange second = vhost.exchange("headers", "y");
        vhost.bind(exchange, second, "");
        vhost.bind(second, vhost.queue("q"), "");
        List<String> asked = new ArrayList<>();

        vhost.routed(exchange, "", () -> {
            asked.add("asked");
            return FieldTable.EMPTY;
        });

        assertEquals(1, asked.size());
    }

    @Test
    void unknownMatchIsRefusedBeforeAnythingChanges() {
        assertRefused(
                match("some"),
                "Invalid x-match field value <<\"some\">>; expected all, any, all-with-x, or any-with-x");
        assertRefused(match(""), "Invalid x-match field value <<>>; expected all, any, all-with-x, or any-with-x");
        assertRefused(
                match("\u0001x"),
                "Invalid x-match field value <<1,120>>; expected all, any, all-with-x, or any-with-x");
        assertRefused(
                table("x-match", new FieldValue.Int32(5)),
                "Invalid x-match field type signedint (value 5); expected longstr");
        assertRefused(
                table("x-match", new FieldValue.Bytes(LongString.of("any"))),
                "Invalid x-match field type binary (value <<\"any\">>); expected longstr");
    }

    private void assertRefused(FieldTable arguments, String text) {
        Binding binding = new Binding(exchange, vhost.queue("q"), Fixture.key(""), arguments);
        ChannelError whenValidating = assertThrows(ChannelError.class, () -> exchange.validate(binding));
        ChannelError whenBinding = assertThrows(ChannelError.class, () -> vhost.bindings.bind(binding));

        assertEquals(ReplyCode.PRECONDITION_FAILED, whenValidating.replyCode());
        assertEquals("PRECONDITION_FAILED - " + text, whenValidating.replyText());
        assertEquals(whenValidating.replyText(), whenBinding.replyText());
        assertTrue(exchange.bindings().isEmpty());
        assertTrue(vhost.bindings.bindingsTo(vhost.queue("q")).isEmpty());
    }

    private Set<String> matching(FieldTable arguments) {
        Fixture fresh = new Fixture();
        Exchange headers = fresh.exchange("headers", "x");
        fresh.bind(headers, fresh.queue("q"), "", arguments);
        Set<String> matching = new TreeSet<>();
        MESSAGES.forEach((name, table) -> {
            if (!fresh.routed(headers, "", () -> table).isEmpty()) {
                matching.add(name);
            }
        });
        return matching;
    }

    private static FieldTable match(String match, Object... namesAndValues) {
        Object[] all = new Object[namesAndValues.length + 2];
        all[0] = "x-match";
        all[1] = new FieldValue.Text(LongString.of(match));
        System.arraycopy(namesAndValues, 0, all, 2, namesAndValues.length);
        return table(all);
    }

    private static FieldTable table(Object... namesAndValues) {
        FieldTable.Builder builder = FieldTable.builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.put((String) namesAndValues[i], (FieldValue) namesAndValues[i + 1]);
        }
        return builder.build();
    }
}
