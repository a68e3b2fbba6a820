package io.millrace.server.security;

import io.millrace.definitions.Definitions;
import io.millrace.definitions.Permission;
import io.millrace.definitions.TopicPermission;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may do what. One thread, the definitions thread, changes it; any thread may ask. Connections ask through an
 * {@link Access} each.
 *
 * <p>Invariant: the {@link Rights} of a user in a virtual host are replaced by each change of them, so a decision holds
 * as long as the object it was made by is the current one.
 */
public final class AccessControl {
    /** Whose rights, and where. */
    record Key(String user, String vhost) {}

    private static final Rights NONE = Rights.of(null, List.of());

    private final ConcurrentHashMap<Key, Rights> rights = new ConcurrentHashMap<>();

    /** What was stored. */
    public AccessControl(Definitions definitions) {
        definitions.permissions().forEach(this::put);
        definitions.topicPermissions().forEach(this::put);
    }

    /** Grants this, in place of what was granted before. */
    public void put(Permission permission) {
        Key key = new Key(permission.user(), permission.vhost());
        replace(key, permission, get(key).topicPermissions());
    }

    /** Takes back the user's permission in the virtual host. */
    public void removePermission(String user, String vhost) {
        Key key = new Key(user, vhost);
        replace(key, null, get(key).topicPermissions());
    }

    /** Restricts routing keys like this, in place of what held before for the exchange. */
    public void put(TopicPermission permission) {
        Key key = new Key(permission.user(), permission.vhost());
        List<TopicPermission> topics = topicsWithout(key, permission.exchange());
        topics.add(permission);
        replace(key, get(key).permission(), topics);
    }

    /** Lifts the restriction of routing keys of an exchange. */
    public void removeTopicPermission(String user, String vhost, String exchange) {
        Key key = new Key(user, vhost);
        replace(key, get(key).permission(), topicsWithout(key, exchange));
    }

    /** Forgets a user. */
    public void removeUser(String user) {
        rights.keySet().removeIf(key -> key.user().equals(user));
    }

    /** Forgets a virtual host. */
    public void removeVhost(String vhost) {
        rights.keySet().removeIf(key -> key.vhost().equals(vhost));
    }

    private List<TopicPermission> topicsWithout(Key key, String exchange) {
        List<TopicPermission> topics = new ArrayList<>(get(key).topicPermissions());
        topics.removeIf(topic -> topic.exchange().equals(exchange));
        return topics;
    }

    private void replace(Key key, Permission permission, Collection<TopicPermission> topics) {
        if (permission == null && topics.isEmpty()) {
            rights.remove(key);
        } else {
            rights.put(key, Rights.of(permission, topics));
        }
    }

    /** What the user may do now. */
    Rights get(Key key) {
        return rights.getOrDefault(key, NONE);
    }

    /** Whether the user may enter the virtual host. */
    public boolean mayEnter(String user, String vhost) {
        return get(new Key(user, vhost)).mayEnter();
    }

    /** All permissions. */
    public List<Permission> permissions() {
        List<Permission> all = new ArrayList<>();
        for (Rights each : rights.values()) {
            if (each.permission() != null) {
                all.add(each.permission());
            }
        }
        return all;
    }

    /** All restrictions of routing keys. */
    public List<TopicPermission> topicPermissions() {
        List<TopicPermission> all = new ArrayList<>();
        rights.values().forEach(each -> all.addAll(each.topicPermissions()));
        return all;
    }

    /** What is wrong with a permission's regular expression; null when nothing is. */
    public static String errorInPattern(String expression) {
        return NamePattern.errorIn(expression);
    }
}
