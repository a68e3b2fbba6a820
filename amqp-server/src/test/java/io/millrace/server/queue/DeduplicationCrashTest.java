package io.millrace.server.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.codec.value.FieldTable;
import io.millrace.codec.value.ShortString;
import io.millrace.log.LogConfig;
import io.millrace.log.MessageLog;
import io.millrace.log.SyncMode;
import io.millrace.log.files.DiskFiles;
import io.millrace.server.metrics.BrokerCounters;
import io.millrace.server.metrics.LoopCounters;
import io.millrace.server.store.DurableNotifier;
import io.millrace.server.store.LoopJournal;
import io.millrace.server.store.QueueRecovery;
import io.millrace.server.store.SegmentMessageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue that drops duplicates over the log on the disk, whose file is torn at one place after the other. */
class DeduplicationCrashTest {
    private static final int ID = 7;
    private static final int KEYS = 20;
    private static final int FILE_BYTES = 64 << 10;
    /** Records are multiples of 8 octets; some cuts go through the middle of one. */
    private static final int CUT_STEP = 52;

    @TempDir
    private Path directory;

    /** The test's thread is the loop; others hand over to it. */
    private static final class Loop implements HomeLoop {
        private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final LoopCounters counters = new BrokerCounters().forThread();
        private final LoopJournal journal = new LoopJournal(tasks::add);
        private final Thread owner = Thread.currentThread();

        void runUntil(BooleanSupplier condition) throws InterruptedException {
            while (!condition.getAsBoolean()) {
                Runnable task = tasks.poll(60, TimeUnit.SECONDS);
                assertTrue(task != null, "nothing happens");
                task.run();
            }
        }

        @Override
        public boolean inLoop() {
            return Thread.currentThread() == owner;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Future<?> schedule(Runnable task, long delayNanos) {
            return new FutureTask<>(task, null); // nothing here is ever late
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long currentTimeMillis() {
            return TestLoop.MIDNIGHT;
        }

        @Override
        public QueueJournal journal() {
            return journal;
        }

        @Override
        public LoopCounters counters() {
            return counters;
        }
    }

    /** A queue with its log in a directory. */
    private static final class Run implements AutoCloseable {
        private final Loop loop = new Loop();
        private final RecordingOrigin origin = new RecordingOrigin(loop);
        private final MessageLog log;
        private final Queue queue;

        Run(Path directory) throws IOException {
            SegmentMessageStore store = new SegmentMessageStore();
            queue = new Queue(
                    new QueueSettings(ID, "/", ShortString.of("q"), true, false, null, FieldTable.EMPTY),
                    loop,
                    gone -> {},
                    new QueueMemory(bytes -> {}, store, Integer.MAX_VALUE, Long.MAX_VALUE),
                    QueueRules.PLAIN.withDeduplication(Keyed.WHILE_HELD),
                    QueueKind.PLAIN);
            log = MessageLog.open(
                    DiskFiles.in(directory),
                    LogConfig.defaults().withFileSize(FILE_BYTES).withSync(SyncMode.OS),
                    new QueueRecovery(Map.of(ID, queue, QueueKind.keysStoreId(ID), queue)),
                    new DurableNotifier(
                            List.of(loop),
                            cause -> {
                                throw new AssertionError(cause);
                            },
                            full -> {}));
            loop.journal.open(log);
            store.open(log.segments());
            queue.started();
        }

        void publish(int key) throws InterruptedException {
            PublishBatch batch = new PublishBatch(queue, origin);
            batch.add(Keyed.message("k" + key, Integer.toString(key)));
            batch.awaitedBy(this);
            batch.handOver();
            loop.runUntil(() -> origin.settled().contains(batch));
        }

        /** The key of the next message, which is acknowledged; null when there is none. */
        String get() throws InterruptedException {
            List<GetRequest> answered = new ArrayList<>();
            GetRequest request = new GetRequest(queue, true, loop, answered::add);
            request.send();
            loop.runUntil(() -> !answered.isEmpty());
            return request.message() == null ? null : Keyed.body(request.message());
        }

        @Override
        public void close() throws IOException {
            loop.tasks.forEach(Runnable::run);
            log.close();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static Path walFile(Path in) throws IOException {
        try (var files = Files.list(in)) {
            return files.filter(file -> file.toFile().length() == FILE_BYTES)
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void noKeyIsKnownWithoutItsMessageWhereverTheLogIsTorn() throws Exception {
        Path crashed = directory.resolve("crashed");
        Path original = directory.resolve("original");
        Files.createDirectories(original);
        try (Run run = new Run(original)) {
            for (int i = 0; i < KEYS; i++) {
                run.publish(i);
                if (i % 3 == 2) {
                    assertEquals(Integer.toString(i / 3), run.get());
                }
            }
            run.publish(KEYS - 1);
            copy(original, crashed);
        }
        byte[] whole = Files.readAllBytes(walFile(crashed));
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        assertTrue(end > KEYS * CUT_STEP, "there is less in the log than expected: " + end);
        for (int cut = end; cut > 0; cut -= CUT_STEP) {
            check(crashed, cut);
        }
    }

    /** Everything is published again: whatever is known must be there, and little may be there twice. */
    private void check(Path crashed, int cut) throws Exception {
        Path torn = directory.resolve("torn-" + cut);
        copy(crashed, torn);
        byte[] octets = Files.readAllBytes(walFile(torn));
        Arrays.fill(octets, cut, octets.length, (byte) 0);
        Files.write(walFile(torn), octets);
        try (Run run = new Run(torn)) {
            for (int i = 0; i < KEYS; i++) {
                run.publish(i);
            }
            List<String> bodies = new ArrayList<>();
            for (String body = run.get(); body != null; body = run.get()) {
                bodies.add(body);
            }
            int twice = 0;
            for (int i = 0; i < KEYS; i++) {
                int times = Collections.frequency(bodies, Integer.toString(i));
                int key = i;
                assertTrue(times >= 1, () -> key + " is known without its message when the log ends at " + cut);
                twice += times - 1;
            }
            assertTrue(twice <= 1, () -> "too many without their keys when the log ends at " + cut + ": " + bodies);
        }
    }
}
