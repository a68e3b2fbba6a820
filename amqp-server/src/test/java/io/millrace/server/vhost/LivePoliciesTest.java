package io.millrace.server.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.ChannelError;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.Parameter;
import io.millrace.log.stream.StreamLimits;
import io.millrace.server.policy.Policy;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.StreamQueue;
import io.millrace.server.routing.Exchange;
import io.millrace.server.routing.ExchangeDeclaration;
import io.millrace.server.transfer.DefinitionsFormatException;
import io.millrace.server.transfer.DefinitionsReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies that come and go while queues and exchanges are there. */
final class LivePoliciesTest {
    private static final ShortString QUEUE = ShortString.of("q");
    private static final ShortString EXCHANGE = ShortString.of("x");

    @TempDir
    private Path directory;

    private AdminFixture fixture;

    @BeforeEach
    void open() throws DefinitionsFormatException {
        fixture = new AdminFixture(directory);
        importAll("""
                {"vhosts": [{"name": "v"}],
                 "queues": [{"vhost": "v", "name": "q", "durable": true, "arguments": {}},
                            {"vhost": "v", "name": "other", "durable": true, "arguments": {}}],
                 "exchanges": [{"vhost": "v", "name": "x", "type": "fanout", "durable": true}]}
                """);
    }

    @AfterEach
    void close() throws InterruptedException {
        fixture.close();
    }

    private void importAll(String json) throws DefinitionsFormatException {
        Administration admin = fixture.administration();
        var definitions =
                DefinitionsReader.read(json.getBytes(StandardCharsets.UTF_8), admin::findVhost, admin::findUser);
        assertEquals(Outcome.DONE, fixture.apply(reply -> admin.importAll(definitions, reply)));
    }

    private void set(String component, String name, Map<String, Object> definition) {
        Parameter parameter = Policy.parameter("v", component, name, "^[qx]$", definition, 0, "all");
        assertEquals(
                Outcome.DONE, fixture.apply(reply -> fixture.administration().setParameter(parameter, reply)));
    }

    private void clear(String component, String name) {
        assertEquals(
                Outcome.DONE,
                fixture.apply(reply -> fixture.administration().clearParameter("v", component, name, reply)));
    }

    private VirtualHost vhost() {
        return fixture.administration().virtualHosts().get("v");
    }

    private Queue queue() {
        return vhost().requireQueue(QUEUE);
    }

    private Exchange exchange() {
        return vhost().requireExchange(EXCHANGE);
    }

    @Test
    void aPolicyHoldsForQueuesThatAreThereAndNoLongerThanItIsSet() {
        set(Parameter.POLICY, "p", Map.of("expires", 60_000));
        assertTrue(queue().expiresUnused());
        assertEquals("p", vhost().policyOf(queue()).policy());
        assertFalse(vhost().requireQueue(ShortString.of("other")).expiresUnused());

        set(Parameter.POLICY, "p", Map.of("max-length", 5));
        assertFalse(queue().expiresUnused());

        set(Policy.OPERATOR_POLICY, "o", Map.of("expires", 60_000));
        assertTrue(queue().expiresUnused());

        clear(Policy.OPERATOR_POLICY, "o");
        assertFalse(queue().expiresUnused());
    }

    @Test
    void anAlternateExchangeByPolicyChangesRoutesAtOnce() {
        long before = vhost().routingVersion();
        set(Parameter.POLICY, "p", Map.of("alternate-exchange", "ae"));
        assertEquals(ShortString.of("ae"), exchange().alternateExchange());
        assertTrue(vhost().routingVersion() > before);

        clear(Parameter.POLICY, "p");
        assertNull(exchange().alternateExchange());
    }

    @Test
    void policiesHoldAfterARestart() throws InterruptedException {
        set(Parameter.POLICY, "p", Map.of("alternate-exchange", "ae", "expires", 60_000));

        fixture.close();
        fixture = new AdminFixture(directory);

        assertTrue(queue().expiresUnused());
        assertEquals(ShortString.of("ae"), exchange().alternateExchange());
    }

    @Test
    void policiesHoldForWhatIsDeclaredLater() {
        set(Parameter.POLICY, "p", Map.of("alternate-exchange", "ae", "expires", 60_000));
        fixture.<Void>await(reply -> vhost().deleteExchange(EXCHANGE, false, reply));
        fixture.<Void>await(reply -> vhost().declareExchange(
                        "direct", new ExchangeDeclaration(EXCHANGE, true, false, false, FieldTable.EMPTY), reply));

        assertEquals(ShortString.of("ae"), exchange().alternateExchange());
    }

    @Test
    void anImportBringsPoliciesWithWhatTheyAreFor() throws DefinitionsFormatException {
        importAll("""
                {"vhosts": [{"name": "w"}],
                 "policies": [{"vhost": "w", "name": "p", "pattern": "", "definition": {"expires": 60000}},
                              {"vhost": "v", "name": "p", "pattern": "q", "definition": {"expires": 60000}}],
                 "queues": [{"vhost": "w", "name": "q", "durable": true, "arguments": {}}]}
                """);

        assertTrue(queue().expiresUnused());
        assertTrue(fixture.administration()
                .virtualHosts()
                .get("w")
                .requireQueue(QUEUE)
                .expiresUnused());
    }

    @Test
    void anImportWithAPolicyThatMakesNoSenseChangesNothing() {
        DefinitionsFormatException refused = assertThrows(DefinitionsFormatException.class, () -> importAll("""
                        {"policies": [{"vhost": "v", "name": "p", "pattern": "", "definition": {"max-length": -1}}]}
                        """));

        assertEquals(
                "Validation failed\n\n-1 is not a valid maximum length\n\n (vhost: \"v\" key: \"p\")",
                refused.getMessage());
    }

    @Test
    void aPolicyThatMakesNoSenseIsNotStored() {
        Parameter parameter = new Parameter("v", Parameter.POLICY, "p", "{}");
        assertThrows(
                ChannelError.class,
                () -> fixture.apply(reply -> fixture.administration().setParameter(parameter, reply)));
        assertNull(fixture.administration().parameters().get("v", Parameter.POLICY, "p"));
    }

    @Test
    void aPolicyChangesHowAStreamKeepsItsMessages() throws DefinitionsFormatException {
        importAll("""
                {"queues": [{"vhost": "v", "name": "s", "durable": true,
                             "arguments": {"x-queue-type": "stream", "x-max-length-bytes": 5000}}]}
                """);
        Parameter policy = Policy.parameter(
                "v", "policy", "p", "^s$", Map.of("max-age", "1h", "max-length-bytes", 9000), 0, "streams");
        assertEquals(
                Outcome.DONE, fixture.apply(reply -> fixture.administration().setParameter(policy, reply)));
        Queue stream = vhost().requireQueue(ShortString.of("s"));
        StreamLimits limits = vhost().streamLimitsFor(stream.settings());
        assertEquals(3_600_000, limits.maxAgeMillis());
        assertEquals(5000, limits.maxBytes());
        assertEquals(limits, ((StreamQueue) stream).limits());
        clear("policy", "p");
        assertEquals(StreamLimits.NONE, ((StreamQueue) stream).limits().maxAgeMillis());
    }
}
