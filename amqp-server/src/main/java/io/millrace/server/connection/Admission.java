package io.millrace.server.connection;

import io.millrace.codec.ConnectionError;
import io.millrace.codec.ReplyCode;
import io.millrace.server.security.AccessControl;
import io.millrace.server.security.User;
import io.millrace.server.security.Users;
import io.millrace.server.vhost.VirtualHost;
import io.millrace.server.vhost.VirtualHosts;

/**
 * Lets connections into virtual hosts and channels into connections, as far as permissions and limits allow, and counts
 * them. Any thread.
 */
public final class Admission {
    /** The name under which all connections are counted. */
    private static final String NODE = "";

    private static final int OPEN_CLASS = 10;
    private static final int OPEN_METHOD = 40;

    private final VirtualHosts virtualHosts;
    private final Users users;
    private final AccessControl access;
    private final int connectionsMax;
    private final OpenLimits connections = new OpenLimits();
    private final OpenLimits vhostConnections = new OpenLimits();
    private final OpenLimits userConnections = new OpenLimits();
    private final OpenLimits userChannels = new OpenLimits();

    /** @param connectionsMax connections that may be open at a time */
    public Admission(VirtualHosts virtualHosts, Users users, AccessControl access, int connectionsMax) {
        this.virtualHosts = virtualHosts;
        this.users = users;
        this.access = access;
        this.connectionsMax = connectionsMax;
    }

    AccessControl access() {
        return access;
    }

    /**
     * Lets a user's connection into a virtual host; {@link #left} is called when it is over.
     *
     * @throws ConnectionError NOT_ALLOWED when there is no such virtual host, a limit is reached, or the user has no
     *     permission there
     */
    VirtualHost enter(String user, String vhost) {
        if (!connections.tryAdd(NODE, connectionsMax)) {
            throw refused("connection refused: node connection limit (" + connectionsMax + ") is reached");
        }
        VirtualHost virtualHost = virtualHosts.get(vhost);
        if (virtualHost == null) {
            connections.remove(NODE, 1);
            throw refused("vhost " + vhost + " not found");
        }
        int vhostMax = virtualHost.definition().maxConnections();
        if (!vhostConnections.tryAdd(vhost, vhostMax)) {
            connections.remove(NODE, 1);
            throw refused("access to vhost '" + vhost + "' refused for user '" + user + "': connection limit ("
                    + vhostMax + ") is reached");
        }
        int userMax = maxConnections(user);
        if (!userConnections.tryAdd(user, userMax)) {
            connections.remove(NODE, 1);
            vhostConnections.remove(vhost, 1);
            throw refused(
                    "connection refused for user '" + user + "': user connection limit (" + userMax + ") is reached");
        }
        if (!access.mayEnter(user, vhost)) {
            left(user, vhost);
            throw accessRefused(user, vhost, OPEN_METHOD);
        }
        return virtualHost;
    }

    /** A connection that had entered is over. */
    void left(String user, String vhost) {
        connections.remove(NODE, 1);
        vhostConnections.remove(vhost, 1);
        userConnections.remove(user, 1);
    }

    /** @throws ConnectionError NOT_ALLOWED when the user may not be in the virtual host, or no longer */
    void checkMayStay(String user, String vhost, int methodId) {
        if (!access.mayEnter(user, vhost)) {
            throw accessRefused(user, vhost, methodId);
        }
    }

    /** @throws ConnectionError NOT_ALLOWED when the user has as many channels as may be */
    void channelOpened(String user) {
        User known = users.get(user);
        int limit = known == null ? User.UNLIMITED : known.maxChannels();
        if (!userChannels.tryAdd(user, limit)) {
            throw new ConnectionError(
                    ReplyCode.NOT_ALLOWED,
                    "number of channels opened for user '" + user + "' has reached the maximum allowed user limit of "
                            + limit);
        }
    }

    void channelsClosed(String user, int number) {
        userChannels.remove(user, number);
    }

    private int maxConnections(String user) {
        User known = users.get(user);
        return known == null ? User.UNLIMITED : known.maxConnections();
    }

    private static ConnectionError accessRefused(String user, String vhost, int methodId) {
        return new ConnectionError(
                ReplyCode.NOT_ALLOWED,
                "access to vhost '" + vhost + "' refused for user '" + user + "'",
                OPEN_CLASS,
                methodId);
    }

    private static ConnectionError refused(String explanation) {
        return new ConnectionError(ReplyCode.NOT_ALLOWED, explanation, OPEN_CLASS, OPEN_METHOD);
    }
}
