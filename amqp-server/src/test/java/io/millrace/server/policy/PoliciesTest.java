package io.millrace.server.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.millrace.definitions.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PoliciesTest {
    private final List<Parameter> parameters = new ArrayList<>();

    private void add(String component, String name, long priority, Map<String, Object> definition) {
        parameters.add(Policy.parameter("/", component, name, "^q", definition, priority, "queues"));
    }

    private EffectivePolicy of(String queue, EntityKind kind) {
        return Policies.of(parameters).of(queue, kind);
    }

    @Test
    void theHighestPriorityWinsAlone() {
        add(Parameter.POLICY, "low", 1, Map.of("max-length", 1, "expires", 60_000));
        add(Parameter.POLICY, "high", 2, Map.of("max-length", 5));

        assertEquals(new EffectivePolicy("high", "", Map.of("max-length", 5L)), of("q", EntityKind.CLASSIC_QUEUE));
    }

    @Test
    void ofEqualPrioritiesTheFirstNameWins() {
        add(Parameter.POLICY, "b", 3, Map.of("max-length", 2));
        add(Parameter.POLICY, "a", 3, Map.of("max-length", 1));

        assertEquals("a", of("q", EntityKind.CLASSIC_QUEUE).policy());
    }

    @Test
    void oneThatDoesNotApplyMakesRoomForTheNext() {
        add(Parameter.POLICY, "streams-too", 1, Map.of("max-length-bytes", 1));
        add(Parameter.POLICY, "quorum", 9, Map.of("max-length-bytes", 2, "delivery-limit", 5));

        assertEquals("quorum", of("q", EntityKind.QUORUM_QUEUE).policy());
        assertEquals("streams-too", of("q", EntityKind.CLASSIC_QUEUE).policy());
        assertSame(EffectivePolicy.NONE, of("other", EntityKind.CLASSIC_QUEUE));
        assertSame(EffectivePolicy.NONE, of("q", EntityKind.EXCHANGE));
    }

    @Test
    void anOperatorsPolicyBoundsTheOther() {
        add(Parameter.POLICY, "p", 0, Map.of("max-length", 10, "overflow", "reject-publish", "max-length-bytes", 7));
        add(Policy.OPERATOR_POLICY, "o", 0, Map.of("max-length", 5, "overflow", "drop-head", "expires", 1000));

        assertEquals(
                new EffectivePolicy(
                        "p",
                        "o",
                        Map.of("max-length", 5L, "overflow", "drop-head", "max-length-bytes", 7L, "expires", 1000L)),
                of("q", EntityKind.CLASSIC_QUEUE));
    }

    @Test
    void aNegativeDeliveryLimitIsNone() {
        add(Parameter.POLICY, "p", 0, Map.of("delivery-limit", -1));
        add(Policy.OPERATOR_POLICY, "o", 0, Map.of("delivery-limit", 3));

        assertEquals(
                Map.of("delivery-limit", 3L), of("q", EntityKind.QUORUM_QUEUE).definition());
    }

    @Test
    void aStoredPolicyThatMakesNoSenseIsLeftOut() {
        parameters.add(new Parameter("/", Parameter.POLICY, "old", "{\"definition\":{\"ha-mode\":\"all\"}}"));
        parameters.add(new Parameter("/", "federation-upstream", "f", "{}"));

        assertSame(Policies.NONE, Policies.of(parameters));
    }
}
