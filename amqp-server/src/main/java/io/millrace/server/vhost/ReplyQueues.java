package io.millrace.server.vhost;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.server.queue.Queue;
import io.millrace.server.queue.QueueMemory;
import io.millrace.server.queue.QueueSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * The addresses of direct replies in one virtual host. A channel that consumes {@link #PSEUDO_QUEUE} gets a queue of
 * its own, which lives on its loop and ends with its consumer, and of which only those know who are told its name.
 * Nothing of it is stored, and no change of definitions is needed: publishers reach it by the default exchange as they
 * reach any queue, in batches from loop to loop.
 *
 * <p>Any thread. A name is a prefix, random octets with a check sum that only this broker can make, and behind a dot a
 * key: a reply to somebody who is gone, or with a key that was tampered with, is told from one to a name that never
 * was.
 */
public final class ReplyQueues {
    /** What clients consume, and what they set as the address of replies. */
    public static final ShortString PSEUDO_QUEUE = ShortString.of("amq.rabbitmq.reply-to");

    private static final byte[] PREFIX = "amq.rabbitmq.reply-to.".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_BYTES = 16;
    private static final int RANDOM_BYTES = 8;
    private static final int CHECKED_BYTES = RANDOM_BYTES + Integer.BYTES;

    private final String vhost;
    private final QueueMemory memory;
    private final SecureRandom random = new SecureRandom();
    private final byte[] secret = new byte[KEY_BYTES];
    private final ConcurrentHashMap<ShortString, Queue> byName = new ConcurrentHashMap<>();

    ReplyQueues(String vhost, QueueMemory memory) {
        this.vhost = vhost;
        this.memory = memory;
        random.nextBytes(secret);
    }

    /** A queue for the replies to one channel of the connection, on the connection's loop. */
    public Queue open(Requester connection) {
        QueueSettings settings = new QueueSettings(
                QueueSettings.REPLIES_ID, vhost, newName(), false, false, connection, FieldTable.EMPTY);
        Queue queue = new Queue(settings, connection.loop(), gone -> {}, memory);
        byName.put(queue.name(), queue);
        return queue;
    }

    /** Ends the queue and drops what it holds. On its loop. */
    public void close(Queue queue) {
        byName.remove(queue.name());
        int unused = queue.delete();
    }

    /** The queue with this address; null when there is none or not any more. */
    public Queue find(ShortString name) {
        return isAddress(name) ? byName.get(name) : null;
    }

    /** Whether this is the pseudo-queue, or an address that somebody consumes. */
    public boolean answers(ShortString name) {
        return name.equals(PSEUDO_QUEUE) || find(name) != null;
    }

    /** Whether a name has the form of an address of direct replies, whoever made it up. */
    public static boolean isAddress(ShortString name) {
        return name.length() >= PREFIX.length
                && Arrays.equals(name.bytes(), 0, PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    /** Whether a name is kept for direct replies, be it an address or not. */
    public static boolean isReserved(ShortString name) {
        return name.toString().startsWith(PSEUDO_QUEUE.toString());
    }

    /** Whether the broker gave out this address since it started, whatever its key; it may be of use no longer. */
    public boolean isIssued(ShortString name) {
        if (!isAddress(name)) {
            return false;
        }
        byte[] bytes = name.bytes();
        int dot = PREFIX.length;
        while (dot < bytes.length && bytes[dot] != '.') {
            dot++;
        }
        if (dot == bytes.length) {
            return false;
        }
        try {
            byte[] octets = Base64.getUrlDecoder().decode(Arrays.copyOfRange(bytes, PREFIX.length, dot));
            return octets.length == CHECKED_BYTES && ByteBuffer.wrap(octets).getInt(RANDOM_BYTES) == checkSum(octets);
        } catch (IllegalArgumentException e) {
            // Not base64: somebody else made it up.
            return false;
        }
    }

    private ShortString newName() {
        byte[] octets = new byte[CHECKED_BYTES];
        random.nextBytes(octets);
        ByteBuffer.wrap(octets).putInt(RANDOM_BYTES, checkSum(octets));
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return ShortString.of(PSEUDO_QUEUE + "." + base64.encodeToString(octets) + "." + base64.encodeToString(key));
    }

    private int checkSum(byte[] octets) {
        CRC32C sum = new CRC32C();
        sum.update(secret);
        sum.update(octets, 0, RANDOM_BYTES);
        return (int) sum.getValue();
    }
}
