package io.millrace.server.queue;

import io.millrace.codec.value.ShortString;
import io.millrace.log.ContentSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the broker notes about a message beside what its publisher sent. Most messages have none. Immutable.
 *
 * <p>In the log it looks so, in front of the message as it is without one:
 *
 * <pre>
 *   0   1 octet    which of these are there: 1 the time, 2 hidden keys, 32 retries, 64 failures; and 4, 8 the marks,
 *                  in their order, 16 for one failure
 *   1   8 octets   when it arrived
 *       2 octets   how many hidden keys there are
 *       shortstr   each of them
 *       8 octets   when it is due again, and how often it was delivered in vain, 4 octets, and at all, 4 octets
 *       4 octets   how often it was delivered in vain before, when that was more than once
 * </pre>
 *
 * @param arrivedAt when its time to live began, in milliseconds since 1970, or {@link #UNKNOWN}
 * @param ttlMillis how long it may wait by its property {@code expiration}, or {@link QueueRules#FOREVER}; follows from
 *     the content and is not stored
 * @param hiddenKeys routing keys besides those that everybody sees in the message: those of {@code BCC}
 * @param deadLettered whether it has died before, so that its headers about deaths are the broker's and not a
 *     publisher's
 * @param rerouted whether its routing key has replaced all that it was published with
 * @param failures how often it was delivered in vain in the queues it was in; with any, it counts as delivered before
 *     where it comes to anew
 * @param retry what is known of its deliveries, where it waits to be delivered again; null elsewhere
 * @param movedFrom the place in the journal that it leaves by being written where it goes; null for none. Not stored
 * @param addedBytes octets by which a queue has made its properties longer. Not stored
 */
public record Envelope(
        long arrivedAt,
        long ttlMillis,
        List<ShortString> hiddenKeys,
        boolean deadLettered,
        boolean rerouted,
        int failures,
        RetryState retry,
        LogPlace movedFrom,
        int addedBytes) {
    /** In place of a time. */
    public static final long UNKNOWN = 0;

    /** Nothing noted. */
    public static final Envelope EMPTY =
            new Envelope(UNKNOWN, QueueRules.FOREVER, List.of(), false, false, 0, null, null, 0);

    private static final int TIME = 1;
    private static final int HIDDEN_KEYS = 2;
    private static final int DEAD_LETTERED = 4;
    private static final int REROUTED = 8;
    private static final int ONE_FAILURE = 16;
    private static final int RETRY = 32;
    private static final int FAILURES = 64;

    /** This with a time of arrival. */
    public Envelope arrivingAt(long millis) {
        return new Envelope(
                millis, ttlMillis, hiddenKeys, deadLettered, rerouted, failures, retry, movedFrom, addedBytes);
    }

    /** This with a time to live. */
    public Envelope withTtl(long millis) {
        return new Envelope(
                arrivedAt, millis, hiddenKeys, deadLettered, rerouted, failures, retry, movedFrom, addedBytes);
    }

    /** This with hidden keys. */
    public Envelope withHiddenKeys(List<ShortString> keys) {
        return new Envelope(arrivedAt, ttlMillis, keys, deadLettered, rerouted, failures, retry, movedFrom, addedBytes);
    }

    /** This with what is known of its deliveries; null for nothing. */
    Envelope withRetry(RetryState state) {
        return new Envelope(
                arrivedAt, ttlMillis, hiddenKeys, deadLettered, rerouted, failures, state, movedFrom, addedBytes);
    }

    /** This after one more delivery in vain. */
    Envelope failedOnceMore() {
        return new Envelope(
                arrivedAt, ttlMillis, hiddenKeys, deadLettered, rerouted, failures + 1, retry, movedFrom, addedBytes);
    }

    /** This after a queue has made its properties longer by so many octets. */
    Envelope withAdded(int bytes) {
        return new Envelope(
                arrivedAt,
                ttlMillis,
                hiddenKeys,
                deadLettered,
                rerouted,
                failures,
                retry,
                movedFrom,
                addedBytes + bytes);
    }

    /** This on the way from that place, or, for null, from none. */
    Envelope movedFrom(LogPlace place) {
        return new Envelope(
                arrivedAt, ttlMillis, hiddenKeys, deadLettered, rerouted, failures, retry, place, addedBytes);
    }

    /** Whether the message may not wait for ever, whatever queue it is in. */
    public boolean hasTtl() {
        return ttlMillis != QueueRules.FOREVER;
    }

    int size() {
        int size = 1;
        if (arrivedAt != UNKNOWN) {
            size += Long.BYTES;
        }
        if (!hiddenKeys.isEmpty()) {
            size += Short.BYTES;
            for (ShortString key : hiddenKeys) {
                size += 1 + key.length();
            }
        }
        if (retry != null) {
            size += RetryState.BYTES;
        }
        if (failures > 1) {
            size += Integer.BYTES;
        }
        return size;
    }

    void writeTo(ContentSink sink) {
        int marks = (arrivedAt != UNKNOWN ? TIME : 0)
                | (hiddenKeys.isEmpty() ? 0 : HIDDEN_KEYS)
                | (deadLettered ? DEAD_LETTERED : 0)
                | (rerouted ? REROUTED : 0)
                | (failures == 1 ? ONE_FAILURE : 0)
                | (failures > 1 ? FAILURES : 0)
                | (retry != null ? RETRY : 0);
        sink.put((byte) marks);
        if (arrivedAt != UNKNOWN) {
            sink.putLong(arrivedAt);
        }
        if (!hiddenKeys.isEmpty()) {
            sink.putShort(hiddenKeys.size());
            for (ShortString key : hiddenKeys) {
                Message.put(sink, key);
            }
        }
        if (retry != null) {
            sink.putLong(retry.dueAt());
            sink.putInt(retry.failures());
            sink.putInt(retry.acquisitions());
        }
        if (failures > 1) {
            sink.putInt(failures);
        }
    }

    static Envelope read(ByteBuffer in) {
        int marks = in.get();
        long arrivedAt = (marks & TIME) != 0 ? in.getLong() : UNKNOWN;
        List<ShortString> hiddenKeys = List.of();
        if ((marks & HIDDEN_KEYS) != 0) {
            int count = in.getShort() & 0xffff;
            hiddenKeys = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                hiddenKeys.add(StoredMessageReader.shortString(in));
            }
        }
        RetryState retry = (marks & RETRY) != 0 ? new RetryState(in.getLong(), in.getInt(), in.getInt()) : null;
        int failures = (marks & ONE_FAILURE) != 0 ? 1 : 0;
        if ((marks & FAILURES) != 0) {
            failures = in.getInt();
        }
        return new Envelope(
                arrivedAt,
                QueueRules.FOREVER,
                hiddenKeys,
                (marks & DEAD_LETTERED) != 0,
                (marks & REROUTED) != 0,
                failures,
                retry,
                null,
                0);
    }
}
