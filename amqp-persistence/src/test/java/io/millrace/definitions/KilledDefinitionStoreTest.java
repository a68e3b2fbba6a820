package io.millrace.definitions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.definitions.DefinitionChange.DeleteQueue;
import io.millrace.definitions.DefinitionChange.PutQueue;
import io.millrace.definitions.DefinitionChange.PutVhost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kill leaves behind is the file as it is after some change: a copy of it, taken while it is open. */
final class KilledDefinitionStoreTest {
    private static final int CHANGES = 60;
    private static final byte[] NO_ARGUMENTS = {};

    @TempDir
    private Path directory;

    private final Random random = new Random(7);
    private final Set<String> queues = new TreeSet<>();
    private int nextName;

    @Test
    void everyChangeIsThereAfterAKillAlsoWhenItWentIntoSpaceThatBecameFree() throws Exception {
        Path live = directory.resolve("live");
        reuseSpaceAtOnce(live);
        try (H2DefinitionStore store = H2DefinitionStore.open(live)) {
            store.apply(List.of(new PutVhost(new VhostDefinition("/"))));
            for (int i = 0; i < CHANGES; i++) {
                changeSomething(store);
                Path killed = copy(live, "killed" + i);
                assertEquals(queues, queuesIn(killed), "after change " + i);
            }
        }
    }

    @Test
    void aStoreThatWasKilledManyTimesKeepsEveryChange() throws Exception {
        Path live = directory.resolve("0");
        reuseSpaceAtOnce(live);
        for (int life = 0; life < 12; life++) {
            try (H2DefinitionStore store = H2DefinitionStore.open(live)) {
                if (life == 0) {
                    store.apply(List.of(new PutVhost(new VhostDefinition("/"))));
                }
                assertEquals(queues, queuesIn(store), "at the start of life " + life);
                for (int i = random.nextInt(30); i > 0; i--) {
                    changeSomething(store);
                }
                live = copy(live, "life" + life);
            }
        }
    }

    /** As if 45 seconds went by between changes. */
    private static void reuseSpaceAtOnce(Path live) throws IOException, SQLException {
        try (DatabaseFile file = new DatabaseFile(live);
                Connection connection = file.open();
                var statement = connection.createStatement()) {
            statement.execute("SET RETENTION_TIME 0");
            connection.commit();
        }
    }

    private void changeSomething(H2DefinitionStore store) {
        if (!queues.isEmpty() && random.nextInt(3) == 0) {
            String name = queues.stream()
                    .skip(random.nextInt(queues.size()))
                    .findFirst()
                    .orElseThrow();
            store.apply(List.of(new DeleteQueue("/", name)));
            queues.remove(name);
        } else {
            String name = "queue-" + nextName++;
            byte[] arguments = random.nextInt(10) == 0 ? new byte[random.nextInt(20_000)] : NO_ARGUMENTS;
            store.apply(List.of(
                    new PutQueue(new QueueDefinition(store.nextQueueId(), "/", name, false, false, arguments))));
            queues.add(name);
        }
    }

    private Path copy(Path live, String name) throws IOException {
        Path copy = Files.createDirectory(directory.resolve(name));
        Files.copy(live.resolve("definitions.mv.db"), copy.resolve("definitions.mv.db"));
        return copy;
    }

    private static Set<String> queuesIn(Path directory) {
        try (H2DefinitionStore store = H2DefinitionStore.open(directory)) {
            return queuesIn(store);
        }
    }

    private static Set<String> queuesIn(H2DefinitionStore store) {
        return store.load().queues().stream().map(QueueDefinition::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
