package io.millrace.log;

import io.millrace.log.files.LogFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** A message log without threads: it does what it was handed when the test says. */
public final class SteppedLog {
    private final LogWriter writer;
    private List<AppendBatch> handedOver = new ArrayList<>();

    private SteppedLog(LogWriter writer) {
        this.writer = writer;
    }

    public static SteppedLog open(LogFiles files, LogConfig config, RecoveryTarget target) throws IOException {
        return new SteppedLog(LogWriter.open(files, config, Runnable::run, target));
    }

    /** As {@link MessageLog#submit}. */
    public void submit(AppendBatch batch) {
        handedOver.add(batch);
    }

    public SegmentStore segments() {
        return writer.segments();
    }

    /**
     * Writes what was handed over, as one group; false when there is nothing.
     *
     * @param durable told of the group when it is durable
     */
    public boolean write(Consumer<List<AppendBatch>> durable) throws IOException {
        if (handedOver.isEmpty()) {
            return false;
        }
        List<AppendBatch> group = handedOver;
        handedOver = new ArrayList<>();
        writer.write(group);
        durable.accept(group);
        writer.afterGroup();
        return true;
    }

    /** Does what queues want of the segments and one thing of the log; false when there was nothing to do. */
    public boolean stepSegments() throws IOException {
        return writer.segments().step();
    }

    /** What the directory holds, by queue and sequence. It is changed as by a start. */
    public static Map<Integer, NavigableMap<Long, byte[]>> contents(
            LogFiles files, LogConfig config, IntPredicate isLive) throws IOException {
        Recovered recovered = new Recovered(isLive);
        Logs.open(files, config, recovered);
        Map<Integer, NavigableMap<Long, byte[]>> contents = new HashMap<>();
        recovered.messages.forEach((queueId, messages) -> messages.forEach(message ->
                contents.computeIfAbsent(queueId, id -> new TreeMap<>()).put(message.sequence(), message.content())));
        return contents;
    }
}
