package io.millrace.server.security;

import io.millrace.definitions.Permission;
import io.millrace.definitions.TopicPermission;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What one user may do in one virtual host: compiled, immutable, and replaced as a whole when any of it changes, so
 * that its identity tells whether what was decided by it still holds.
 */
final class Rights {
    private final Permission permission;
    private final NamePattern configure;
    private final NamePattern write;
    private final NamePattern read;
    private final Map<String, Topics> topics;

    private record Topics(TopicPermission permission, NamePattern write, NamePattern read) {}

    private Rights(Permission permission, Map<String, Topics> topics) {
        this.permission = permission;
        this.configure = NamePattern.of(permission == null ? "" : permission.configure());
        this.write = NamePattern.of(permission == null ? "" : permission.write());
        this.read = NamePattern.of(permission == null ? "" : permission.read());
        this.topics = topics;
    }

    /** @param permission null for none: the user may not enter the virtual host */
    static Rights of(Permission permission, Collection<TopicPermission> topicPermissions) {
        Map<String, Topics> topics = new HashMap<>();
        for (TopicPermission topic : topicPermissions) {
            topics.put(
                    topic.exchange(),
                    new Topics(
                            topic,
                            NamePattern.of(expand(topic.write(), topic)),
                            NamePattern.of(expand(topic.read(), topic))));
        }
        return new Rights(permission, topics);
    }

    /** A name is put in as text: a user must not be able to widen a pattern by being called {@code .*}. */
    private static String expand(String expression, TopicPermission topic) {
        return expression
                .replace("{username}", com.google.re2j.Pattern.quote(topic.user()))
                .replace("{vhost}", com.google.re2j.Pattern.quote(topic.vhost()));
    }

    Permission permission() {
        return permission;
    }

    Collection<TopicPermission> topicPermissions() {
        return topics.values().stream().map(Topics::permission).toList();
    }

    boolean mayEnter() {
        return permission != null;
    }

    boolean allow(AccessRight right, String name) {
        return switch (right) {
            case CONFIGURE -> configure.matches(name);
            case WRITE -> write.matches(name);
            case READ -> read.matches(name);
        };
    }

    /** Whether routing keys of this exchange are looked at. */
    boolean restrictTopicsOf(String exchange) {
        return topics.containsKey(exchange);
    }

    /** @param right WRITE or READ */
    boolean allowTopic(AccessRight right, String exchange, String routingKey) {
        Topics found = topics.get(exchange);
        return found == null || (right == AccessRight.WRITE ? found.write : found.read).matches(routingKey);
    }
}
