package io.millrace.server.store;

import io.millrace.log.AppendBatch;
import io.millrace.log.DurableListener;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.PublishBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells publishers that what they published is durable: each event loop is woken once a group. */
public final class DurableNotifier implements DurableListener {
    private static final Logger LOG = LoggerFactory.getLogger(DurableNotifier.class);

    private final List<HomeLoop> loops;
    private final List<List<PublishBatch>> settled = new ArrayList<>();
    private final Consumer<Throwable> fatal;
    private final Consumer<Boolean> full;

    /**
     * @param fatal told when the disk has failed; must not return to what it was doing
     * @param full told when the disk is full and when it is not any more
     */
    public DurableNotifier(List<HomeLoop> loops, Consumer<Throwable> fatal, Consumer<Boolean> full) {
        this.loops = List.copyOf(loops);
        this.fatal = fatal;
        this.full = full;
        for (int i = 0; i < loops.size(); i++) {
            settled.add(new ArrayList<>());
        }
    }

    @Override
    public void durable(List<AppendBatch> batches) {
        for (AppendBatch batch : batches) {
            for (int i = 0; i < batch.attachmentCount(); i++) {
                if (batch.attachment(i) instanceof PublishBatch published) {
                    settled.get(loops.indexOf(published.originLoop())).add(published);
                } else {
                    ((Runnable) batch.attachment(i)).run();
                }
            }
        }
        for (int i = 0; i < loops.size(); i++) {
            List<PublishBatch> ofLoop = settled.get(i);
            if (!ofLoop.isEmpty()) {
                settled.set(i, new ArrayList<>());
                tell(loops.get(i), ofLoop);
            }
        }
    }

    private static void tell(HomeLoop loop, List<PublishBatch> durable) {
        try {
            loop.execute(() -> durable.forEach(PublishBatch::settled));
        } catch (RejectedExecutionException e) {
            // The broker stops: the loops end before the log, and their connections are gone. That is no failed disk.
            LOG.debug("{} ended before it heard of {} durable batches", loop, durable.size());
        }
    }

    @Override
    public void failed(IOException e) {
        fatal.accept(e);
    }

    @Override
    public void diskFull(boolean isFull) {
        full.accept(isFull);
    }
}
