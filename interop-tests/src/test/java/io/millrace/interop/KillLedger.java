package io.millrace.interop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What became of every message of a test in every queue, over all lives of the broker, as far as clients can know. */
final class KillLedger {
    private static final int FAULTS_MAX = 10;
    private static final int FILLING_MAX = 3_000;
    private static final int PRIORITIES = 3;

    /** A message. The sequence is that of its publisher in its round. */
    record Id(int round, int publisher, long sequence, boolean persistent) {
        int priority() {
            return (int) (sequence % PRIORITIES);
        }

        byte[] body() {
            Random random = new Random(sequence * 31 + publisher);
            byte[] head =
                    Client.octets(round + " " + publisher + " " + sequence + " " + (persistent ? "p" : "t") + " ");
            byte[] filling = new byte[random.nextInt(FILLING_MAX)];
            random.nextBytes(filling);
            byte[] body = Arrays.copyOf(head, head.length + filling.length);
            System.arraycopy(filling, 0, body, head.length, filling.length);
            return body;
        }

        /** The id that a body claims to have; null if it is none of ours, or was changed. */
        static Id of(byte[] body) {
            String[] words =
                    Client.text(Arrays.copyOf(body, Math.min(body.length, 60))).split(" ", 5);
            try {
                Id id = new Id(
                        Integer.parseInt(words[0]),
                        Integer.parseInt(words[1]),
                        Long.parseLong(words[2]),
                        words[3].equals("p"));
                return Arrays.equals(body, id.body()) ? id : null;
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                return null;
            }
        }
    }

    private final Map<String, Book> books = new HashMap<>();
    private final Semaphore confirms = new Semaphore(0);
    private final AtomicInteger round = new AtomicInteger();

    KillLedger(List<String> queues) {
        queues.forEach(queue -> books.put(queue, new Book()));
    }

    /** What is known of one queue. */
    private static final class Book {
        private final Set<Id> published = ConcurrentHashMap.newKeySet();
        private final Set<Id> confirmed = ConcurrentHashMap.newKeySet();
        /** Acknowledged, purged or deleted, or on the way to be. */
        private final Set<Id> mayBeGone = ConcurrentHashMap.newKeySet();
        /** Of a queue that is deleted. */
        private final Set<Id> mustBeGone = ConcurrentHashMap.newKeySet();

        private volatile boolean clearing;
        private boolean keepsAll;
        private boolean orderedByPriority;
        private boolean unordered;
        private boolean mayKeepTransient;

        private boolean keeps(Id id) {
            return keepsAll || id.persistent;
        }
    }

    /** In this queue transient messages are kept as well. */
    KillLedger keepsAll(String queue) {
        books.get(queue).keepsAll = true;
        return this;
    }

    /** In this queue messages keep their order within their priority only. */
    KillLedger ordersByPriority(String queue) {
        books.get(queue).orderedByPriority = true;
        return this;
    }

    /** In this queue messages keep no order. */
    KillLedger unordered(String queue) {
        books.get(queue).unordered = true;
        return this;
    }

    /** In this queue some transient messages are kept as well. */
    KillLedger mayKeepTransient(String queue) {
        books.get(queue).mayKeepTransient = true;
        return this;
    }

    /** What must come out of a queue. */
    Set<Id> owed(String queue) {
        Book book = books.get(queue);
        Set<Id> owed = new HashSet<>(book.confirmed);
        owed.removeIf(id -> !book.keeps(id) || book.mayBeGone.contains(id));
        return owed;
    }

    int round() {
        return round.get();
    }

    /** The broker is about to get load again. */
    void nextRound() {
        round.incrementAndGet();
        confirms.drainPermits();
        books.values().forEach(book -> book.clearing = false);
    }

    /** The message is about to be published to these queues. */
    void publishing(Id id, List<String> queues) {
        for (String queue : queues) {
            Book book = books.get(queue);
            book.published.add(id);
            if (book.clearing) {
                book.mayBeGone.add(id);
            }
        }
    }

    void confirmed(Id id, List<String> queues) {
        queues.forEach(queue -> books.get(queue).confirmed.add(id));
        confirms.release();
    }

    /** Waits until so many messages of this round are confirmed. */
    void awaitConfirmed(int count) throws InterruptedException {
        if (!confirms.tryAcquire(count, Settings.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("not " + count + " messages confirmed in round " + round);
        }
    }

    /** The message is about to be acknowledged. */
    void acknowledging(String queue, byte[] body) {
        Id id = Id.of(body);
        if (id == null || !books.get(queue).published.contains(id)) {
            throw new AssertionError("invented or changed in " + queue + ": " + body.length + " octets");
        }
        books.get(queue).mayBeGone.add(id);
    }

    /** The queue is about to be purged, or deleted and declared again; returns what is confirmed so far. */
    Set<Id> clearing(String queue) {
        Book book = books.get(queue);
        Set<Id> before = Set.copyOf(book.confirmed);
        book.clearing = true;
        book.mayBeGone.addAll(book.published);
        return before;
    }

    /** That is done. */
    void cleared(String queue) {
        books.get(queue).clearing = false;
    }

    /** The queue is deleted: what was confirmed before is never seen again. */
    void deleted(String queue, Set<Id> before) {
        books.get(queue).mustBeGone.addAll(before);
    }

    /** What is wrong with what a queue had after a kill, in words; empty if nothing is. It is empty from now on. */
    List<String> faults(String queue, List<byte[]> bodies) {
        Book book = books.get(queue);
        List<String> faults = new ArrayList<>();
        Set<Id> found = new HashSet<>();
        Map<Integer, Id> last = new HashMap<>();
        for (byte[] body : bodies) {
            Id id = Id.of(body);
            if (id == null || !book.published.contains(id)) {
                faults.add("invented or changed, of " + body.length + " octets: " + id);
                continue;
            }
            if (!book.keeps(id) && !book.mayKeepTransient) {
                faults.add("transient " + id);
            }
            if (book.mustBeGone.contains(id)) {
                faults.add("of the deleted queue " + id);
            }
            int source = book.orderedByPriority ? id.publisher * PRIORITIES + id.priority() : id.publisher;
            Id before = last.put(source, id);
            if (!found.add(id)) {
                faults.add("twice " + id);
            } else if (before != null && !book.unordered && !isBehind(id, before)) {
                faults.add("out of order " + id + " after " + before);
            }
        }
        book.confirmed.stream()
                .filter(id -> book.keeps(id) && !found.contains(id) && !book.mayBeGone.contains(id))
                .forEach(id -> faults.add("lost " + id));
        // Those of them that were not stored as taken before the next kill come again.
        book.mayBeGone.addAll(found);
        return faults.size() > FAULTS_MAX ? faults.subList(0, FAULTS_MAX) : faults;
    }

    private static boolean isBehind(Id id, Id before) {
        return id.round > before.round || (id.round == before.round && id.sequence > before.sequence);
    }
}
