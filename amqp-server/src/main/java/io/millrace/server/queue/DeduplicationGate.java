package io.millrace.server.queue;

import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.routing.Route;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where all messages of an exchange pass, one after the other, and duplicates do not. It holds none of them: what is
 * new is sent to the queues at once that the exchange's bindings lead to, and only keys stay here.
 *
 * <p>A publisher is told that its batch is safe when all queues have told so, and the keys are written and durable as
 * well, whichever comes last. A duplicate is safe when the message is that it repeats.
 *
 * <p>Where all queues that a batch goes to are on this loop and take it at once the keys are written in one go with the
 * messages. Else they are written when the messages are safe: a crash in between leaves a message without its key,
 * which its publisher was not told to be safe.
 */
public final class DeduplicationGate extends Queue {
    private static final Logger LOG = LoggerFactory.getLogger(DeduplicationGate.class);

    /** Where a message goes that is new. On the gate's loop. */
    public interface Routing {
        Route route(Message message);
    }

    private final Routing routing;
    /** The batches that brought keys which are not safe yet. */
    private final Map<KnownKey, Passage> underWay = new HashMap<>();

    /** @param rules those of its exchange */
    public DeduplicationGate(
            QueueSettings settings,
            HomeLoop home,
            QueueLifecycle lifecycle,
            QueueMemory memory,
            DeduplicationRules rules,
            Routing routing) {
        super(settings, home, lifecycle, memory, QueueRules.PLAIN.withDeduplication(rules), QueueKind.KEYS);
        this.routing = routing;
    }

    /** A queue behind it may. */
    @Override
    boolean mayRefuse() {
        return true;
    }

    @Override
    void take(PublishBatch batch) {
        if (isDeleted()) {
            super.take(batch);
            return;
        }
        Passage passage = new Passage(batch);
        passage.sort();
        deduplication().report();
        passage.send();
    }

    @Override
    public String toString() {
        return "keys of exchange '" + name() + "' in vhost '" + settings().vhost() + "'";
    }

    /** What came in one batch, until all of it has passed. */
    private final class Passage implements PublishOrigin, RefusalListener {
        private final PublishBatch source;
        /** By the index of their messages: what they brought, or what they repeat; null for those without. */
        private final KnownKey[] keys;

        private final BitSet duplicates = new BitSet();
        private final BitSet refused = new BitSet();
        private final List<PublishBatch> out = new ArrayList<>();
        /** Passages that end no earlier than this one. */
        private final Set<Passage> followers = new HashSet<>();

        private final AtomicLong notTaken = new AtomicLong();
        /** How many queues have not told that they have their messages; one more while these are sent. */
        private int untold;

        private boolean keysWritten;
        /** What has to happen before it is over: all that must be safe, and what it follows. */
        private int awaited = 1;

        Passage(PublishBatch source) {
            this.source = source;
            this.keys = new KnownKey[source.count()];
        }

        void sort() {
            Deduplication known = deduplication();
            long now = home().currentTimeMillis();
            for (int i = 0; i < keys.length; i++) {
                Message message = source.message(i);
                MessageKey key = known.keyOf(message);
                KnownKey original = known.original(message, key, now);
                if (original != null) {
                    keys[i] = original;
                    duplicates.set(i);
                    follow(underWay.get(original));
                    continue;
                }
                if (key != null) {
                    keys[i] = known.remember(message, key, now);
                    underWay.put(keys[i], this);
                }
                route(message, i);
            }
            home().counters().add(BrokerCounter.DUPLICATES_DROPPED, duplicates.cardinality());
        }

        private void follow(Passage earlier) {
            // A queue that waits until its dead letters have arrived may be what the earlier one waits for.
            if (earlier != null && earlier != this && !isNested() && earlier.followers.add(this)) {
                awaited++;
            }
        }

        private boolean isNested() {
            return source.origin() instanceof Departures || source.origin() instanceof Passage;
        }

        private void route(Message message, int index) {
            Route route = routing.route(message);
            if (route.size() == 0) {
                home().counters().increment(BrokerCounter.UNROUTABLE_DROPPED);
            }
            Message sent = route.size() <= 1 ? message : message.forSeveral();
            for (int i = 0; i < route.size(); i++) {
                Queue queue = (Queue) route.get(i);
                if (!DeathHistory.isCycle(queue, message)) {
                    PublishBatch.of(queue, this, out).add(sent, this, index);
                }
            }
        }

        void send() {
            long bytes = 0;
            for (PublishBatch batch : out) {
                batch.awaitedBy(this);
                bytes += batch.bytes();
            }
            untold = 1 + out.size();
            notTaken.set(bytes);
            if (bytes == 0) {
                source.origin().enqueued(source.bytes());
            }
            for (PublishBatch batch : out) {
                if (isNested()) {
                    batch.queue().home().execute(batch);
                } else {
                    batch.handOver();
                }
            }
            if (!isNested() && out.stream().allMatch(batch -> hasWritten(batch.queue()))) {
                writeKeys();
            }
            told();
        }

        /** Whether what the queue was given is in this loop's journal for good, so that the keys can follow at once. */
        private boolean hasWritten(Queue queue) {
            return queue.home() == home()
                    && !queue.mayRefuse()
                    && !(queue instanceof StreamQueue)
                    // Else the queue is not ready for the messages, and writes them later.
                    && queue.contents().held() == null;
        }

        private void told() {
            if (--untold > 0) {
                return;
            }
            if (!keysWritten && !isDeleted()) {
                writeKeys();
            }
            arrived();
        }

        /** Writes the keys behind the messages. */
        private void writeKeys() {
            boolean any = false;
            for (int i = 0; i < keys.length; i++) {
                if (keys[i] != null && !duplicates.get(i)) {
                    any |= deduplication().write(keys[i]);
                }
            }
            keysWritten = true;
            if (any) {
                awaited++;
                home().journal().whenDurable(this::keysAreDurable);
            }
        }

        private void keysAreDurable() {
            try {
                home().execute(this::arrived);
            } catch (RejectedExecutionException e) {
                LOG.debug("A loop ended before it heard of durable keys of {}", DeduplicationGate.this, e);
            }
        }

        /** One of the things has happened that it waits for. */
        private void arrived() {
            if (--awaited == 0) {
                end();
            }
        }

        private void end() {
            for (int i = 0; i < keys.length; i++) {
                if (duplicates.get(i)) {
                    refused.set(i, keys[i].isRefused());
                } else if (keys[i] != null) {
                    underWay.remove(keys[i]);
                }
            }
            refused.stream().forEach(source::refuse);
            followers.forEach(Passage::arrived);
            if (source.isAwaited()) {
                source.settle(null);
            }
        }

        @Override
        public HomeLoop loop() {
            return home();
        }

        @Override
        public void enqueued(long bytes) {
            if (notTaken.addAndGet(-bytes) == 0) {
                source.origin().enqueued(source.bytes());
            }
        }

        @Override
        public void settled(PublishBatch batch) {
            batch.reportRefused();
            told();
        }

        /** Its publisher will send it again, and then it must pass. */
        @Override
        public void refused(long index) {
            int i = (int) index;
            refused.set(i);
            if (keys[i] != null && !isDeleted()) {
                deduplication().refuse(keys[i]);
            }
        }
    }
}
