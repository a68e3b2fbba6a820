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
                rows("SELECT name FROM vhost", row -> new VhostDefinition(name(row, 1))),
                rows(
                        "SELECT name, password_hash, hashing_algorithm, tags FROM user_account",
                        row -> new UserDefinition(
                                row.getString(1), row.getString(2), row.getString(3), row.getString(4))),
                rows(
                        "SELECT vhost, name, type, durable, auto_delete, internal, arguments FROM exchange",
                        this::exchange),
                rows("SELECT id, vhost, name, durable, auto_delete, arguments FROM queue", this::queue),
                rows(
                        "SELECT vhost, source, destination, destination_kind, routing_key, arguments FROM binding",
                        this::binding));
    }

    private ExchangeDefinition exchange(ResultSet row) throws SQLException {
        return new ExchangeDefinition(
                name(row, 1),
                name(row, 2),
                name(row, 3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBytes(7));
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
