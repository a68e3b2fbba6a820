package io.millrace.server.store;

import io.millrace.codec.ContentBlock;
import io.millrace.log.AppendBatch;
import io.millrace.log.MessageLog;
import io.millrace.server.queue.LogPlace;
import io.millrace.server.queue.Message;
import io.millrace.server.queue.PublishBatch;
import io.millrace.server.queue.QueueJournal;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Gathers what the queues of one loop write, and hands it to the log once the loop has done what it had to do: one
 * hand-over for all queues, however many messages came. Belongs to its loop.
 */
public final class LoopJournal implements QueueJournal {
    /**
     * What the log may have in memory before publishers wait for it as well: many times what one sync makes durable, so
     * that a disk that keeps up never gets there.
     */
    private static final long IN_FLIGHT_BYTES_MAX = 32 << 20;

    private final Executor loop;
    private final Runnable handOverTask = this::handOver;
    private Consumer<AppendBatch> log;
    private LongSupplier bytesInFlight;
    private AppendBatch gathering = new AppendBatch();
    /** The block that was held last by what is being gathered. */
    private ContentBlock held;

    private boolean scheduled;

    /** @param loop runs a task on the journal's loop, behind what was handed to it before */
    public LoopJournal(Executor loop) {
        this.loop = loop;
    }

    /** Where it all goes. Called once, before the loop runs. */
    public void open(MessageLog newLog) {
        open(newLog::submit, newLog::bytesInFlight);
    }

    /** The same for a log that is driven by hand. */
    public void open(Consumer<AppendBatch> newLog, LongSupplier newBytesInFlight) {
        log = newLog;
        bytesInFlight = newBytesInFlight;
    }

    @Override
    public void publish(int queueId, long sequence, Message message) {
        gathering.publish(queueId, sequence, message);
        hold(message.block());
        schedule();
    }

    @Override
    public void move(int queueId, long sequence, Message message, LogPlace from) {
        gathering.move(queueId, sequence, message, from.storeId(), from.sequence());
        hold(message.block());
        schedule();
    }

    /** The log reads messages that consumers may be done with already: a block must wait for it. */
    private void hold(ContentBlock block) {
        if (block != null && block != held) {
            held = block;
            block.hold();
            gathering.attachment((Runnable) block::release);
        }
    }

    @Override
    public void acknowledge(int queueId, long firstSequence, long lastSequence) {
        gathering.acknowledge(queueId, firstSequence, lastSequence);
        schedule();
    }

    @Override
    public void deleteQueue(int queueId) {
        gathering.deleteQueue(queueId);
        schedule();
    }

    @Override
    public void settleWhenDurable(PublishBatch batch) {
        gathering.attachment(batch);
        schedule();
    }

    @Override
    public boolean isBehind() {
        return bytesInFlight.getAsLong() > IN_FLIGHT_BYTES_MAX;
    }

    @Override
    public void whenDurable(Runnable action) {
        gathering.attachment(action);
        schedule();
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            loop.execute(handOverTask);
        }
    }

    private void handOver() {
        scheduled = false;
        held = null;
        AppendBatch batch = gathering;
        gathering = new AppendBatch();
        log.accept(batch);
    }
}
