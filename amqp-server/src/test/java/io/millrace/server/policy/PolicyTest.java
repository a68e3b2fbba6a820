package io.millrace.server.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.definitions.Parameter;
import io.millrace.server.json.JsonTree;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts are those that RabbitMQ 4.3.6 answered with. */
final class PolicyTest {
    private static Policy policy(String component, String pattern, String definition, String applyTo)
            throws InvalidPolicyException {
        return Policy.of(parameter(component, pattern, definition, applyTo));
    }

    private static Parameter parameter(String component, String pattern, String definition, String applyTo) {
        try {
            return Policy.parameter("/", component, "p", pattern, JsonTree.parse(definition), 0, applyTo);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String error(String component, String pattern, String definition, String applyTo) {
        InvalidPolicyException refused =
                assertThrows(InvalidPolicyException.class, () -> policy(component, pattern, definition, applyTo));
        return refused.getMessage();
    }

    private static void assertRefused(String problem, String definition) {
        assertEquals("Validation failed\n\n" + problem + "\n", error(Parameter.POLICY, "", definition, "all"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"message-ttl":"x"}                      | <<"x">> is not a valid message TTL
        {"message-ttl":-1}                       | -1 is not a valid message TTL
        {"expires":0}                            | 0 is not a valid queue expiry
        {"x-message-deduplication":"true"}       | "x-message-deduplication" must be a boolean, got <<"true">>
        {"x-cache-size":0}                       | "x-cache-size" must be an integer greater than 0, got 0
        {"x-cache-ttl":0.5}                      | "x-cache-ttl" must be an integer greater than 0, got 0.5
        {"x-cache-persistence":"x"} | "x-cache-persistence" must be either "disk" or "memory", got <<"x">>
        {"max-length":1.5}                       | 1.5 is not a valid maximum length
        {"max-length":{"a":1}}                   | #{<<"a">> => 1} is not a valid maximum length
        {"max-length":[1,2]}                     | [1,2] is not a valid maximum length
        {"max-length":null}                      | null is not a valid maximum length
        {"max-length":""}                        | <<>> is not a valid maximum length
        {"max-length-bytes":true}                | true is not a valid maximum length in bytes
        {"max-in-memory-length":-1}              | -1 is not a valid maximum memory in bytes
        {"overflow":"at-most-once"}              | <<"at-most-once">> is not a valid overflow value
        {"overflow":"zö"}                        | <<"zö"/utf8>> is not a valid overflow value
        {"dead-letter-exchange":1}               | 1 is not a valid dead letter exchange name
        {"dead-letter-routing-key":1}            | 1 is not a valid dead letter routing key
        {"dead-letter-strategy":"x"}             | <<"x">> is not a valid dead letter strategy
        {"delivery-limit":"3"}                   | <<"3">> is not a valid delivery limit
        {"max-age":"1x"}                         | <<"1x">> is not a valid max age
        {"stream-max-segment-size-bytes":3000000001} | 3000000001 is not a valid segment size
        {"stream-filter-size-bytes":15}          | 15 is not a valid filter size. Valid range is 16-255
        {"queue-leader-locator":"min-masters"}   | <<"min-masters">> is not a valid queue leader locator value
        {"initial-cluster-size":-1}              | -1 is not a valid cluster size
        {"target-group-size":0}                  | 0 is not a valid qq target count value
        {"consumer-timeout":-1}                  | -1 is not a valid consumer timeout
        {"queue-version":3}                      | 3 is not a valid queue-version value
        {"queue-mode":"x"}                       | <<"x">> is not a valid queue-mode value
        {"alternate-exchange":1}                 | 1 is not a valid alternate exchange name
        {"delayed-retry-type":"all"}             | delayed-retry-min is required when delayed-retry-type is all
        {"shards-per-node":"x"}                  | shards-per-node should be a number, actually was <<"x">>
        {}                                       | no policy provided
        {"foo":2,"bogus":1} | [{<<"bogus">>,1},{<<"foo">>,2}] are not recognised policy settings
        {"max-length":-1,"bogus":1}              | -1 is not a valid maximum length
        """)
    void aDefinitionThatMakesNoSenseIsRefusedInTheWordsOfRabbitMq(String definition, String problem) {
        assertRefused(problem, definition);
    }

    @Test
    void whatMakesSenseIsTaken() throws InvalidPolicyException {
        for (String definition : List.of(
                "{\"expires\":1,\"max-length\":0,\"max-length-bytes\":0,\"message-ttl\":0}",
                "{\"dead-letter-strategy\":\"at-least-once\",\"delivery-limit\":-1}",
                "{\"dead-letter-exchange\":\"\",\"dead-letter-routing-key\":\"\"}",
                "{\"max-age\":\"7D\",\"stream-filter-size-bytes\":255,\"stream-max-segment-size-bytes\":3000000000}",
                "{\"delayed-retry-max\":5,\"delayed-retry-min\":1,\"delayed-retry-type\":\"failed\"}",
                "{\"delayed-retry-type\":\"disabled\"}",
                "{\"federation-upstream-set\":\"all\"}")) {
            assertEquals(
                    definition,
                    JsonTree.text(
                            policy(Parameter.POLICY, "", definition, "all").definition()),
                    definition);
        }
    }

    @Test
    void anOperatorsPolicyMaySayLess() throws InvalidPolicyException {
        policy(Policy.OPERATOR_POLICY, "", "{\"max-length\":1,\"overflow\":\"reject-publish\"}", "queues");

        assertEquals(
                "Validation failed\n\n[{<<\"dead-letter-exchange\">>,<<\"x\">>}] are not recognised policy settings\n",
                error(Policy.OPERATOR_POLICY, "", "{\"dead-letter-exchange\":\"x\"}", "all"));
    }

    @Test
    void patternPriorityAndTargetMustMakeSenseToo() {
        assertTrue(error(Parameter.POLICY, "(", "{\"max-length\":1}", "all")
                .startsWith("Validation failed\n\npattern should be regular expression but is invalid: {\""));
        assertEquals(
                "Validation failed\n\napply-to 'nope' unrecognised; should be one of: 'queues', 'classic_queues', "
                        + " 'quorum_queues', 'streams', 'exchanges', or 'all'\n",
                error(Parameter.POLICY, "", "{\"max-length\":1}", "nope"));
        Parameter noNumber = new Parameter(
                "/",
                Parameter.POLICY,
                "p",
                "{\"pattern\":\"\",\"definition\":{\"max-length\":1},\"priority\":\"high\"}");
        InvalidPolicyException refused = assertThrows(InvalidPolicyException.class, () -> Policy.of(noNumber));
        assertEquals(
                "Validation failed\n\npriority should be a number, actually was <<\"high\">>\n", refused.getMessage());
    }

    @Test
    void aPatternIsFoundAnywhereInTheName() throws InvalidPolicyException {
        Policy within = policy(Parameter.POLICY, "der", "{\"max-length\":1}", "all");
        assertTrue(within.appliesTo("orders", EntityKind.CLASSIC_QUEUE));
        assertFalse(within.appliesTo("invoices", EntityKind.CLASSIC_QUEUE));

        Policy anchored = policy(Parameter.POLICY, "^der", "{\"max-length\":1}", "all");
        assertFalse(anchored.appliesTo("orders", EntityKind.CLASSIC_QUEUE));

        Policy empty = policy(Parameter.POLICY, "", "{\"max-length\":1}", "all");
        assertTrue(empty.appliesTo("orders", EntityKind.CLASSIC_QUEUE));
    }

    @Test
    void aPolicyIsForWhatItIsSaidToApplyTo() throws InvalidPolicyException {
        Map<String, List<EntityKind>> expected = Map.of(
                "all", List.of(EntityKind.values()),
                "exchanges", List.of(EntityKind.EXCHANGE),
                "queues", List.of(EntityKind.CLASSIC_QUEUE, EntityKind.QUORUM_QUEUE, EntityKind.STREAM),
                "classic_queues", List.of(EntityKind.CLASSIC_QUEUE),
                "quorum_queues", List.of(EntityKind.QUORUM_QUEUE),
                "streams", List.of(EntityKind.STREAM));
        for (Map.Entry<String, List<EntityKind>> each : expected.entrySet()) {
            Policy policy = policy(Parameter.POLICY, "", "{\"max-length-bytes\":1}", each.getKey());
            for (EntityKind kind : EntityKind.values()) {
                assertEquals(each.getValue().contains(kind), policy.appliesTo("q", kind), each.getKey() + " " + kind);
            }
        }
    }

    @Test
    void aPolicyIsNotForTypesThatDoNotKnowOneOfItsKeys() throws InvalidPolicyException {
        Policy length = policy(Parameter.POLICY, "", "{\"max-length\":1}", "all");
        assertTrue(length.appliesTo("q", EntityKind.CLASSIC_QUEUE));
        assertTrue(length.appliesTo("q", EntityKind.QUORUM_QUEUE));
        assertFalse(length.appliesTo("q", EntityKind.STREAM));

        Policy redelivery = policy(Parameter.POLICY, "", "{\"max-length\":1,\"delivery-limit\":1}", "queues");
        assertFalse(redelivery.appliesTo("q", EntityKind.CLASSIC_QUEUE));
        assertTrue(redelivery.appliesTo("q", EntityKind.QUORUM_QUEUE));

        Policy age = policy(Parameter.POLICY, "", "{\"max-age\":\"1D\"}", "all");
        assertFalse(age.appliesTo("q", EntityKind.QUORUM_QUEUE));
        assertTrue(age.appliesTo("q", EntityKind.STREAM));
        assertTrue(age.appliesTo("x", EntityKind.EXCHANGE));
    }
}
