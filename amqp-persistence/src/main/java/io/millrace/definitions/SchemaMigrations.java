package io.millrace.definitions;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The steps from an empty file to today's tables. A released step never changes: a change of the tables is a new step
 * at the end.
 *
 * <p>H2 commits at every CREATE, so a crash may leave a step half done. Therefore (1) the version is written after its
 * step, and (2) a step can be run again over what it has already made.
 */
final class SchemaMigrations {
    /**
     * One step.
     *
     * @param version what the schema is at after it; counted from 1 without gaps
     * @param statements run in order, each harmless when run twice
     */
    record Step(int version, List<String> statements) {}

    /** All there are. */
    static final List<Step> STEPS = List.of(first(), accessControl(), exchangesThatHold());

    private final List<Step> steps;

    SchemaMigrations(List<Step> steps) {
        this.steps = steps;
    }

    private static Step first() {
        return new Step(
                1,
                List.of(
                        "CREATE TABLE IF NOT EXISTS property(name VARCHAR(255) PRIMARY KEY, content VARCHAR NOT NULL)",
                        // One row: every id up to this one may have been handed out.
                        "CREATE TABLE IF NOT EXISTS queue_ids(single BOOLEAN PRIMARY KEY CHECK single,"
                                + " reserved INT NOT NULL)",
                        "MERGE INTO queue_ids USING (VALUES TRUE) one(single) ON queue_ids.single = one.single"
                                + " WHEN NOT MATCHED THEN INSERT VALUES (TRUE, 0)",
                        "CREATE TABLE IF NOT EXISTS vhost(name VARCHAR(255) PRIMARY KEY)",
                        "CREATE TABLE IF NOT EXISTS user_account(name VARCHAR(255) PRIMARY KEY,"
                                + " password_hash VARCHAR NOT NULL, hashing_algorithm VARCHAR NOT NULL,"
                                + " tags VARCHAR NOT NULL)",
                        "CREATE TABLE IF NOT EXISTS exchange(vhost VARCHAR(255), name VARCHAR(255),"
                                + " type VARCHAR(255) NOT NULL, durable BOOLEAN NOT NULL, auto_delete BOOLEAN NOT NULL,"
                                + " internal BOOLEAN NOT NULL, arguments VARBINARY NOT NULL, PRIMARY KEY(vhost, name))",
                        "CREATE TABLE IF NOT EXISTS queue(id INT PRIMARY KEY, vhost VARCHAR(255) NOT NULL,"
                                + " name VARCHAR(255) NOT NULL, durable BOOLEAN NOT NULL, auto_delete BOOLEAN NOT NULL,"
                                + " arguments VARBINARY NOT NULL, UNIQUE(vhost, name))",
                        "CREATE TABLE IF NOT EXISTS binding(vhost VARCHAR(255), source VARCHAR(255),"
                                + " destination_kind VARCHAR(8) CHECK destination_kind IN ('queue', 'exchange'),"
                                + " destination VARCHAR(255), routing_key VARBINARY(255),"
                                + " arguments VARBINARY,"
                                + " PRIMARY KEY(vhost, destination_kind, destination, source, routing_key, arguments))",
                        // For the delete of an exchange; that of a queue walks the primary key.
                        "CREATE INDEX IF NOT EXISTS binding_source ON binding(vhost, source)"));
    }

    /** Limits, permissions and parameters. A limit below 0 is none. */
    private static Step accessControl() {
        return new Step(
                2,
                List.of(
                        "ALTER TABLE vhost ADD COLUMN IF NOT EXISTS description VARCHAR DEFAULT '' NOT NULL",
                        "ALTER TABLE vhost ADD COLUMN IF NOT EXISTS tags VARCHAR DEFAULT '' NOT NULL",
                        "ALTER TABLE vhost ADD COLUMN IF NOT EXISTS default_queue_type VARCHAR DEFAULT '' NOT NULL",
                        "ALTER TABLE vhost ADD COLUMN IF NOT EXISTS max_connections INT DEFAULT -1 NOT NULL",
                        "ALTER TABLE vhost ADD COLUMN IF NOT EXISTS max_queues INT DEFAULT -1 NOT NULL",
                        "ALTER TABLE user_account ADD COLUMN IF NOT EXISTS max_connections INT DEFAULT -1 NOT NULL",
                        "ALTER TABLE user_account ADD COLUMN IF NOT EXISTS max_channels INT DEFAULT -1 NOT NULL",
                        "CREATE TABLE IF NOT EXISTS permission(user_name VARCHAR(255), vhost VARCHAR(255),"
                                + " configure_pattern VARCHAR NOT NULL, write_pattern VARCHAR NOT NULL,"
                                + " read_pattern VARCHAR NOT NULL, PRIMARY KEY(user_name, vhost))",
                        // Until this step nobody was refused anything.
                        "MERGE INTO permission(user_name, vhost, configure_pattern, write_pattern, read_pattern)"
                                + " KEY(user_name, vhost)"
                                + " SELECT u.name, v.name, '.*', '.*', '.*' FROM user_account u CROSS JOIN vhost v",
                        "CREATE TABLE IF NOT EXISTS topic_permission(user_name VARCHAR(255), vhost VARCHAR(255),"
                                + " exchange VARCHAR(255), write_pattern VARCHAR NOT NULL,"
                                + " read_pattern VARCHAR NOT NULL, PRIMARY KEY(user_name, vhost, exchange))",
                        "CREATE TABLE IF NOT EXISTS parameter(vhost VARCHAR(255), component VARCHAR(255),"
                                + " name VARCHAR(255), content VARCHAR NOT NULL,"
                                + " PRIMARY KEY(vhost, component, name))"));
    }

    /** Exchanges that keep messages. */
    private static Step exchangesThatHold() {
        return new Step(3, List.of("ALTER TABLE exchange ADD COLUMN IF NOT EXISTS store_id INT DEFAULT 0 NOT NULL"));
    }

    /**
     * Brings the schema up to date.
     *
     * @throws DefinitionStoreException the schema is newer than the last step
     */
    void migrate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int version = version(statement);
            if (version > steps.size()) {
                throw new DefinitionStoreException(
                        "the definitions have schema version " + version
                                + ", written by a newer release; this one knows " + steps.size()
                                + " and will not touch them",
                        null,
                        false);
            }
            for (Step step : steps.subList(version, steps.size())) {
                for (String sql : step.statements()) {
                    statement.execute(sql);
                }
                statement.execute("UPDATE schema_version SET version = " + step.version());
            }
            connection.commit();
        }
    }

    private static int version(Statement statement) throws SQLException {
        statement.execute("CREATE TABLE IF NOT EXISTS schema_version(version INT NOT NULL)");
        try (ResultSet row = statement.executeQuery("SELECT version FROM schema_version")) {
            if (row.next()) {
                return row.getInt(1);
            }
        }
        statement.execute("INSERT INTO schema_version VALUES (0)");
        return 0;
    }
}
