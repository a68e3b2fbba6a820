package io.millrace.server.queue;

import java.util.ArrayList;
import java.util.List;

/** A publisher that keeps what it is told. */
final class RecordingOrigin implements PublishOrigin {
    private final HomeLoop loop;
    private final List<PublishBatch> settled = new ArrayList<>();
    private long enqueuedBytes;

    RecordingOrigin(HomeLoop loop) {
        this.loop = loop;
    }

    @Override
    public HomeLoop loop() {
        return loop;
    }

    @Override
    public void enqueued(long bytes) {
        enqueuedBytes += bytes;
    }

    @Override
    public void settled(PublishBatch batch) {
        assert loop.inLoop();
        settled.add(batch);
    }

    List<PublishBatch> settled() {
        return settled;
    }

    long enqueuedBytes() {
        return enqueuedBytes;
    }
}
