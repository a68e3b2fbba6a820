package io.millrace.definitions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.definitions.BindingDefinition.DestinationKind;
import io.millrace.definitions.DefinitionChange.DeleteBinding;
import io.millrace.definitions.DefinitionChange.DeleteExchange;
import io.millrace.definitions.DefinitionChange.DeleteParameter;
import io.millrace.definitions.DefinitionChange.DeletePermission;
import io.millrace.definitions.DefinitionChange.DeleteQueue;
import io.millrace.definitions.DefinitionChange.DeleteTopicPermission;
import io.millrace.definitions.DefinitionChange.DeleteUser;
import io.millrace.definitions.DefinitionChange.DeleteVhost;
import io.millrace.definitions.DefinitionChange.PutBinding;
import io.millrace.definitions.DefinitionChange.PutExchange;
import io.millrace.definitions.DefinitionChange.PutParameter;
import io.millrace.definitions.DefinitionChange.PutPermission;
import io.millrace.definitions.DefinitionChange.PutQueue;
import io.millrace.definitions.DefinitionChange.PutTopicPermission;
import io.millrace.definitions.DefinitionChange.PutUser;
import io.millrace.definitions.DefinitionChange.PutVhost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class H2DefinitionStoreTest {
    private static final byte[] NONE = {};
    private static final byte[] EVERY_OCTET = everyOctet();

    @TempDir
    private Path temporary;

    private Path directory;
    private H2DefinitionStore store;

    @BeforeEach
    void open() {
        directory = temporary.resolve("data");
        store = H2DefinitionStore.open(directory);
    }

    @Test
    void aDiskThatIsNearlyFullTakesDeletionsOnlyAndNothingIsChangedByTheRest() {
        store.close();
        long[] free = {Long.MAX_VALUE};
        store = H2DefinitionStore.open(directory, SchemaMigrations.STEPS, () -> free[0]);
        store.apply(List.of(new PutVhost(new VhostDefinition("first")), new PutVhost(new VhostDefinition("second"))));
        free[0] = (8 << 20) - 1;
        DiskFullException e = assertThrows(
                DiskFullException.class,
                () -> store.apply(List.of(new DeleteVhost("first"), new PutVhost(new VhostDefinition("third")))));
        assertFalse(e.isFatal());
        store.apply(List.of(new DeleteVhost("first")));
        assertEquals(List.of(new VhostDefinition("second")), store.load().vhosts());
        free[0] = 0;
        assertThrows(DiskFullException.class, () -> store.apply(List.of(new DeleteVhost("second"))));
        free[0] = Long.MAX_VALUE;
        store.apply(List.of(new PutVhost(new VhostDefinition("third"))));
        assertEquals(2, store.load().vhosts().size());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void anEmptyDirectoryHoldsNothing() {
        assertEquals(Definitions.none(), store.load());
    }

    @Test
    void whatWasPutIsLoadedAfterReopening() {
        VhostDefinition vhost = new VhostDefinition("/");
        UserDefinition user =
                new UserDefinition("guest", "c2FsdA==", "rabbit_password_hashing_sha256", "administrator");
        ExchangeDefinition exchange =
                new ExchangeDefinition("/", "orders", "x-any-type", true, false, true, EVERY_OCTET);
        QueueDefinition queue = new QueueDefinition(7, "/", "invoices", true, true, EVERY_OCTET);
        BindingDefinition toQueue = binding("orders", DestinationKind.QUEUE, "invoices", EVERY_OCTET, EVERY_OCTET);
        BindingDefinition toExchange = binding("orders", DestinationKind.EXCHANGE, "orders", NONE, NONE);
        store.apply(List.of(
                new PutVhost(vhost),
                new PutUser(user),
                new PutExchange(exchange),
                new PutQueue(queue),
                new PutBinding(toQueue),
                new PutBinding(toExchange)));

        reopen();

        Definitions loaded = store.load();
        assertEquals(List.of(vhost), loaded.vhosts());
        assertEquals(List.of(user), loaded.users());
        assertEquals(List.of(exchange), loaded.exchanges());
        assertEquals(List.of(queue), loaded.queues());
        assertEquals(Set.of(toQueue, toExchange), Set.copyOf(loaded.bindings()));
    }

    @Test
    void namesAreComparedOctetByOctet() {
        List<String> odd = List.of(
                "",
                " ",
                "a",
                "A",
                "a ",
                " a",
                "%2F",
                "'; DROP TABLE queue; --",
                "\u0000\u0001\n\t\"\\",
                "\u00e9",
                "e\u0301",
                "\u00df",
                "ss",
                "\ud83d\ude80",
                "\u202e\ufeff\uffff",
                "\u00e9".repeat(127),
                "x".repeat(255));
        List<DefinitionChange> changes = new ArrayList<>();
        for (String name : odd) {
            changes.add(new PutVhost(new VhostDefinition(name)));
            changes.add(new PutQueue(new QueueDefinition(store.nextQueueId(), "/", name, true, false, NONE)));
            changes.add(new PutExchange(new ExchangeDefinition(name, name, name, true, false, false, NONE)));
        }
        store.apply(changes);
        store.apply(List.of(new DeleteQueue("/", "a"), new DeleteVhost("A")));

        reopen();

        List<String> withoutQueue = new ArrayList<>(odd);
        withoutQueue.remove("a");
        List<String> withoutVhost = new ArrayList<>(odd);
        withoutVhost.remove("A");
        Definitions loaded = store.load();
        assertEquals(
                Set.copyOf(withoutQueue),
                Set.copyOf(loaded.queues().stream().map(QueueDefinition::name).toList()));
        assertEquals(
                Set.copyOf(withoutVhost),
                Set.copyOf(loaded.vhosts().stream().map(VhostDefinition::name).toList()));
        assertEquals(
                Set.copyOf(withoutVhost),
                Set.copyOf(loaded.exchanges().stream()
                        .map(ExchangeDefinition::type)
                        .toList()));
    }

    @Test
    void aPutReplacesWhatHasTheSameKey() {
        store.apply(List.of(
                new PutVhost(new VhostDefinition("/")),
                new PutUser(new UserDefinition("guest", "old", "a", "")),
                new PutExchange(new ExchangeDefinition("/", "e", "direct", false, false, false, NONE)),
                new PutQueue(new QueueDefinition(1, "/", "q", false, false, NONE))));
        UserDefinition user = new UserDefinition("guest", "new", "b", "monitoring");
        ExchangeDefinition exchange = new ExchangeDefinition("/", "e", "topic", true, true, true, EVERY_OCTET);
        QueueDefinition queue = new QueueDefinition(2, "/", "q", true, true, EVERY_OCTET);

        store.apply(List.of(
                new PutVhost(new VhostDefinition("/")),
                new PutUser(user),
                new PutExchange(exchange),
                new PutQueue(queue)));

        assertEquals(
                new Definitions(
                        List.of(new VhostDefinition("/")),
                        List.of(user),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(exchange),
                        List.of(queue),
                        List.of()),
                store.load());
    }

    @Test
    void limitsPermissionsAndParametersAreLoadedAfterReopening() {
        VhostDefinition vhost = new VhostDefinition("v", "for tests", "a,b", "classic", 3, 0);
        UserDefinition user = new UserDefinition("u", "", "", "", 0, 2);
        Permission permission = new Permission("u", "v", "^a", "", ".*");
        TopicPermission topic = new TopicPermission("u", "v", "x", "^w", "^r");
        Parameter policy = new Parameter("v", Parameter.POLICY, "p", "{\"pattern\":\"^q\"}");
        Parameter global = Parameter.global("cluster_name", "\"mill\"");
        store.apply(List.of(
                new PutVhost(vhost),
                new PutUser(user),
                new PutPermission(new Permission("u", "v", "old", "old", "old")),
                new PutPermission(permission),
                new PutTopicPermission(topic),
                new PutParameter(policy),
                new PutParameter(global)));
        store.close();
        store = H2DefinitionStore.open(directory);

        Definitions loaded = store.load();
        assertEquals(List.of(vhost), loaded.vhosts());
        assertEquals(List.of(user), loaded.users());
        assertEquals(List.of(permission), loaded.permissions());
        assertEquals(List.of(topic), loaded.topicPermissions());
        assertEquals(Set.of(policy, global), Set.copyOf(loaded.parameters()));
    }

    @Test
    void userAndVhostTakeTheirPermissionsAlong() {
        for (String vhost : List.of("v", "w")) {
            store.apply(List.of(
                    new PutVhost(new VhostDefinition(vhost)),
                    new PutPermission(new Permission("u", vhost, "", "", "")),
                    new PutTopicPermission(new TopicPermission("u", vhost, "x", "", "")),
                    new PutParameter(new Parameter(vhost, "c", "p", "1"))));
        }

        store.apply(List.of(new DeleteVhost("v")));
        Definitions withoutVhost = store.load();
        store.apply(List.of(new DeleteUser("u")));
        Definitions withoutUser = store.load();

        assertEquals(List.of(new Permission("u", "w", "", "", "")), withoutVhost.permissions());
        assertEquals(List.of(new TopicPermission("u", "w", "x", "", "")), withoutVhost.topicPermissions());
        assertEquals(List.of(new Parameter("w", "c", "p", "1")), withoutVhost.parameters());
        assertEquals(List.of(), withoutUser.permissions());
        assertEquals(List.of(), withoutUser.topicPermissions());
    }

    @Test
    void permissionsAndParametersAreDeletedOneByOne() {
        store.apply(List.of(
                new PutPermission(new Permission("u", "v", "", "", "")),
                new PutTopicPermission(new TopicPermission("u", "v", "x", "", "")),
                new PutParameter(new Parameter("v", "c", "p", "1"))));

        store.apply(List.of(
                new DeletePermission("u", "v"),
                new DeleteTopicPermission("u", "v", "x"),
                new DeleteParameter("v", "c", "p")));

        assertEquals(Definitions.none(), store.load());
    }

    @Test
    void bindingsDifferInEveryPartOfTheirKey() {
        List<BindingDefinition> bindings = List.of(
                binding("e", DestinationKind.QUEUE, "d", bytes("k"), NONE),
                new BindingDefinition("other", "e", "d", DestinationKind.QUEUE, bytes("k"), NONE),
                binding("other", DestinationKind.QUEUE, "d", bytes("k"), NONE),
                binding("e", DestinationKind.EXCHANGE, "d", bytes("k"), NONE),
                binding("e", DestinationKind.QUEUE, "other", bytes("k"), NONE),
                binding("e", DestinationKind.QUEUE, "d", NONE, NONE),
                binding("e", DestinationKind.QUEUE, "d", bytes("k"), bytes("arguments")));
        for (BindingDefinition binding : bindings) {
            store.apply(List.of(new PutBinding(binding), new PutBinding(binding)));
        }
        assertEquals(bindings.size(), store.load().bindings().size());

        store.apply(List.of(new DeleteBinding(bindings.get(0))));

        assertEquals(
                Set.copyOf(bindings.subList(1, bindings.size())),
                Set.copyOf(store.load().bindings()));
    }

    @Test
    void deletingAQueueDeletesItsBindingsOnly() {
        BindingDefinition kept = binding("e", DestinationKind.EXCHANGE, "q", NONE, NONE);
        store.apply(List.of(
                new PutQueue(new QueueDefinition(1, "/", "q", true, false, NONE)),
                new PutBinding(binding("e", DestinationKind.QUEUE, "q", NONE, NONE)),
                new PutBinding(kept)));

        store.apply(List.of(new DeleteQueue("/", "q")));

        assertEquals(List.of(), store.load().queues());
        assertEquals(List.of(kept), store.load().bindings());
    }

    @Test
    void deletingAnExchangeDeletesTheBindingsFromItAndToIt() {
        BindingDefinition kept = binding("other", DestinationKind.QUEUE, "e", NONE, NONE);
        store.apply(List.of(
                new PutExchange(new ExchangeDefinition("/", "e", "direct", true, false, false, NONE)),
                new PutBinding(binding("e", DestinationKind.QUEUE, "q", NONE, NONE)),
                new PutBinding(binding("other", DestinationKind.EXCHANGE, "e", NONE, NONE)),
                new PutBinding(kept)));

        store.apply(List.of(new DeleteExchange("/", "e")));

        assertEquals(List.of(), store.load().exchanges());
        assertEquals(List.of(kept), store.load().bindings());
    }

    @Test
    void deletingAVhostDeletesWhatIsInIt() {
        store.apply(List.of(
                new PutVhost(new VhostDefinition("/")),
                new PutExchange(new ExchangeDefinition("/", "e", "direct", true, false, false, NONE)),
                new PutQueue(new QueueDefinition(1, "/", "q", true, false, NONE)),
                new PutBinding(binding("e", DestinationKind.QUEUE, "q", NONE, NONE)),
                new PutUser(new UserDefinition("u", "", "", ""))));

        store.apply(List.of(new DeleteVhost("/"), new DeleteUser("u"), new DeleteUser("never there")));

        assertEquals(Definitions.none(), store.load());
    }

    @Test
    void changesAreMadeInTheOrderGiven() {
        VhostDefinition vhost = new VhostDefinition("/");
        store.apply(List.of(new PutVhost(vhost), new DeleteVhost("/"), new PutVhost(vhost)));
        assertEquals(List.of(vhost), store.load().vhosts());

        store.apply(List.of(new PutVhost(vhost), new DeleteVhost("/")));
        assertEquals(List.of(), store.load().vhosts());
    }

    @Test
    void aFailedChangeTakesTheWholeListBack() {
        store.apply(List.of(new PutQueue(new QueueDefinition(1, "/", "q", true, false, NONE))));
        List<DefinitionChange> takenId = List.of(
                new PutVhost(new VhostDefinition("/")),
                new DeleteQueue("/", "unrelated"),
                new PutQueue(new QueueDefinition(1, "/", "another", true, false, NONE)));

        DefinitionStoreException e = assertThrows(DefinitionStoreException.class, () -> store.apply(takenId));

        assertFalse(e.isFatal());
        assertEquals(List.of(), store.load().vhosts());
        store.apply(List.of(new PutVhost(new VhostDefinition("/"))));
        reopen();
        assertEquals(List.of(new VhostDefinition("/")), store.load().vhosts());
        assertEquals(1, store.load().queues().size());
    }

    @Test
    void anApplyIsDurableWhenItReturns() throws IOException {
        BindingDefinition binding = binding("e", DestinationKind.QUEUE, "q", EVERY_OCTET, NONE);
        for (int round = 1; round <= 5; round++) {
            QueueDefinition queue =
                    new QueueDefinition(store.nextQueueId(), "/", "q" + round, true, false, EVERY_OCTET);
            store.apply(List.of(new PutQueue(queue), new PutBinding(binding)));
            store.property("round", Integer.toString(round));

            try (H2DefinitionStore crashed = H2DefinitionStore.open(copyOfOpenDirectory("crash" + round))) {
                assertEquals(store.load(), crashed.load());
                assertEquals(Integer.toString(round), crashed.property("round"));
            }
        }
    }

    @Test
    void propertiesAreNullUntilSetAndKeepTheirLastValue() {
        assertNull(store.property("node id"));
        store.property("node id", "first");
        store.property("node id", "second");
        assertEquals("second", store.property("node id"));
        reopen();
        assertEquals("second", store.property("node id"));
    }

    @Test
    void queueIdsAscendOverBlocksAndReopenings() {
        int last = 0;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < QueueIds.BLOCK + 1; i++) {
                int id = store.nextQueueId();
                assertTrue(id > last, id + " after " + last);
                last = id;
            }
            reopen();
        }
    }

    @Test
    void aCrashNeverMakesAQueueIdComeBack() throws IOException {
        int last = 0;
        for (int i = 0; i < QueueIds.BLOCK + 5; i++) {
            last = store.nextQueueId();
        }
        try (H2DefinitionStore crashed = H2DefinitionStore.open(copyOfOpenDirectory("crash"))) {
            assertTrue(crashed.nextQueueId() > last);
        }
    }

    @Test
    void idsGivenFromElsewhereAreNotHandedOutAgain() throws IOException {
        int given = 5 * QueueIds.BLOCK + 3;
        store.apply(List.of(new PutQueue(new QueueDefinition(given, "/", "q", true, false, NONE))));
        try (H2DefinitionStore crashed = H2DefinitionStore.open(copyOfOpenDirectory("crash"))) {
            assertTrue(crashed.nextQueueId() > given);
        }
        assertTrue(store.nextQueueId() > given);

        int withinBlock = store.nextQueueId() + 1;
        store.apply(List.of(new PutQueue(new QueueDefinition(withinBlock, "/", "r", true, false, NONE))));
        assertTrue(store.nextQueueId() > withinBlock);
    }

    @Test
    void thousandsOfBindingsComeBackWhole() {
        List<DefinitionChange> changes = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            changes.add(new PutBinding(
                    binding("e" + i % 7, DestinationKind.QUEUE, "q" + i % 501, bytes("key." + i), NONE)));
        }
        store.apply(changes);
        reopen();
        Set<DefinitionChange> loaded =
                Set.copyOf(store.load().bindings().stream().map(PutBinding::new).toList());
        assertEquals(Set.copyOf(changes), loaded);
    }

    @Test
    void aSecondOpenOfTheSameDirectoryIsRefused() {
        DefinitionStoreException e =
                assertThrows(DefinitionStoreException.class, () -> H2DefinitionStore.open(directory));
        assertTrue(e.getMessage().contains("is in use by"), e.getMessage());
        assertTrue(e.getMessage().contains(directory.toString()), e.getMessage());
        store.apply(List.of(new PutVhost(new VhostDefinition("still usable"))));
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedByName() throws IOException {
        Path other = Files.createDirectory(temporary.resolve("other"));
        Files.write(
                other.resolve("definitions.mv.db"),
                "not a database".repeat(1_000).getBytes(UTF_8));
        DefinitionStoreException e = assertThrows(DefinitionStoreException.class, () -> H2DefinitionStore.open(other));
        assertTrue(e.getMessage().contains(other.resolve("definitions.mv.db").toString()), e.getMessage());
    }

    @Test
    void onlyItsOwnerMayReadTheFile() throws IOException {
        store.apply(List.of(new PutVhost(new VhostDefinition("/"))));
        reopen();
        try (var files = Files.list(directory)) {
            for (Path file : files.filter(file -> !file.endsWith("lock")).toList()) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                        file.toString());
            }
        }
    }

    @Test
    void closingTwiceDoesNothing() {
        store.close();
        store.close();
    }

    /** As a kill of the process would leave it: nothing is closed, nothing more is written. */
    private Path copyOfOpenDirectory(String name) throws IOException {
        Path copy = Files.createDirectory(temporary.resolve(name));
        Files.copy(directory.resolve("definitions.mv.db"), copy.resolve("definitions.mv.db"));
        return copy;
    }

    private void reopen() {
        store.close();
        store = H2DefinitionStore.open(directory);
    }

    private static BindingDefinition binding(
            String source, DestinationKind kind, String destination, byte[] routingKey, byte[] arguments) {
        return new BindingDefinition("/", source, destination, kind, routingKey, arguments);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] everyOctet() {
        byte[] octets = new byte[255];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (255 - i);
        }
        return octets;
    }
}
