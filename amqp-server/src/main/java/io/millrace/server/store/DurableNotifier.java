package io.millrace.server.store;

import io.millrace.log.AppendBatch;
import io.millrace.log.DurableListener;
import io.millrace.server.queue.HomeLoop;
import io.millrace.server.queue.PublishBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Tells publishers that what they published is durable: each event loop is woken once a group. */
public final class DurableNotifier implements DurableListener {
    private final List<HomeLoop> loops;
    private final List<List<PublishBatch>> settled = new ArrayList<>();
    private final Consumer<Throwable> fatal;

    /** @param fatal told when the disk has failed; must not return to what it was doing */
    public DurableNotifier(List<HomeLoop> loops, Consumer<Throwable> fatal) {
        this.loops = List.copyOf(loops);
        this.fatal = fatal;
        for (int i = 0; i < loops.size(); i++) {
            settled.add(new ArrayList<>());
        }
    }

    @Override
    public void durable(List<AppendBatch> batches) {
        for (AppendBatch batch : batches) {
            for (int i = 0; i < batch.attachmentCount(); i++) {
                PublishBatch published = (PublishBatch) batch.attachment(i);
                settled.get(loops.indexOf(published.originLoop())).add(published);
            }
        }
        for (int i = 0; i < loops.size(); i++) {
            List<PublishBatch> ofLoop = settled.get(i);
            if (!ofLoop.isEmpty()) {
                settled.set(i, new ArrayList<>());
                loops.get(i).execute(() -> ofLoop.forEach(PublishBatch::settled));
            }
        }
    }

    @Override
    public void failed(IOException e) {
        fatal.accept(e);
    }
}
