package io.millrace.definitions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.definitions.DefinitionChange.PutVhost;
import io.millrace.definitions.SchemaMigrations.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SchemaMigrationsTest {
    private static final VhostDefinition VHOST = new VhostDefinition("/");

    @TempDir
    private Path directory;

    @Test
    void stepsAreCountedFromOneWithoutGaps() {
        List<Integer> versions =
                SchemaMigrations.STEPS.stream().map(Step::version).toList();
        for (int i = 0; i < versions.size(); i++) {
            assertEquals(i + 1, versions.get(i));
        }
    }

    @Test
    void anOlderSchemaIsBroughtForwardAndKeepsItsRows() {
        try (H2DefinitionStore old = H2DefinitionStore.open(directory)) {
            old.apply(List.of(new PutVhost(VHOST)));
        }
        List<Step> newer = new ArrayList<>(SchemaMigrations.STEPS);
        newer.add(new Step(newer.size() + 1, List.of("ALTER TABLE vhost ADD COLUMN IF NOT EXISTS tracing BOOLEAN")));
        for (int open = 0; open < 2; open++) {
            try (H2DefinitionStore migrated = H2DefinitionStore.open(directory, newer)) {
                assertEquals(List.of(VHOST), migrated.load().vhosts());
            }
        }
    }

    @Test
    void aNewerSchemaIsRefusedAndLeftAlone() {
        List<Step> newer = new ArrayList<>(SchemaMigrations.STEPS);
        newer.add(new Step(newer.size() + 1, List.of("ALTER TABLE vhost ADD COLUMN IF NOT EXISTS tracing BOOLEAN")));
        try (H2DefinitionStore store = H2DefinitionStore.open(directory, newer)) {
            store.apply(List.of(new PutVhost(VHOST)));
        }

        DefinitionStoreException e =
                assertThrows(DefinitionStoreException.class, () -> H2DefinitionStore.open(directory));

        assertTrue(e.getMessage().contains("schema version " + newer.size()), e.getMessage());
        assertTrue(e.getMessage().contains("newer release"), e.getMessage());
        try (H2DefinitionStore store = H2DefinitionStore.open(directory, newer)) {
            assertEquals(List.of(VHOST), store.load().vhosts());
        }
    }

    @Test
    void aStepThatACrashInterruptedIsRunAgain() throws IOException, SQLException {
        for (int done = 0; done <= SchemaMigrations.STEPS.get(0).statements().size(); done++) {
            Path crashed = directory.resolve("after" + done);
            Step half = new Step(1, SchemaMigrations.STEPS.get(0).statements().subList(0, done));
            try (DatabaseFile file = new DatabaseFile(crashed);
                    Connection connection = file.open();
                    var statement = connection.createStatement()) {
                new SchemaMigrations(List.of(half)).migrate(connection);
                statement.execute("UPDATE schema_version SET version = 0");
                connection.commit();
            }
            try (H2DefinitionStore store = H2DefinitionStore.open(crashed)) {
                store.apply(List.of(new PutVhost(VHOST)));
                assertEquals(List.of(VHOST), store.load().vhosts());
                assertEquals(1, store.nextQueueId());
            }
        }
    }
}
