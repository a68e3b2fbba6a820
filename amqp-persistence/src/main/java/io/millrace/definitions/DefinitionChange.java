package io.millrace.definitions;

/**
 * One change of the definitions. A put creates what is not there and replaces what is, found by its natural key; a
 * delete of what is not there does nothing. So applying a change twice is the same as applying it once.
 */
public sealed interface DefinitionChange {
    /** Whether there is less afterwards. */
    default boolean isDeletion() {
        return false;
    }

    record PutVhost(VhostDefinition vhost) implements DefinitionChange {}

    /** Deletes the virtual host with everything in it, permissions and parameters included. */
    record DeleteVhost(String name) implements DefinitionChange {
        @Override
        public boolean isDeletion() {
            return true;
        }
    }

    record PutUser(UserDefinition user) implements DefinitionChange {}

    /** Deletes the user with all permissions. */
    record DeleteUser(String name) implements DefinitionChange {
        @Override
        public boolean isDeletion() {
            return true;
        }
    }

    record PutPermission(Permission permission) implements DefinitionChange {}

    record DeletePermission(String user, String vhost) implements DefinitionChange {
        @Override
        public boolean isDeletion() {
            return true;
        }
    }

    record PutTopicPermission(TopicPermission permission) implements DefinitionChange {}

    record DeleteTopicPermission(String user, String vhost, String exchange) implements DefinitionChange {
        @Override
        public boolean isDeletion() {
            return true;
        }
    }

    record PutParameter(Parameter parameter) implements DefinitionChange {}

    record DeleteParameter(String vhost, String component, String name) implements DefinitionChange {
        @Override
        public boolean isDeletion() {
            return true;
        }
    }

    record PutExchange(ExchangeDefinition exchange) implements DefinitionChange {}

    /** Deletes the exchange and every binding from it and to it. */
    record DeleteExchange(String vhost, String name) implements DefinitionChange {
        @Override
        public boolean isDeletion() {
            return true;
        }
    }

    record PutQueue(QueueDefinition queue) implements DefinitionChange {}

    /** Deletes the queue and every binding to it. */
    record DeleteQueue(String vhost, String name) implements DefinitionChange {
        @Override
        public boolean isDeletion() {
            return true;
        }
    }

    record PutBinding(BindingDefinition binding) implements DefinitionChange {}

    record DeleteBinding(BindingDefinition binding) implements DefinitionChange {
        @Override
        public boolean isDeletion() {
            return true;
        }
    }
}
