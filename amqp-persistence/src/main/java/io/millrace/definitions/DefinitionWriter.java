package io.millrace.definitions;

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
import java.sql.SQLException;

/** Turns changes into rows. What is deleted takes the rows that name it along, so that no binding is ever an orphan. */
final class DefinitionWriter {
    private final Statements statements;

    DefinitionWriter(Statements statements) {
        this.statements = statements;
    }

    /** Writes one change into the open transaction. */
    void write(DefinitionChange change) throws SQLException {
        if (change instanceof PutBinding put) {
            put(put.binding());
        } else if (change instanceof PutQueue put) {
            put(put.queue());
        } else if (change instanceof PutExchange put) {
            put(put.exchange());
        } else if (change instanceof PutVhost put) {
            put(put.vhost());
        } else if (change instanceof PutUser put) {
            put(put.user());
        } else if (change instanceof DeleteBinding delete) {
            delete(delete.binding());
        } else if (change instanceof DeleteQueue delete) {
            deleteBindingsTo(DestinationKind.QUEUE, delete.vhost(), delete.name());
            statements.update("DELETE FROM queue WHERE vhost = ? AND name = ?", delete.vhost(), delete.name());
        } else if (change instanceof DeleteExchange delete) {
            statements.update("DELETE FROM binding WHERE vhost = ? AND source = ?", delete.vhost(), delete.name());
            deleteBindingsTo(DestinationKind.EXCHANGE, delete.vhost(), delete.name());
            statements.update("DELETE FROM exchange WHERE vhost = ? AND name = ?", delete.vhost(), delete.name());
        } else if (change instanceof DeleteVhost delete) {
            deleteVhost(delete.name());
        } else if (change instanceof DeleteUser delete) {
            deleteUser(delete.name());
        } else {
            writeAccess(change);
        }
    }

    private void writeAccess(DefinitionChange change) throws SQLException {
        if (change instanceof PutPermission put) {
            put(put.permission());
        } else if (change instanceof PutTopicPermission put) {
            put(put.permission());
        } else if (change instanceof PutParameter put) {
            put(put.parameter());
        } else if (change instanceof DeletePermission delete) {
            statements.update(
                    "DELETE FROM permission WHERE user_name = ? AND vhost = ?", delete.user(), delete.vhost());
        } else if (change instanceof DeleteTopicPermission delete) {
            statements.update(
                    "DELETE FROM topic_permission WHERE user_name = ? AND vhost = ? AND exchange = ?",
                    delete.user(),
                    delete.vhost(),
                    delete.exchange());
        } else if (change instanceof DeleteParameter delete) {
            statements.update(
                    "DELETE FROM parameter WHERE vhost = ? AND component = ? AND name = ?",
                    delete.vhost(),
                    delete.component(),
                    delete.name());
        } else {
            throw new IllegalArgumentException("unknown change: " + change);
        }
    }

    private void put(VhostDefinition vhost) throws SQLException {
        statements.update(
                "MERGE INTO vhost(name, description, tags, default_queue_type, max_connections, max_queues) KEY(name)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                vhost.name(),
                vhost.description(),
                vhost.tags(),
                vhost.defaultQueueType(),
                vhost.maxConnections(),
                vhost.maxQueues());
    }

    private void put(Permission permission) throws SQLException {
        statements.update(
                "MERGE INTO permission(user_name, vhost, configure_pattern, write_pattern, read_pattern)"
                        + " KEY(user_name, vhost) VALUES (?, ?, ?, ?, ?)",
                permission.user(),
                permission.vhost(),
                permission.configure(),
                permission.write(),
                permission.read());
    }

    private void put(TopicPermission permission) throws SQLException {
        statements.update(
                "MERGE INTO topic_permission(user_name, vhost, exchange, write_pattern, read_pattern)"
                        + " KEY(user_name, vhost, exchange) VALUES (?, ?, ?, ?, ?)",
                permission.user(),
                permission.vhost(),
                permission.exchange(),
                permission.write(),
                permission.read());
    }

    private void put(Parameter parameter) throws SQLException {
        statements.update(
                "MERGE INTO parameter(vhost, component, name, content) KEY(vhost, component, name)"
                        + " VALUES (?, ?, ?, ?)",
                parameter.vhost(),
                parameter.component(),
                parameter.name(),
                parameter.value());
    }

    private void put(UserDefinition user) throws SQLException {
        statements.update(
                "MERGE INTO user_account(name, password_hash, hashing_algorithm, tags, max_connections, max_channels)"
                        + " KEY(name) VALUES (?, ?, ?, ?, ?, ?)",
                user.name(),
                user.passwordHash(),
                user.hashingAlgorithm(),
                user.tags(),
                user.maxConnections(),
                user.maxChannels());
    }

    private void put(ExchangeDefinition exchange) throws SQLException {
        statements.update(
                "MERGE INTO exchange(vhost, name, type, durable, auto_delete, internal, arguments, store_id)"
                        + " KEY(vhost, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                exchange.vhost(),
                exchange.name(),
                exchange.type(),
                exchange.durable(),
                exchange.autoDelete(),
                exchange.internal(),
                exchange.arguments(),
                exchange.storeId());
    }

    private void put(QueueDefinition queue) throws SQLException {
        statements.update(
                "MERGE INTO queue(id, vhost, name, durable, auto_delete, arguments) KEY(vhost, name)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                queue.id(),
                queue.vhost(),
                queue.name(),
                queue.durable(),
                queue.autoDelete(),
                queue.arguments());
    }

    private void put(BindingDefinition binding) throws SQLException {
        statements.update(
                "MERGE INTO binding(vhost, source, destination_kind, destination, routing_key, arguments)"
                        + " KEY(vhost, source, destination_kind, destination, routing_key, arguments)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                keyOf(binding));
    }

    private void delete(BindingDefinition binding) throws SQLException {
        statements.update(
                "DELETE FROM binding WHERE vhost = ? AND source = ? AND destination_kind = ? AND destination = ?"
                        + " AND routing_key = ? AND arguments = ?",
                keyOf(binding));
    }

    private static Object[] keyOf(BindingDefinition binding) {
        return new Object[] {
            binding.vhost(),
            binding.source(),
            binding.destinationKind().stored(),
            binding.destination(),
            binding.routingKey(),
            binding.arguments()
        };
    }

    private void deleteBindingsTo(DestinationKind kind, String vhost, String name) throws SQLException {
        statements.update(
                "DELETE FROM binding WHERE vhost = ? AND destination_kind = ? AND destination = ?",
                vhost,
                kind.stored(),
                name);
    }

    private void deleteUser(String name) throws SQLException {
        statements.update("DELETE FROM permission WHERE user_name = ?", name);
        statements.update("DELETE FROM topic_permission WHERE user_name = ?", name);
        statements.update("DELETE FROM user_account WHERE name = ?", name);
    }

    private void deleteVhost(String name) throws SQLException {
        statements.update("DELETE FROM permission WHERE vhost = ?", name);
        statements.update("DELETE FROM topic_permission WHERE vhost = ?", name);
        statements.update("DELETE FROM parameter WHERE vhost = ?", name);
        statements.update("DELETE FROM binding WHERE vhost = ?", name);
        statements.update("DELETE FROM queue WHERE vhost = ?", name);
        statements.update("DELETE FROM exchange WHERE vhost = ?", name);
        statements.update("DELETE FROM vhost WHERE name = ?", name);
    }
}
