package io.millrace.server.vhost;

/** Ends connections that have lost their right to be. Called on the definitions thread; must not wait. */
public interface Evictions {
    /** Ends the connections to a virtual host. */
    void evictFromVhost(String vhost, String reason);

    /** Ends the connections of a user. */
    void evictUser(String user, String reason);
}
