package io.millrace.server.channel;

import io.millrace.codec.Content;
import io.millrace.codec.DeliveryWriter;
import io.millrace.codec.FrameWriter;
import io.millrace.codec.method.Method;
import io.millrace.codec.value.ShortString;
import io.millrace.server.metrics.BrokerCounter;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.queue.Message;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What goes out on one connection: frames are encoded one behind the other into a buffer, and flushed once a batch.
 * Belongs to the connection's loop, except {@link #isWritable} and {@link #handedOver}.
 */
public final class Outbound {
    /** Deliveries that queues have handed over and this loop has not encoded yet; past this they wait. */
    private static final long HANDED_OVER_BYTES_MAX = 1 << 20;
    /** One buffer; a batch that needs more is several buffers in one gathering write. */
    private static final int BUFFER_BYTES_MAX = 64 << 10;

    private static final int BUFFER_BYTES_MIN = 512;

    private final io.netty.channel.Channel socket;
    private final LoopCounters counters;
    private final Runnable flushTask = this::flushScheduled;
    private final AtomicLong handedOver = new AtomicLong();

    private int frameMax;
    private ByteBuf buffer;
    private int expectedBytes = BUFFER_BYTES_MIN;
    private long bytesWritten;
    private boolean unflushed;
    private boolean flushScheduled;

    /** @param counters those of the connection's loop */
    public Outbound(io.netty.channel.Channel socket, LoopCounters counters, int frameMax) {
        this.socket = socket;
        this.counters = counters;
        this.frameMax = frameMax;
    }

    /** The frame size that was agreed on. */
    public void frameMax(int newFrameMax) {
        frameMax = newFrameMax;
    }

    /** Octets encoded so far. */
    public long bytesWritten() {
        return bytesWritten;
    }

    /** Whether the socket takes more. Any thread. */
    public boolean isWritable() {
        return socket.isWritable() && handedOver.get() < HANDED_OVER_BYTES_MAX;
    }

    /** Counts bytes of deliveries on their way to this loop. Any thread. */
    public void handedOver(long bytes) {
        handedOver.addAndGet(bytes);
    }

    /** The counterpart: this loop has them now. Returns whether queues had to wait for it. */
    boolean received(long bytes) {
        long before = handedOver.getAndAdd(-bytes);
        return before >= HANDED_OVER_BYTES_MAX && before - bytes < HANDED_OVER_BYTES_MAX;
    }

    /** Sends a method without content. */
    public void method(int channel, Method method) {
        FrameWriter.writeMethod(reserve(BUFFER_BYTES_MIN), channel, method);
    }

    /** Sends a heartbeat. */
    public void heartbeat() {
        FrameWriter.writeHeartbeat(reserve(BUFFER_BYTES_MIN));
    }

    /** Sends the octets of a protocol header. */
    public void protocolHeader(int id, int major, int minor, int revision) {
        FrameWriter.writeProtocolHeader(reserve(BUFFER_BYTES_MIN), id, major, minor, revision);
    }

    void deliver(DeliveryWriter writer, ShortString tag, long deliveryTag, boolean redelivered, Message message) {
        ShortString exchange = message.exchange();
        ShortString routingKey = message.routingKey();
        Content content = message.borrowed();
        ByteBuf out = reserve(FrameWriter.deliverSize(frameMax, tag, exchange, routingKey, content));
        writer.write(out, frameMax, deliveryTag, redelivered, exchange, routingKey, content);
    }

    void getOk(int channel, long deliveryTag, boolean redelivered, int messageCount, Message message) {
        Content content = message.borrowed();
        ByteBuf out = reserve(FrameWriter.deliverSize(
                frameMax, ShortString.EMPTY, message.exchange(), message.routingKey(), content));
        FrameWriter.writeGetOk(
                out,
                frameMax,
                channel,
                deliveryTag,
                redelivered,
                message.exchange(),
                message.routingKey(),
                messageCount,
                content);
    }

    void returned(int channel, int replyCode, ShortString replyText, Message message) {
        Content content = message.borrowed();
        ByteBuf out = reserve(
                FrameWriter.deliverSize(frameMax, replyText, message.exchange(), message.routingKey(), content));
        FrameWriter.writeReturn(
                out, frameMax, channel, replyCode, replyText, message.exchange(), message.routingKey(), content);
    }

    void ack(int channel, long deliveryTag, boolean multiple) {
        FrameWriter.writeAck(reserve(BUFFER_BYTES_MIN), channel, deliveryTag, multiple);
    }

    void nack(int channel, long deliveryTag, boolean multiple) {
        FrameWriter.writeNack(reserve(BUFFER_BYTES_MIN), channel, deliveryTag, multiple, false);
    }

    /** A buffer with room for so many octets, behind all that was encoded before. */
    private ByteBuf reserve(int bytes) {
        if (buffer != null && buffer.writableBytes() < bytes) {
            writeBuffer();
        }
        if (buffer == null) {
            buffer = socket.alloc().directBuffer(Math.max(bytes, expectedBytes));
        }
        return buffer;
    }

    private void writeBuffer() {
        int bytes = buffer.readableBytes();
        bytesWritten += bytes;
        counters.add(BrokerCounter.BYTES_OUT, bytes);
        // The next one gets room for as much as this one took: replies stay small, a stream of deliveries large.
        expectedBytes = Math.max(BUFFER_BYTES_MIN, Math.min(BUFFER_BYTES_MAX, bytes * 2));
        ByteBuf full = buffer;
        buffer = null;
        // Before the write: a handler that it calls may flush, and what is encoded behind this is for a later flush.
        unflushed = true;
        socket.write(full, socket.voidPromise());
    }

    /** Sends what was encoded. */
    public void flush() {
        if (buffer != null && buffer.isReadable()) {
            writeBuffer();
        }
        if (unflushed) {
            unflushed = false;
            socket.flush();
        }
    }

    /** Flushes after what this loop has to do now, so that several batches make one write. */
    public void flushSoon() {
        if (!flushScheduled) {
            flushScheduled = true;
            socket.eventLoop().execute(flushTask);
        }
    }

    private void flushScheduled() {
        flushScheduled = false;
        flush();
    }

    /** The connection is gone: frees what was not sent. */
    public void release() {
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }
}
