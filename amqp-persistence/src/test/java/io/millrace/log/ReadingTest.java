package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.DiskFiles;
import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to segments between the moment a read is planned and the moment its end is told. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ReadingTest {
    private static final LogConfig CONFIG = new LogConfig(4096, SyncMode.FSYNC, 1024, 2).withSegmentSize(4096);

    private final FaultyFiles disk = new FaultyFiles();
    private final UnwillingFiles files = new UnwillingFiles();
    private final SegmentShelf shelf = new SegmentShelf(files);
    private final Segments segments = new Segments(shelf, CONFIG, 1);
    private final SegmentReader reader = new SegmentReader(shelf, CONFIG);

    @TempDir
    Path directory;

    /** The disk in memory, where a file cannot be opened for some time, as when a process has too many of them. */
    private final class UnwillingFiles implements LogFiles {
        private int refusals;

        @Override
        public LogFile open(String name) throws IOException {
            if (refusals > 0) {
                refusals--;
                throw new IOException("Too many open files");
            }
            return disk.open(name);
        }

        @Override
        public Closeable lock() throws IOException {
            return disk.lock();
        }

        @Override
        public LogFile create(String name) throws IOException {
            return disk.create(name);
        }

        @Override
        public List<String> list() {
            return disk.list();
        }

        @Override
        public void rename(String from, String to) throws IOException {
            disk.rename(from, to);
        }

        @Override
        public void delete(String name) throws IOException {
            disk.delete(name);
        }

        @Override
        public void forceDirectory() throws IOException {
            disk.forceDirectory();
        }

        @Override
        public long usableSpace() throws IOException {
            return disk.usableSpace();
        }
    }

    private void page(long first, long last, boolean persistent) throws IOException {
        SegmentRun run = new SegmentRun(1);
        for (long sequence = first; sequence <= last; sequence++) {
            run.add(sequence, Bytes.of(sequence, 100), persistent);
        }
        segments.page(run);
    }

    private static List<Long> sequences(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private List<String> names() {
        return disk.list().stream().filter(name -> name.endsWith(".seg")).toList();
    }

    @Test
    void whatIsGivenUpWhileItIsReadIsNotLost() throws IOException {
        page(1, 20, true);
        TestRead read = new TestRead(1, 0, 100);
        ReadPlan plan = ReadPlan.of(segments.chain(1), read);
        segments.acknowledged(1, 1, 20);
        assertEquals(List.of(), names());
        reader.read(plan);
        segments.read(plan);
        assertEquals(0, read.lost());
        assertEquals(0, segments.corruptions());
    }

    @Test
    void aReadGivesWhatWasThereWhenItWasPlannedAndTheNextOneTheRest() throws IOException {
        page(1, 5, true);
        TestRead read = new TestRead(1, 0, 100);
        ReadPlan plan = ReadPlan.of(segments.chain(1), read);
        page(6, 10, true);
        reader.read(plan);
        segments.read(plan);
        assertEquals(sequences(1, 5), read.sequences());
        TestRead next = new TestRead(1, read.after(), 100);
        ReadPlan nextPlan = ReadPlan.of(segments.chain(1), next);
        reader.read(nextPlan);
        segments.read(nextPlan);
        assertEquals(sequences(6, 10), next.sequences());
    }

    @Test
    void aFileThatCannotBeOpenedIsTriedAgainAndNothingIsLost() throws IOException {
        page(1, 20, true);
        TestRead read = new TestRead(1, 0, 100);
        ReadPlan plan = ReadPlan.of(segments.chain(1), read);
        files.refusals = 2;
        assertThrows(SegmentReader.CannotOpenException.class, () -> reader.read(plan));
        assertThrows(SegmentReader.CannotOpenException.class, () -> reader.read(plan));
        reader.read(plan);
        segments.read(plan);
        assertEquals(sequences(1, 20), read.sequences());
        assertEquals(0, read.lost());
    }

    @Test
    void whoOnlyLooksLeavesTransientMessagesWhereTheyAre() throws IOException {
        page(1, 20, false);
        TestRead look = TestRead.looking(1, 0);
        ReadPlan plan = ReadPlan.of(segments.chain(1), look);
        reader.read(plan);
        segments.read(plan);
        assertEquals(sequences(1, 20), look.sequences());
        assertEquals(20, segments.messages(1));
        TestRead read = new TestRead(1, 0, 100);
        ReadPlan takes = ReadPlan.of(segments.chain(1), read);
        reader.read(takes);
        segments.read(takes);
        assertEquals(sequences(1, 20), read.sequences());
        assertEquals(List.of(), names());
    }

    /** Whose thread it is on. */
    private static final class ThreadedRead extends SegmentRead {
        final CountDownLatch done = new CountDownLatch(1);
        volatile String thread;
        int count;

        ThreadedRead() {
            super(1, 0, 100, Long.MAX_VALUE);
        }

        @Override
        protected void add(long sequence, byte[] content) {
            count++;
        }

        @Override
        protected void done() {
            thread = Thread.currentThread().getName();
            done.countDown();
        }
    }

    @Test
    void readersReadAndNotTheThreadThatWrites() throws Exception {
        DurableListener listener = new DurableListener() {
            @Override
            public void durable(List<AppendBatch> batches) {
                // Nobody waits for them.
            }

            @Override
            public void failed(IOException e) {
                throw new AssertionError(e);
            }
        };
        ThreadedRead read = new ThreadedRead();
        try (MessageLog log = MessageLog.open(DiskFiles.in(directory), CONFIG, new Recovered(), listener)) {
            TestPage page = new TestPage(1, 1);
            for (int i = 1; i <= 50; i++) {
                page.add(Bytes.of(i, 100), false);
            }
            log.segments().page(page);
            log.segments().read(read);
            read.done.await();
        }
        assertEquals(50, read.count);
        assertTrue(read.thread.startsWith("millrace-reader"), read.thread);
    }
}
