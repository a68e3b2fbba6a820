package io.millrace.server.connection;

import io.millrace.server.connection.ConnectionHandler.Membership;
import io.millrace.server.vhost.Evictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** The connections that are open at the moment. Any thread. */
public final class Connections implements Evictions {
    /** What may wait of all connections together, so that clients who ignore an alarm do not fill the memory. */
    private static final long DEFERRED_BYTES_MAX =
            Math.max(8 << 20, Runtime.getRuntime().maxMemory() / 32);

    private final Set<ConnectionHandler> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicInteger channels = new AtomicInteger();
    private final AtomicInteger publishers = new AtomicInteger();
    private final AtomicLong deferredBytes = new AtomicLong();

    /** Returns its id. */
    long add(ConnectionHandler connection) {
        long id = lastId.incrementAndGet();
        open.add(connection);
        return id;
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

    /**
     * So many more octets of frames wait (fewer, when negative); returns whether the broker has more of them than it
     * should.
     */
    boolean deferred(long bytes) {
        return deferredBytes.addAndGet(bytes) > DEFERRED_BYTES_MAX;
    }

    /** Octets of frames that wait, of all connections. */
    long deferredBytes() {
        return deferredBytes.get();
    }

    /** An alarm went on or off. */
    public void alarmsChanged() {
        open.forEach(ConnectionHandler::alarmChanged);
    }

    /** Tells every client that the server forces its connection to close. */
    public void closeAll(String reason) {
        open.forEach(connection -> connection.closeByServer(reason));
    }

    @Override
    public void evictFromVhost(String vhost, String reason) {
        int unused = closeAllOf(vhost, reason);
    }

    @Override
    public void evictUser(String user, String reason) {
        int unused = closeAll(member -> member.user().equals(user), reason);
    }

    /** Ends the connection of that id, if there is one. */
    public void close(long id, String reason) {
        for (ConnectionHandler connection : open) {
            if (connection.id() == id) {
                connection.closeByServer(reason);
            }
        }
    }

    /** Ends all connections to a virtual host; returns how many it were. */
    public int closeAllOf(String vhost, String reason) {
        return closeAll(member -> member.vhost().equals(vhost), reason);
    }

    /** What the connections look like, each at a moment of its own; those that end meanwhile are left out. */
    public CompletableFuture<List<ConnectionView>> views() {
        List<CompletableFuture<ConnectionView>> asked = new ArrayList<>();
        for (ConnectionHandler connection : open) {
            CompletableFuture<ConnectionView> view = new CompletableFuture<>();
            connection.viewLater(view::complete);
            asked.add(view);
        }
        return CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0]))
                .thenApply(all -> asked.stream()
                        .map(CompletableFuture::join)
                        .filter(Objects::nonNull)
                        .sorted(Comparator.comparingLong(ConnectionView::id))
                        .toList());
    }

    private int closeAll(Predicate<Membership> which, String reason) {
        int closed = 0;
        for (ConnectionHandler connection : open) {
            Membership member = connection.membership();
            if (member != null && which.test(member)) {
                connection.closeByServer(reason);
                closed++;
            }
        }
        return closed;
    }
}
