package io.millrace.server.policy;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.FieldValue;
import io.millrace.codec.value.LongString;
import io.millrace.codec.value.ShortString;
import io.millrace.server.json.JsonTree;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the policies that apply to one queue or exchange come to.
 *
 * @param policy the name of the policy; empty for none
 * @param operatorPolicy the name of the operator's policy; empty for none
 * @param definition what holds, by key, sorted; values are those of JSON
 */
public record EffectivePolicy(String policy, String operatorPolicy, Map<String, Object> definition) {
    /** None applies. */
    public static final EffectivePolicy NONE = new EffectivePolicy("", "", Map.of());

    private static final String ALTERNATE_EXCHANGE = "alternate-exchange";
    private static final int NAME_LENGTH_MAX = 255;

    /**
     * The arguments that a queue would have to be declared with to do without policies what it does with them.
     *
     * @param declared the arguments that it was declared with
     */
    public FieldTable with(FieldTable declared) {
        if (definition.isEmpty()) {
            return declared;
        }
        Map<String, FieldValue> arguments = new LinkedHashMap<>(declared.asMap());
        definition.forEach((name, value) -> {
            PolicyKey key = PolicyKeys.named(name);
            arguments.merge(key.argument(), JsonTree.toField(value), (argument, policy) -> {
                Object declaredValue = JsonTree.ofField(argument);
                return key.besideArgument().choose(declaredValue, value).equals(declaredValue) ? argument : policy;
            });
        });
        FieldTable.Builder table = FieldTable.builder();
        arguments.forEach(table::put);
        return table.build();
    }

    /** Where an exchange sends what no binding matches; null for nowhere. */
    public ShortString alternateExchange() {
        return definition.get(ALTERNATE_EXCHANGE) instanceof String name && fits(name) ? ShortString.of(name) : null;
    }

    /** A name that is longer than any exchange's is a name that is never found. */
    private static boolean fits(String name) {
        return LongString.of(name).bytes().length <= NAME_LENGTH_MAX;
    }
}
