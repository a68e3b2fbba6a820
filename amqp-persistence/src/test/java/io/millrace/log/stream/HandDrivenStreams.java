package io.millrace.log.stream;

import io.millrace.log.SyncMode;
import io.millrace.log.files.FaultyFiles;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.function.Consumer;

/** Streams whose threads the test plays itself, over files that fail on demand. */
final class HandDrivenStreams {
    static final int ID = 7;

    final Queue<Runnable> writer = new ArrayDeque<>();
    final Queue<Runnable> later = new ArrayDeque<>();
    final List<Throwable> fatal = new ArrayList<>();
    final StreamLogs logs;
    final StreamLog log;
    long now = 1_000_000;

    HandDrivenStreams(FaultyFiles files, StreamLimits limits, long seed) throws IOException {
        this(files, ID, limits, seed);
    }

    /** Of a stream with this id; there is no other. */
    HandDrivenStreams(FaultyFiles files, int id) throws IOException {
        this(files, id, StreamLimits.DEFAULTS, 1);
    }

    private HandDrivenStreams(FaultyFiles files, int id, StreamLimits limits, long seed) throws IOException {
        StreamThreads threads = new StreamThreads(writer::add, later::add, Runnable::run);
        logs = StreamLogs.open(files, threads, SyncMode.FSYNC, () -> now, new Random(seed), fatal::add);
        log = logs.open(id, limits);
        logs.deleteOthers();
    }

    HandDrivenStreams(FaultyFiles files) throws IOException {
        this(files, StreamLimits.DEFAULTS, 1);
    }

    /** Hears what is committed, flattened. */
    void onCommit(Consumer<TestMessage> heard) {
        log.listener((appends, end) -> appends.forEach(append -> ((TestAppend) append).messages.forEach(heard)));
    }

    void append(TestMessage... messages) {
        log.append(new TestAppend(List.of(messages)));
    }

    /** Appends texts, each of them made durable before the next. */
    void appendEach(String... texts) {
        for (String text : texts) {
            append(TestMessage.of(text));
            run();
        }
    }

    /** Does what the writer has to do now. */
    void run() {
        for (Runnable next = writer.poll(); next != null; next = writer.poll()) {
            next.run();
        }
    }

    /** Does what was put off. */
    void runLater() {
        for (Runnable next = later.poll(); next != null; next = later.poll()) {
            next.run();
        }
        run();
    }

    List<String> texts(StreamStart start) {
        return texts(start, null);
    }

    List<String> texts(StreamStart start, StreamFilter filter) {
        List<String> texts = new ArrayList<>();
        read(start, filter).messages.values().forEach(octets -> texts.add(TestMessage.text(octets)));
        return texts;
    }

    /** Reads up to the end. */
    TestRead read(StreamStart start, StreamFilter filter) {
        StreamPosition position = new StreamPosition(start);
        TestRead all = new TestRead(position, filter, 1 << 10);
        log.read(all);
        while (position.next() < log.end()) {
            TestRead more = new TestRead(position, filter, 1 << 10);
            log.read(more);
            all.messages.putAll(more.messages);
        }
        return all;
    }
}
