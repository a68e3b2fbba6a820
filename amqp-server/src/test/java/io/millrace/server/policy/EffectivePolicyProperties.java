package io.millrace.server.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.definitions.Parameter;
import io.millrace.server.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What arguments, a policy and an operator's policy come to, against the rules said key by key. */
final class EffectivePolicyProperties {
    private static final List<String> OVERFLOWS = List.of("drop-head", "reject-publish", "reject-publish-dlx");

    private static Long lowest(Object... limits) {
        return Stream.of(limits)
                .filter(Objects::nonNull)
                .map(Long.class::cast)
                .min(Long::compare)
                .orElse(null);
    }

    private static Object firstOf(Object... values) {
        return Stream.of(values).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static Long lowestLimit(Object... limits) {
        Long lowest = lowest(Stream.of(limits)
                .filter(limit -> limit != null && (Long) limit >= 0)
                .toArray());
        Object any = firstOf(limits);
        return lowest != null || any == null ? lowest : Long.valueOf(-1);
    }

    @Property
    void limitsAreTheLowestAndTextsTheNearest(
            @ForAll("quorumDefinitions") Map<String, Object> arguments,
            @ForAll("quorumDefinitions") Map<String, Object> policy,
            @ForAll("quorumDefinitions") Map<String, Object> operator) {
        operator.remove("dead-letter-exchange");

        FieldTable with = effective(policy, operator).with(table(arguments));

        Map<String, Object> expected = new TreeMap<>();
        for (String key : List.of("max-length", "message-ttl", "expires")) {
            expected.put("x-" + key, lowest(arguments.get(key), policy.get(key), operator.get(key)));
        }
        expected.put(
                "x-delivery-limit",
                lowestLimit(
                        arguments.get("delivery-limit"), policy.get("delivery-limit"), operator.get("delivery-limit")));
        expected.put(
                "x-overflow", firstOf(arguments.get("overflow"), operator.get("overflow"), policy.get("overflow")));
        expected.put(
                "x-dead-letter-exchange",
                firstOf(arguments.get("dead-letter-exchange"), policy.get("dead-letter-exchange")));
        expected.values().removeIf(Objects::isNull);
        assertEquals(expected, JsonTree.ofTable(with));
    }

    private static EffectivePolicy effective(Map<String, Object> policy, Map<String, Object> operator) {
        List<Parameter> parameters = new ArrayList<>();
        if (!policy.isEmpty()) {
            parameters.add(Policy.parameter("/", Parameter.POLICY, "p", "", policy, 0, "all"));
        }
        if (!operator.isEmpty()) {
            parameters.add(Policy.parameter("/", Policy.OPERATOR_POLICY, "o", "", operator, 0, "all"));
        }
        return Policies.of(parameters).of("q", EntityKind.QUORUM_QUEUE);
    }

    /** As clients send it: integers of any width. */
    private static FieldTable table(Map<String, Object> definition) {
        FieldTable.Builder table = FieldTable.builder();
        definition.forEach((key, value) -> table.put(
                "x-" + key,
                value instanceof Long number ? new FieldValue.Int32(number.intValue()) : JsonTree.toField(value)));
        return table.build();
    }

    @Provide
    Arbitrary<Map<String, Object>> quorumDefinitions() {
        Arbitrary<Map.Entry<String, Object>> entries = Arbitraries.oneOf(
                Arbitraries.of("max-length", "message-ttl", "expires")
                        .flatMap(key -> Arbitraries.longs().between(1, 6).map(number -> Map.entry(key, number))),
                Arbitraries.longs().between(-1, 4).map(number -> Map.entry("delivery-limit", number)),
                Arbitraries.of(OVERFLOWS).map(word -> Map.entry("overflow", word)),
                Arbitraries.of("", "a", "b").map(name -> Map.entry("dead-letter-exchange", name)));
        return entries.list().ofMaxSize(6).map(list -> {
            Map<String, Object> definition = new TreeMap<>();
            list.forEach(entry -> definition.put(entry.getKey(), entry.getValue()));
            return definition;
        });
    }
}
