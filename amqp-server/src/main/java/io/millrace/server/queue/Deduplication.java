package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;
import io.millrace.server.metrics.BrokerCounter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells duplicates from new messages by the keys of those that came before, which it keeps in the log under an id of
 * their own. Belongs to the queue's loop.
 *
 * <ol>
 *   <li>A key is written behind the message that brought it, and given up before that message is. So after a crash
 *       there is no key whose message never came, which would keep out the one that its publisher sends again.
 *   <li>Nothing is judged before all is known that an earlier run wrote. So what was confirmed once is a duplicate
 *       afterwards.
 * </ol>
 *
 * <p>In the log a key looks like a message without properties and body: the routing key is the {@link MessageKey}, and
 * the time in the {@link Envelope} is when it is forgotten.
 */
final class Deduplication {
    private static final Logger LOG = LoggerFactory.getLogger(Deduplication.class);

    private static final int BLOCK_KEYS = 8192;
    private static final long BLOCK_BYTES = 1 << 20;

    private static final Content NOTHING = emptyContent();

    private final Queue queue;
    private final int storeId;
    private final HomeLoop home;
    private final QueueJournal journal;
    private final QueueMemory memory;
    private final KnownKeys keys = new KnownKeys(1, this::forgotten);
    /** Those that came with the batch under way. */
    private final Map<MessageKey, KnownKey> fresh = new LinkedHashMap<>();
    /** What the messages that were taken out of the batch under way are duplicates of. */
    private final List<KnownKey> repeated = new ArrayList<>();

    /** Null while there is nothing to do. */
    private DeduplicationRules rules;

    private long nextNumber = 1;
    /** How many of an earlier run have not been read. */
    private long unread;

    private long readUpTo;
    /** Under way; null when there is none, or what it brings is not wanted any more. */
    private ReadAhead reading;

    private long countedBytes;

    Deduplication(Queue queue, QueueMemory memory) {
        this.queue = queue;
        this.storeId = QueueKind.keysStoreId(queue.id());
        this.home = queue.home();
        this.journal = home.journal();
        this.memory = memory;
    }

    private static Content emptyContent() {
        byte[] properties = BasicProperties.NONE.encode();
        return Content.of(properties, properties.length);
    }

    /** From now on these hold; null for none, and then all keys are forgotten. */
    void rules(DeduplicationRules newRules) {
        if (newRules == null || (rules != null && rules.whileHeld() != newRules.whileHeld())) {
            forgetAll();
        }
        rules = newRules;
        if (rules != null) {
            keys.limit(rules.keysMax(), home.currentTimeMillis());
        }
    }

    /** Whether a key leaves with its message. */
    boolean isWhileHeld() {
        return rules != null && rules.whileHeld();
    }

    /** What an earlier run left. */
    void recovered(long count, long lastNumber) {
        nextNumber = Math.max(nextNumber, lastNumber + 1);
        unread = count;
    }

    /** Whether all is known that has to be known to judge a message. */
    boolean isReady() {
        return unread == 0;
    }

    /** Has the keys of an earlier run come; the queue is told to {@link Queue#goOn} with the last of them. */
    void read() {
        if (rules == null && unread > 0) {
            forgetAll();
        } else if (unread > 0 && reading == null) {
            reading = new ReadAhead(queue, storeId, readUpTo, BLOCK_KEYS, BLOCK_BYTES, true);
            memory.store().read(reading);
        }
    }

    /** Takes keys from the store; returns whether these were the last. */
    boolean arrived(ReadAhead block) {
        if (block != reading) {
            return false;
        }
        reading = null;
        readUpTo = block.readUpTo();
        unread -= block.count() + block.lost();
        if (block.lost() > 0) {
            LOG.error("{} lost {} keys of messages that cannot be read", queue, block.lost());
        }
        if (unread < 0 || (block.count() == 0 && block.lost() == 0)) {
            LOG.error("{} expected another number of keys of messages, {} are missing", queue, unread);
            unread = 0;
        }
        long now = home.currentTimeMillis();
        for (int i = 0; i < block.count(); i++) {
            recover(block.message(i), block.sequence(i), now);
        }
        report();
        read();
        return isReady();
    }

    private void recover(Message note, long number, long now) {
        MessageKey key = MessageKey.ofOctets(note.routingKey());
        if (key == null) {
            LOG.error("{} found a key of a message that is none: {}", queue, number);
            return;
        }
        long noted =
                note.envelope() == null ? Envelope.UNKNOWN : note.envelope().arrivedAt();
        KnownKey known = new KnownKey(key, number, noted == Envelope.UNKNOWN ? DueTimes.NEVER : noted, true);
        known.written();
        if (known.hasExpired(now)) {
            forgotten(known);
        } else {
            keys.add(known, now);
        }
    }

    /** What the message is a duplicate of; null when it is new, or nothing can be said of it. */
    KnownKey original(Message message, MessageKey key, long now) {
        KnownKey known = key == null ? null : keys.find(key, now);
        return known == null || DeathHistory.isFrom(queue, message) ? null : known;
    }

    /** The message's key; null when it has none. */
    MessageKey keyOf(Message message) {
        return MessageKey.of(MessageKey.headers(message), rules.header());
    }

    /** Remembers the key of a message that is no duplicate. {@link #write} follows when the message is written. */
    KnownKey remember(Message message, MessageKey key, long now) {
        long ttl = MessageKey.ttlMillis(MessageKey.headers(message), rules.ttlMillis());
        long expiresAt = ttl >= DueTimes.NEVER - now ? DueTimes.NEVER : now + ttl;
        boolean lasting = rules.lasting()
                && queue.settings().durable()
                && (message.isPersistent() || queue.kind().quorum());
        KnownKey known = new KnownKey(key, nextNumber++, expiresAt, lasting);
        keys.add(known, now);
        return known;
    }

    /** Writes the key, if it is to outlive the process; returns whether it did. */
    boolean write(KnownKey known) {
        if (!known.isToWrite()) {
            return false;
        }
        Envelope envelope = known.expiresAt() == DueTimes.NEVER ? null : Envelope.EMPTY.arrivingAt(known.expiresAt());
        Message note = new Message(ShortString.EMPTY, known.key().octets(), NOTHING, false, envelope);
        journal.publish(storeId, known.number(), note);
        known.written();
        return true;
    }

    /** The message that brought the key is not where it was to go. */
    void refuse(KnownKey known) {
        known.refuse();
        if (keys.find(known.key(), Long.MIN_VALUE) == known) {
            keys.forget(known.key());
        }
    }

    private void forgotten(KnownKey known) {
        if (known.forget()) {
            // At once: before whatever is written of the message itself.
            journal.acknowledge(storeId, known.number(), known.number());
        }
    }

    /**
     * Takes the duplicates out of a batch for the queue. {@link #taken} follows when the queue has the others.
     *
     * @return what the duplicates take in memory
     */
    long sift(PublishBatch batch) {
        long now = home.currentTimeMillis();
        BitSet duplicates = null;
        for (int i = 0; i < batch.count(); i++) {
            Message message = batch.message(i);
            MessageKey key = keyOf(message);
            KnownKey original = original(message, key, now);
            if (original != null) {
                duplicates = duplicates == null ? new BitSet(batch.count()) : duplicates;
                duplicates.set(i);
                repeated.add(original);
            } else if (key != null) {
                fresh.put(key, remember(message, key, now));
            }
        }
        if (duplicates == null) {
            return 0;
        }
        home.counters().add(BrokerCounter.DUPLICATES_DROPPED, duplicates.cardinality());
        return batch.takeOut(duplicates);
    }

    /** The queue has what was left of the batch, or refused it; returns whether anything must become durable. */
    boolean taken(PublishBatch batch) {
        boolean mustBecomeDurable = queue.settings().durable() && !repeated.isEmpty();
        for (KnownKey known : fresh.values()) {
            mustBecomeDurable |= write(known);
        }
        for (int i = 0; i < repeated.size(); i++) {
            if (repeated.get(i).isRefused() && batch.isRefusable()) {
                batch.refuse(batch.count() + i);
            }
        }
        fresh.clear();
        repeated.clear();
        return mustBecomeDurable;
    }

    /** The message found no room in the queue. */
    void refused(Message message) {
        MessageKey key = keyOf(message);
        KnownKey known = key == null ? null : fresh.get(key);
        if (known != null) {
            refuse(known);
        }
    }

    /** The message leaves the queue. */
    void left(Message message) {
        if (isWhileHeld()) {
            MessageKey key = keyOf(message);
            if (key != null) {
                keys.forget(key);
            }
        }
    }

    /** The queue was emptied. */
    void purged() {
        if (isWhileHeld()) {
            forgetAll();
        }
    }

    private void forgetAll() {
        if (queue.settings().durable() && nextNumber > 1) {
            journal.acknowledge(storeId, 1, nextNumber - 1);
        }
        keys.clear();
        unread = 0;
        reading = null;
        report();
    }

    /** Counts what the keys take in memory, at the end of a unit of work. */
    void report() {
        long bytes = (long) keys.size() * KnownKeys.KEY_BYTES;
        if (bytes != countedBytes) {
            memory.budget().add(bytes - countedBytes);
            countedBytes = bytes;
        }
    }

    /** The queue is gone. */
    void delete() {
        if (queue.settings().durable() && nextNumber > 1) {
            journal.deleteQueue(storeId);
        }
        keys.clear();
        rules = null;
        unread = 0;
        reading = null;
        report();
    }
}
