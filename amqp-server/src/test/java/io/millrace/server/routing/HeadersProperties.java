package io.millrace.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Compiled matchers against an evaluator that compares values after bringing them into one form. */
class HeadersProperties {
    private static final List<String> NAMES = List.of("a", "b", "x-a", "x-b");

    @Property(tries = 2000)
    void compiledBindingsMatchWhatTheDefinitionMatches(
            @ForAll("bindings") List<Map<String, FieldValue>> arguments,
            @ForAll("tables") List<Map<String, FieldValue>> messages) {
        Fixture vhost = new Fixture();
        Exchange exchange = vhost.exchange("headers", "x");
        for (int i = 0; i < arguments.size(); i++) {
            vhost.bind(exchange, vhost.queue("q" + i), "", FieldTable.of(Map.copyOf(arguments.get(i))));
        }
        for (Map<String, FieldValue> headers : messages) {
            Set<String> expected = new TreeSet<>();
            for (int i = 0; i < arguments.size(); i++) {
                if (matches(arguments.get(i), headers)) {
                    expected.add("q" + i);
                }
            }
            FieldTable table = FieldTable.of(Map.copyOf(headers));
            assertEquals(
                    expected,
                    vhost.routed(exchange, "", () -> table),
                    () -> "headers " + headers + " bindings " + arguments);
        }
    }

    private static boolean matches(Map<String, FieldValue> arguments, Map<String, FieldValue> headers) {
        FieldValue kind = arguments.get("x-match");
        String match = kind == null ? "all" : ((FieldValue.Text) kind).value().toString();
        int asked = 0;
        int found = 0;
        for (Map.Entry<String, FieldValue> argument : arguments.entrySet()) {
            String name = argument.getKey();
            boolean counts = !name.equals("x-match") && (!name.startsWith("x-") || match.endsWith("-with-x"));
            if (counts) {
                asked++;
                FieldValue header = headers.get(name);
                boolean present = argument.getValue() instanceof FieldValue.Void;
                if (header != null && (present || asked(argument.getValue()).equals(comparable(header)))) {
                    found++;
                }
            }
        }
        return match.startsWith("any") ? found > 0 : found == asked;
    }

    /** What a binding asks for: a moment by its seconds, although the same moment is milliseconds in a message. */
    private static Object asked(FieldValue value) {
        return value instanceof FieldValue.Timestamp time
                ? BigDecimal.valueOf(time.seconds()).toBigInteger()
                : comparable(value);
    }

    private static Object comparable(FieldValue value) {
        if (value instanceof FieldValue.Timestamp time) {
            return BigDecimal.valueOf(time.seconds()).movePointRight(3).toBigInteger();
        }
        if (value.isInteger()) {
            return BigDecimal.valueOf(value.asLong()).toBigInteger();
        }
        if (value instanceof FieldValue.Float32 number) {
            return (double) number.value();
        }
        if (value instanceof FieldValue.Float64 number) {
            return number.value();
        }
        if (value instanceof FieldValue.Text text) {
            return text.value().toString();
        }
        if (value instanceof FieldValue.Bytes bytes) {
            return bytes.value().toString();
        }
        return value;
    }

    @Provide
    Arbitrary<List<Map<String, FieldValue>>> bindings() {
        Arbitrary<String> matches = Arbitraries.of("", "all", "any", "all-with-x", "any-with-x");
        return matches.flatMap(match -> table().map(table -> withMatch(table, match)))
                .list()
                .ofMaxSize(6);
    }

    private static Map<String, FieldValue> withMatch(Map<String, FieldValue> table, String match) {
        Map<String, FieldValue> with = new TreeMap<>(table);
        if (!match.isEmpty()) {
            with.put("x-match", new FieldValue.Text(LongString.of(match)));
        }
        return with;
    }

    @Provide
    Arbitrary<List<Map<String, FieldValue>>> tables() {
        return table().list().ofMaxSize(6);
    }

    private static Arbitrary<Map<String, FieldValue>> table() {
        return Arbitraries.maps(Arbitraries.of(NAMES), values()).ofMaxSize(4);
    }

    private static Arbitrary<FieldValue> values() {
        return Arbitraries.of(
                new FieldValue.Int8((byte) 1),
                new FieldValue.Int32(1),
                new FieldValue.Int32(2),
                new FieldValue.Int64(1),
                new FieldValue.Int64(1000),
                new FieldValue.UInt16(1),
                new FieldValue.Float32(1),
                new FieldValue.Float64(1),
                new FieldValue.Timestamp(1),
                new FieldValue.Timestamp(1000),
                new FieldValue.Text(LongString.of("1")),
                new FieldValue.Bytes(LongString.of("1")),
                new FieldValue.Bool(true),
                new FieldValue.Void(),
                new FieldValue.Array(List.of(new FieldValue.Int32(1))),
                new FieldValue.Array(List.of(new FieldValue.Int64(1))));
    }
}
