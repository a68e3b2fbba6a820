package io.millrace.server.connection;

import io.millrace.server.connection.ConnectionHandler.Membership;
import io.millrace.server.vhost.Evictions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The connections that are open at the moment. Any thread. */
public final class Connections implements Evictions {
    private final Set<ConnectionHandler> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger channels = new AtomicInteger();
    private final AtomicInteger publishers = new AtomicInteger();

    void add(ConnectionHandler connection) {
        open.add(connection);
    }

    void remove(ConnectionHandler connection) {
        open.remove(connection);
    }

    void channelOpened() {
        channels.incrementAndGet();
    }

    void channelsClosed(int count) {
        channels.addAndGet(-count);
    }

    public int count() {
        return open.size();
    }

    public int channelCount() {
        return channels.get();
    }

    void publishers(int change) {
        publishers.addAndGet(change);
    }

    /** Channels that have published. */
    public int publisherCount() {
        return publishers.get();
    }

    /** The memory alarm went on or off. */
    public void memoryAlarmChanged() {
        open.forEach(ConnectionHandler::alarmChanged);
    }

    /** Tells every client that the server forces its connection to close. */
    public void closeAll(String reason) {
        open.forEach(connection -> connection.closeByServer(reason));
    }

    @Override
    public void evictFromVhost(String vhost, String reason) {
        closeAll(member -> member.vhost().equals(vhost), reason);
    }

    @Override
    public void evictUser(String user, String reason) {
        closeAll(member -> member.user().equals(user), reason);
    }

    private void closeAll(Predicate<Membership> which, String reason) {
        for (ConnectionHandler connection : open) {
            Membership member = connection.membership();
            if (member != null && which.test(member)) {
                connection.closeByServer(reason);
            }
        }
    }
}
