package io.millrace.interop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the clients of one round published, what the broker confirmed, and what they acknowledged.
 *
 * <p>A body is {@code round publisher sequence} and filling that follows from these, so that a body tells whether it is
 * one of ours, whole and unchanged.
 */
final class CrashLedger {
    private static final int FILLING_MAX = 2_000;
    /** A report of ten thousand lost messages helps no more than one of ten. */
    private static final int FAULTS_MAX = 10;

    private record Id(int publisher, long sequence) {}

    private final int round;
    private final AtomicLongArray published;
    private final Set<Id> confirmed = ConcurrentHashMap.newKeySet();
    private final Set<Id> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<Id> refused = ConcurrentHashMap.newKeySet();
    private final Semaphore confirms = new Semaphore(0);

    CrashLedger(int round, int publishers) {
        this.round = round;
        this.published = new AtomicLongArray(publishers);
    }

    /** Notes that the message is about to be published, and returns its body. */
    byte[] publishing(int publisher, long sequence) {
        published.set(publisher, sequence);
        return body(new Id(publisher, sequence));
    }

    /** Returns false if that was confirmed before. */
    boolean confirmed(int publisher, long sequence) {
        boolean added = confirmed.add(new Id(publisher, sequence));
        if (added) {
            confirms.release();
        }
        return added;
    }

    void refused(int publisher, long sequence) {
        refused.add(new Id(publisher, sequence));
    }

    void acknowledging(byte[] body) {
        acknowledged.add(id(body));
    }

    /** Waits until so many messages are confirmed. */
    void awaitConfirmed(int count) throws InterruptedException {
        if (!confirms.tryAcquire(count, Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("only " + confirmed.size() + " of " + count + " messages confirmed");
        }
    }

    /**
     * What is wrong with what a queue has after the crash, in words; empty if nothing is.
     *
     * @param consumed whether the consumers were at this queue
     */
    List<String> faults(List<byte[]> bodies, boolean consumed) {
        List<String> faults = new ArrayList<>();
        refused.forEach(id -> faults.add("refused " + id));
        Set<Id> found = new HashSet<>();
        long[] last = new long[published.length()];
        for (byte[] body : bodies) {
            Id id = id(body);
            if (!isPublished(id) || !Arrays.equals(body, body(id))) {
                faults.add("invented or changed " + id + " of " + body.length + " octets");
                continue;
            }
            if (!found.add(id)) {
                faults.add("twice " + id);
            } else if (id.sequence <= last[id.publisher]) {
                faults.add("out of order " + id + " after " + last[id.publisher]);
            }
            last[id.publisher] = id.sequence;
        }
        confirmed.stream()
                .filter(id -> !found.contains(id) && !(consumed && acknowledged.contains(id)))
                .forEach(id -> faults.add("lost " + id));
        return faults.size() > FAULTS_MAX ? faults.subList(0, FAULTS_MAX) : faults;
    }

    private boolean isPublished(Id id) {
        return id.publisher >= 0 && id.sequence >= 1 && id.sequence <= published.get(id.publisher);
    }

    private byte[] body(Id id) {
        Random random = new Random(id.sequence * 31 + id.publisher);
        byte[] head = Client.octets(round + " " + id.publisher + " " + id.sequence + " ");
        byte[] filling = new byte[random.nextInt(FILLING_MAX)];
        random.nextBytes(filling);
        byte[] body = Arrays.copyOf(head, head.length + filling.length);
        System.arraycopy(filling, 0, body, head.length, filling.length);
        return body;
    }

    /** The id that a body claims to have; publisher -1 if it is none of this round. */
    private Id id(byte[] body) {
        String[] words =
                Client.text(Arrays.copyOf(body, Math.min(body.length, 40))).split(" ", 4);
        try {
            if (words.length == 4 && Integer.parseInt(words[0]) == round) {
                Id id = new Id(Integer.parseInt(words[1]), Long.parseLong(words[2]));
                return id.publisher < published.length() ? id : new Id(-1, id.sequence);
            }
        } catch (NumberFormatException e) {
            // Not a body that a publisher has made.
            return new Id(-1, -1);
        }
        return new Id(-1, -1);
    }
}
