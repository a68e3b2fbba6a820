package io.millrace.definitions;

import io.millrace.definitions.BindingDefinition.DestinationKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns rows into records. Lives for one load. */
final class DefinitionReader {
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final Statements statements;
    /**
     * A name is in many rows and should be in memory once: 100,000 bindings share their vhost and most of their ends.
     */
    private final Map<String, String> names = new HashMap<>();

    DefinitionReader(Statements statements) {
        this.statements = statements;
    }

    Definitions read() throws SQLException {
        return new Definitions(
                rows(
                        "SELECT name, description, tags, default_queue_type, max_connections, max_queues FROM vhost",
                        this::vhost),
                rows(
                        "SELECT name, password_hash, hashing_algorithm, tags, max_connections, max_channels"
                                + " FROM user_account",
                        DefinitionReader::user),
                rows(
                        "SELECT user_name, vhost, configure_pattern, write_pattern, read_pattern FROM permission",
                        this::permission),
                rows(
                        "SELECT user_name, vhost, exchange, write_pattern, read_pattern FROM topic_permission",
                        this::topicPermission),
                rows("SELECT vhost, component, name, content FROM parameter", this::parameter),
                rows(
                        "SELECT vhost, name, type, durable, auto_delete, internal, arguments, store_id FROM exchange",
                        this::exchange),
                rows("SELECT id, vhost, name, durable, auto_delete, arguments FROM queue", this::queue),
                rows(
                        "SELECT vhost, source, destination, destination_kind, routing_key, arguments FROM binding",
                        this::binding));
    }

    private VhostDefinition vhost(ResultSet row) throws SQLException {
        return new VhostDefinition(
                name(row, 1), row.getString(2), row.getString(3), row.getString(4), row.getInt(5), row.getInt(6));
    }

    private static UserDefinition user(ResultSet row) throws SQLException {
        return new UserDefinition(
                row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getInt(5), row.getInt(6));
    }

    private Permission permission(ResultSet row) throws SQLException {
        return new Permission(name(row, 1), name(row, 2), name(row, 3), name(row, 4), name(row, 5));
    }

    private TopicPermission topicPermission(ResultSet row) throws SQLException {
        return new TopicPermission(name(row, 1), name(row, 2), name(row, 3), name(row, 4), name(row, 5));
    }

    private Parameter parameter(ResultSet row) throws SQLException {
        return new Parameter(name(row, 1), name(row, 2), name(row, 3), row.getString(4));
    }

    private ExchangeDefinition exchange(ResultSet row) throws SQLException {
        return new ExchangeDefinition(
                name(row, 1),
                name(row, 2),
                name(row, 3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBytes(7),
                row.getInt(8));
    }

    private QueueDefinition queue(ResultSet row) throws SQLException {
        return new QueueDefinition(
                row.getInt(1), name(row, 2), name(row, 3), row.getBoolean(4), row.getBoolean(5), row.getBytes(6));
    }

    private BindingDefinition binding(ResultSet row) throws SQLException {
        return new BindingDefinition(
                name(row, 1),
                name(row, 2),
                name(row, 3),
                DestinationKind.ofStored(row.getString(4)),
                row.getBytes(5),
                row.getBytes(6));
    }

    private String name(ResultSet row, int column) throws SQLException {
        return names.computeIfAbsent(row.getString(column), name -> name);
    }

    private <T> List<T> rows(String sql, RowReader<T> reader) throws SQLException {
        List<T> all = new ArrayList<>();
        try (ResultSet rows = statements.bind(sql).executeQuery()) {
            while (rows.next()) {
                all.add(reader.read(rows));
            }
        }
        return all;
    }
}
