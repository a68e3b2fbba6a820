package io.millrace.server.vhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.AmqpException;
import io.millrace.codec.ChannelError;
import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.definitions.DefinitionChange;
import io.millrace.definitions.DefinitionStore;
import io.millrace.definitions.Definitions;
import io.millrace.definitions.ExchangeDefinition;
import io.millrace.definitions.H2DefinitionStore;
import io.millrace.definitions.Permission;
import io.millrace.definitions.VhostDefinition;
import io.millrace.server.queue.Queue;
import io.millrace.server.security.User;
import io.millrace.server.transfer.DefinitionsFormatException;
import io.millrace.server.transfer.DefinitionsReader;
import io.millrace.server.transfer.DefinitionsWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdministrationTest {
    private static final String IMPORT = """
        {"vhosts": [{"name": "v", "metadata": {"description": "d", "tags": ["a", "b"]}}],
         "users": [{"name": "u", "password": "p", "tags": "monitoring", "limits": {"max-channels": 2}}],
         "permissions": [{"user": "u", "vhost": "v", "configure": "^c", "write": "^w", "read": "^r"}],
         "topic_permissions": [
           {"user": "u", "vhost": "v", "exchange": "amq.topic", "write": "^tw", "read": "^tr"}],
         "parameters": [
           {"vhost": "v", "component": "vhost-limits", "name": "limits", "value": {"max-queues": 7}},
           {"vhost": "v", "component": "federation-upstream", "name": "f", "value": {"uri": "amqp://h"}}],
         "global_parameters": [{"name": "g", "value": [1, true, null]}],
         "policies": [{"vhost": "v", "name": "p", "pattern": "^q", "apply-to": "queues",
           "definition": {"max-length": 2}, "priority": 3}],
         "exchanges": [{"name": "x", "vhost": "v", "type": "topic", "durable": true, "auto_delete": false,
           "internal": false, "arguments": {"alternate-exchange": "y"}}],
         "queues": [{"name": "q", "vhost": "v", "durable": true, "auto_delete": false,
           "arguments": {"x-max-length": 10, "x-nested": {"l": [1.5, "s"]}}}],
         "bindings": [{"source": "x", "vhost": "v", "destination": "q", "destination_type": "queue",
           "routing_key": "k.#", "arguments": {}}]}
        """;

    @TempDir
    private Path directory;

    private AdminFixture fixture;

    @BeforeEach
    void open() {
        fixture = new AdminFixture(directory);
    }

    @AfterEach
    void close() throws InterruptedException {
        fixture.close();
    }

    private Administration admin() {
        return fixture.administration();
    }

    private void restart() throws InterruptedException {
        fixture.close();
        fixture = new AdminFixture(directory);
    }

    private Definitions read(String json) throws DefinitionsFormatException {
        return DefinitionsReader.read(json.getBytes(StandardCharsets.UTF_8), admin()::findVhost, admin()::findUser);
    }

    private Outcome importAll(String json) throws DefinitionsFormatException {
        Definitions definitions = read(json);
        return fixture.apply(reply -> admin().importAll(definitions, reply));
    }

    private String export() {
        return new String(DefinitionsWriter.write(admin(), "4.3.6"), StandardCharsets.UTF_8);
    }

    @Test
    void aUserIsAddedOnceAndSurvivesARestart() throws InterruptedException {
        User user = AdminFixture.user("u");

        assertEquals(Outcome.DONE, fixture.apply(reply -> admin().addUser(user, reply)));
        assertEquals(Outcome.EXISTS, fixture.apply(reply -> admin().addUser(user, reply)));
        assertEquals(
                Outcome.DONE,
                fixture.apply(reply -> admin().changeUser("u", before -> before.withTags(Set.of("t")), reply)));
        restart();

        assertEquals(Set.of("t"), admin().users().get("u").tags());
    }

    @Test
    void aDeletedUserLosesPermissionsAndConnections() throws InterruptedException {
        fixture.apply(reply -> admin().addUser(AdminFixture.user("u"), reply));
        fixture.apply(reply -> admin().addVhost(new VhostDefinition("v"), reply));
        fixture.apply(reply -> admin().permit(new Permission("u", "v", "", "", ""), reply));

        assertEquals(Outcome.DONE, fixture.apply(reply -> admin().deleteUser("u", reply)));
        assertEquals(Outcome.NO_SUCH_USER, fixture.apply(reply -> admin().deleteUser("u", reply)));

        assertFalse(admin().access().mayEnter("u", "v"));
        assertEquals(List.of("u: user 'u' is deleted"), fixture.evictions());
        restart();
        assertNull(admin().users().get("u"));
        assertFalse(admin().access().mayEnter("u", "v"));
    }

    @Test
    void aDeletedVirtualHostTakesEverythingAlong() throws Exception {
        importAll(IMPORT);
        VirtualHost gone = admin().virtualHosts().get("v");

        assertEquals(Outcome.DONE, fixture.apply(reply -> admin().deleteVhost("v", reply)));

        assertNull(admin().virtualHosts().get("v"));
        assertTrue(gone.queues().isEmpty());
        assertEquals(List.of("v: vhost 'v' is deleted"), fixture.evictions());
        AmqpException late = assertThrows(
                AmqpException.class,
                () -> fixture.<Void>await(reply -> gone.deleteExchange(ShortString.of("x"), false, reply)));
        assertEquals("NOT_ALLOWED - vhost v not found", late.replyText());
        restart();
        assertNull(admin().virtualHosts().get("v"));
    }

    @Test
    void aPermissionNeedsAUserAndAVirtualHost() {
        fixture.apply(reply -> admin().addUser(AdminFixture.user("u"), reply));
        fixture.apply(reply -> admin().addVhost(new VhostDefinition("v"), reply));

        assertEquals(
                Outcome.NO_SUCH_USER,
                fixture.apply(reply -> admin().permit(new Permission("nobody", "v", "", "", ""), reply)));
        assertEquals(
                Outcome.NO_SUCH_VHOST,
                fixture.apply(reply -> admin().permit(new Permission("u", "nowhere", "", "", ""), reply)));
    }

    @Test
    void aChangeOfPermissionsMakesRoutesUnknown() {
        fixture.apply(reply -> admin().addUser(AdminFixture.user("u"), reply));
        fixture.apply(reply -> admin().addVhost(new VhostDefinition("v"), reply));
        VirtualHost virtualHost = admin().virtualHosts().get("v");
        long atFirst = virtualHost.routingVersion();

        fixture.apply(reply -> admin().permit(new Permission("u", "v", "", "", ""), reply));
        long permitted = virtualHost.routingVersion();
        fixture.apply(reply -> admin().forbid("u", "v", reply));

        assertTrue(permitted > atFirst);
        assertTrue(virtualHost.routingVersion() > permitted);
    }

    @Test
    void anExportAfterAnImportSaysTheSameAndSoAfterARestart() throws Exception {
        assertEquals(Outcome.DONE, importAll(IMPORT));
        String first = export();

        assertEquals(Outcome.DONE, importAll(first));
        assertEquals(first, export());
        restart();
        assertEquals(first, export());

        for (String part : List.of(
                "\"limits\":{\"max-queues\":7}",
                "\"tags\":[\"a\",\"b\"]",
                "\"arguments\":{\"x-max-length\":10,\"x-nested\":{\"l\":[1.5,\"s\"]},"
                        + "\"x-queue-type\":\"classic\"}",
                "{\"name\":\"g\",\"value\":[1,true,null]}",
                "\"definition\":{\"max-length\":2},\"name\":\"p\",\"pattern\":\"^q\",\"priority\":3",
                "\"limits\":{\"max-channels\":2}")) {
            assertTrue(first.contains(part), part + " is not in " + first);
        }
        assertNotNull(admin().virtualHosts().get("v").findQueue(ShortString.of("q")));
    }

    @Test
    void anExchangeGetsItsPlaceInTheLogWhenAnEarlierVersionKnewNothingOfItsArguments() throws Exception {
        fixture.close();
        byte[] arguments = FieldTable.of(Map.of("x-message-deduplication", true, "x-delayed-exchange", true))
                .bytes();
        try (DefinitionStore store = H2DefinitionStore.open(directory)) {
            store.load();
            store.apply(List.of(new DefinitionChange.PutVhost(new VhostDefinition("v"))));
            for (String name : List.of("one", "two")) {
                store.apply(List.of(new DefinitionChange.PutExchange(
                        new ExchangeDefinition("v", name, "direct", true, false, false, arguments))));
            }
        }
        fixture = new AdminFixture(directory);
        Set<Integer> ids = holderIds();
        assertEquals(4, ids.size());
        assertFalse(ids.contains(0));
        restart();
        assertEquals(ids, holderIds());
    }

    private Set<Integer> holderIds() {
        return admin().virtualHosts().get("v").holderQueues().stream()
                .map(Queue::id)
                .collect(Collectors.toSet());
    }

    @Test
    void anImportLeavesQueuesThatAreThereAsTheyAre() throws Exception {
        importAll(IMPORT);
        Object queue = admin().virtualHosts().get("v").findQueue(ShortString.of("q"));

        importAll(IMPORT.replace("\"x-max-length\": 10", "\"x-max-length\": 11"));

        assertEquals(queue, admin().virtualHosts().get("v").findQueue(ShortString.of("q")));
        assertTrue(export().contains("\"x-max-length\":10"));
    }

    @Test
    void anImportThatMakesNoSenseChangesNothing() throws Exception {
        String before = export();

        ChannelError refused = assertThrows(
                ChannelError.class,
                () -> importAll(IMPORT.replace("\"destination\": \"q\"", "\"destination\": \"r\"")));

        assertEquals("NOT_FOUND - no queue 'r' in vhost 'v'", refused.replyText());
        assertEquals(before, export());
        restart();
        assertEquals(before, export());
    }

    @Test
    void aFileThatIsNoDefinitionsIsRefusedWithAReason() {
        for (String json :
                List.of("", "[]", "{\"users\": 1}", "{\"users\": [1]}", "{\"users\": [{}]}", "{\"vhosts\": [")) {
            assertThrows(DefinitionsFormatException.class, () -> read(json), json);
        }
        DefinitionsFormatException reason = assertThrows(
                DefinitionsFormatException.class,
                () -> read("{\"queues\": [{\"name\": \"q\", \"vhost\": \"/\", \"durable\": 1}]}"));
        assertEquals("queue q: 'durable' must be true or false", reason.getMessage());
    }

    @Test
    void unknownSectionsArePassedOver() throws DefinitionsFormatException {
        assertEquals(Definitions.none(), read("{\"rabbit_version\": \"4.3.6\", \"new\": [{\"a\": {}}]}"));
    }
}
