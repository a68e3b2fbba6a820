package io.millrace.definitions;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Prepared statements by their text, each prepared at its first use and kept while the connection is open: the first
 * statement of a kind costs a parse, and a broker start does not pay for those it does not need.
 */
final class Statements {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Statements(Connection connection) {
        this.connection = connection;
    }

    /** The statement with its parameters set; byte arrays, strings, numbers and booleans. */
    PreparedStatement bind(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            prepared.put(sql, statement);
        }
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    void update(String sql, Object... parameters) throws SQLException {
        bind(sql, parameters).executeUpdate();
    }
}
