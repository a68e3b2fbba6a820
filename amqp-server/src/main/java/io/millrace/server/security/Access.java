package io.millrace.server.security;

import io.millrace.codec.ChannelError;
import io.millrace.codec.ReplyCode;
import io.millrace.codec.value.ShortString;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one connection may do. It remembers what was allowed, until the user's rights change; so that asking again costs
 * a look-up and no match. Lives on the connection's loop.
 */
public final class Access {
    /** What the default exchange is called where permissions are checked. */
    private static final String DEFAULT_EXCHANGE = "amq.default";

    /** Names remembered for each right; when there are more, all are forgotten. */
    private static final int REMEMBERED_MAX = 256;

    private final AccessControl control;
    private final String user;
    private final String vhost;
    private final AccessControl.Key key;
    private final Map<AccessRight, Set<String>> allowed = new EnumMap<>(AccessRight.class);
    private Rights rights;

    public Access(AccessControl control, String user, String vhost) {
        this.control = control;
        this.user = user;
        this.vhost = vhost;
        this.key = new AccessControl.Key(user, vhost);
        for (AccessRight right : AccessRight.values()) {
            allowed.put(right, new HashSet<>());
        }
    }

    /** @throws ChannelError ACCESS_REFUSED when the user may not do this with the queue */
    public void checkQueue(AccessRight right, ShortString queue) {
        check(right, "queue", queue.toString());
    }

    /** @throws ChannelError ACCESS_REFUSED when the user may not do this with the exchange */
    public void checkExchange(AccessRight right, ShortString exchange) {
        check(right, "exchange", exchange.isEmpty() ? DEFAULT_EXCHANGE : exchange.toString());
    }

    /**
     * Whether the user may know that the queue is there.
     *
     * @throws ChannelError ACCESS_REFUSED when the user has no right on it at all
     */
    public void checkQueueVisible(ShortString queue) {
        checkVisible("queue", queue.toString());
    }

    /** The same for an exchange. */
    public void checkExchangeVisible(ShortString exchange) {
        checkVisible("exchange", exchange.toString());
    }

    private void checkVisible(String kind, String name) {
        if (!allows(AccessRight.WRITE, name) && !allows(AccessRight.READ, name)) {
            check(AccessRight.CONFIGURE, kind, name);
        }
    }

    /** Whether the user may read from the queue. */
    public boolean mayRead(ShortString queue) {
        return allows(AccessRight.READ, queue.toString());
    }

    /**
     * Checks a routing key of a topic exchange.
     *
     * @param right WRITE to publish, READ to bind
     * @throws ChannelError ACCESS_REFUSED when the user may not use it
     */
    public void checkTopic(AccessRight right, ShortString exchange, ShortString routingKey) {
        Rights now = currentRights();
        if (now.restrictTopicsOf(exchange.toString())
                && !now.allowTopic(right, exchange.toString(), routingKey.toString())) {
            throw new ChannelError(
                    ReplyCode.ACCESS_REFUSED,
                    right + " access to topic '" + routingKey + "' in exchange '" + exchange + "' in vhost '" + vhost
                            + "' refused for user '" + user + "'");
        }
    }

    private void check(AccessRight right, String kind, String name) {
        if (!allows(right, name)) {
            throw new ChannelError(
                    ReplyCode.ACCESS_REFUSED,
                    right + " access to " + kind + " '" + name + "' in vhost '" + vhost + "' refused for user '" + user
                            + "'");
        }
    }

    private boolean allows(AccessRight right, String name) {
        Rights now = currentRights();
        Set<String> known = allowed.get(right);
        if (known.contains(name)) {
            return true;
        }
        if (!now.allow(right, name)) {
            return false;
        }
        if (known.size() == REMEMBERED_MAX) {
            known.clear();
        }
        known.add(name);
        return true;
    }

    @SuppressWarnings("ReferenceEquality") // a change makes a new object, see AccessControl
    private Rights currentRights() {
        Rights now = control.get(key);
        if (now != rights) {
            rights = now;
            allowed.values().forEach(Set::clear);
        }
        return now;
    }
}
