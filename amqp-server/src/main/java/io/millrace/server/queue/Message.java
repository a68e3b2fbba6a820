package io.millrace.server.queue;

import io.millrace.codec.Content;
import io.millrace.codec.ContentBlock;
import io.millrace.codec.ContentReleases;
import io.millrace.codec.value.BasicProperties;
import io.millrace.codec.value.ShortString;
import io.millrace.log.ContentSink;
import io.millrace.log.StoredContent;
import java.nio.ByteBuffer;

/**
 * A message: where it was published, and its content as it arrived. Immutable, routed once and shared by all the queues
 * it reached. The body of one that is in a single queue may lie in a block that is used again: then whoever has it last
 * releases it, and {@link #content} gives everybody else a copy.
 *
 * <p>In the log it looks so (see {@link #read}):
 *
 * <pre>
 *   0   1 octet    format version: 1, or 2 when it has an envelope
 *   1   ...        the envelope, in version 2 only, see {@link Envelope}
 *       shortstr   exchange
 *       shortstr   routing key
 *       4 octets   length of the properties
 *       ...        properties: 2 octets of flags and the property list
 *       ...        body, up to the end
 * </pre>
 */
public final class Message implements StoredContent {
    static final byte FORMAT_PLAIN = 1;
    static final byte FORMAT_WITH_ENVELOPE = 2;

    /** Message, Content and array headers on a 64-bit JVM with compressed references, and its slot in a queue. */
    private static final int OBJECT_BYTES = 112;
    /** Three frames of 8 octets, deliver's fixed arguments, and the fixed part of the content header. */
    private static final int DELIVER_BYTES = 24 + 15 + 12;

    private static final int PERSISTENT_MODE = 2;

    private final ShortString exchange;
    private final ShortString routingKey;
    private final Content content;
    private final boolean persistent;
    private final boolean shared;
    /** Null for most messages. */
    private final Envelope envelope;

    private boolean released;

    /** @param shared whether it goes to more than one queue */
    public Message(ShortString exchange, ShortString routingKey, Content content, boolean shared) {
        this(exchange, routingKey, content, shared, null);
    }

    /**
     * @param shared whether it goes to more than one queue
     * @param envelope what the broker notes about it; null for nothing
     */
    public Message(ShortString exchange, ShortString routingKey, Content content, boolean shared, Envelope envelope) {
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.content = content;
        this.shared = shared;
        this.envelope = envelope;
        this.persistent = content.deliveryMode() == PERSISTENT_MODE;
    }

    public ShortString exchange() {
        return exchange;
    }

    public ShortString routingKey() {
        return routingKey;
    }

    /** The content, to be kept for as long as one likes. */
    public Content content() {
        return borrowed().owned();
    }

    /** The content, to be read at once and not kept: only who knows that nobody has released it yet may call this. */
    public Content borrowed() {
        if (released) {
            throw new IllegalStateException("the content is used again");
        }
        return content;
    }

    /** Octets of the body. */
    public int bodyLength() {
        return content.bodyLength();
    }

    /**
     * Octets that it counts in a queue.
     *
     * @param withProperties whether its properties count, without what a queue has added to them, as well as its body
     */
    int countedBytes(boolean withProperties) {
        return withProperties
                ? content.propertiesLength() - (envelope == null ? 0 : envelope.addedBytes()) + content.bodyLength()
                : content.bodyLength();
    }

    /** The block that the log has to hold until it has written the message; null for none. */
    public ContentBlock block() {
        return content.block();
    }

    /** Nobody will read it any more. Does nothing to a message that is not in a block, which may be in many queues. */
    public void release() {
        if (isToRelease()) {
            content.release();
        }
    }

    /** {@link #release} together with others. */
    public void releaseWith(ContentReleases releases) {
        if (isToRelease()) {
            content.releaseWith(releases);
        }
    }

    private boolean isToRelease() {
        if (released || content.block() == null) {
            return false;
        }
        released = true;
        return true;
    }

    /** The same message with what a queue adds to its properties, to be in one queue only. */
    Message withProperties(BasicProperties properties) {
        Content changed = borrowed().withProperties(properties);
        Envelope before = envelope == null ? Envelope.EMPTY : envelope;
        int added = changed.propertiesLength() - content.propertiesLength();
        return new Message(exchange, routingKey, changed, false, before.withAdded(added));
    }

    /** What the broker notes about it; null for nothing. */
    public Envelope envelope() {
        return envelope;
    }

    /** Whether it may not wait for ever, whatever queue it is in. */
    boolean hasTtl() {
        return envelope != null && envelope.hasTtl();
    }

    /** Whether it is known when it is due by what it says itself: an earlier version did not store when it came. */
    boolean isTimed() {
        return hasTtl() && envelope.arrivedAt() != Envelope.UNKNOWN;
    }

    /** The place in the journal that it leaves by being written to the queue that it comes to; null for none. */
    LogPlace movedFrom() {
        return envelope == null ? null : envelope.movedFrom();
    }

    /** When it has waited for as long as it may by what it says itself, or {@link DueTimes#NEVER}. */
    long ownDue() {
        return hasTtl() ? envelope.arrivedAt() + envelope.ttlMillis() : DueTimes.NEVER;
    }

    /** Whether it is to be delivered with the mark of a redelivery when it comes to a queue. */
    boolean isMarkedRedelivered() {
        return failures() > 0;
    }

    /** How often it was delivered in vain, as far as it says so itself. */
    int failures() {
        return envelope == null ? 0 : envelope.failures();
    }

    /** The same message after one more delivery in vain, in place of this one. */
    Message failedOnceMore() {
        Envelope before = envelope == null ? Envelope.EMPTY : envelope;
        return new Message(exchange, routingKey, borrowed(), shared, before.failedOnceMore());
    }

    /** The same message, with this time of arrival if it has none. */
    Message arrivingAt(long millis) {
        Envelope before = envelope == null ? Envelope.EMPTY : envelope;
        return before.arrivedAt() == Envelope.UNKNOWN ? with(before.arrivingAt(millis)) : this;
    }

    /** The same message, to be in one queue only, with another envelope. */
    Message with(Envelope newEnvelope) {
        return new Message(exchange, routingKey, content(), false, newEnvelope);
    }

    /** The same message, to be in more than one queue: where it was it stays until all of them have it. */
    Message forSeveral() {
        Envelope own = envelope == null ? null : envelope.movedFrom(null);
        return new Message(exchange, routingKey, content(), true, own);
    }

    /** Whether it was published with delivery mode 2. */
    public boolean isPersistent() {
        return persistent;
    }

    /** About what it takes on the heap, in bytes. */
    public int memoryBytes() {
        return OBJECT_BYTES + content.propertiesLength() + content.bodyLength();
    }

    /** About what a delivery of it takes on the wire, in bytes. */
    int wireBytes() {
        return DELIVER_BYTES
                + exchange.length()
                + routingKey.length()
                + content.propertiesLength()
                + content.bodyLength();
    }

    @Override
    public boolean isShared() {
        return shared;
    }

    @Override
    public int size() {
        return 1
                + (envelope == null ? 0 : envelope.size())
                + 1
                + exchange.length()
                + 1
                + routingKey.length()
                + Integer.BYTES
                + content.propertiesLength()
                + content.bodyLength();
    }

    @Override
    public void writeTo(ContentSink sink) {
        if (envelope == null) {
            sink.put(FORMAT_PLAIN);
        } else {
            sink.put(FORMAT_WITH_ENVELOPE);
            envelope.writeTo(sink);
        }
        put(sink, exchange);
        put(sink, routingKey);
        sink.putInt(content.propertiesLength());
        for (int i = 0; i < content.partCount(); i++) {
            sink.put(content.part(i), content.partStart(i), content.partLength(i));
        }
    }

    static void put(ContentSink sink, ShortString text) {
        sink.put((byte) text.length());
        sink.put(text.bytes(), 0, text.length());
    }

    /**
     * The message that {@link #writeTo} wrote.
     *
     * @throws IllegalArgumentException when the octets are of another format
     */
    public static Message read(byte[] stored) {
        return read(ByteBuffer.wrap(stored));
    }

    /** The same for octets that are borrowed. */
    static Message read(ByteBuffer stored) {
        return new StoredMessageReader(stored).read();
    }

    /**
     * How many octets the message counts that {@link #writeTo} wrote.
     *
     * @param withProperties whether its properties count as well as its body
     * @throws IllegalArgumentException when the octets are of another format
     */
    static int countedBytes(byte[] stored, boolean withProperties) {
        return new StoredMessageReader(ByteBuffer.wrap(stored)).countedBytes(withProperties);
    }
}
