package io.millrace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.log.files.DiskFiles;
import io.millrace.log.files.FaultyFiles;
import io.millrace.log.files.FaultyFiles.Survival;
import io.millrace.log.files.LogFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log with its thread. The timeout is for a wake-up that is lost. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MessageLogTest {
    private static final LogConfig SMALL = new LogConfig(64 << 10, SyncMode.FSYNC, 8192, 2);

    @TempDir
    Path directory;

    /** Keeps what it is told. */
    private static final class Listener implements DurableListener {
        final BlockingQueue<Object> settled = new LinkedBlockingQueue<>();
        final BlockingQueue<IOException> failures = new LinkedBlockingQueue<>();
        final BlockingQueue<Boolean> full = new LinkedBlockingQueue<>();

        @Override
        public void durable(List<AppendBatch> batches) {
            for (AppendBatch batch : batches) {
                for (int i = 0; i < batch.attachmentCount(); i++) {
                    settled.add(batch.attachment(i));
                }
            }
        }

        @Override
        public void failed(IOException e) {
            failures.add(e);
        }

        @Override
        public void diskFull(boolean isFull) {
            full.add(isFull);
        }
    }

    @Test
    void settlesAttachmentsInHandOverOrder() throws Exception {
        Listener listener = new Listener();
        try (MessageLog log = open(DiskFiles.in(directory), new Recovered(), listener)) {
            for (int i = 1; i <= 1000; i++) {
                log.submit(publish(1, i, "a" + i, "b" + i));
            }
        }
        List<Object> expected = new ArrayList<>();
        for (int i = 1; i <= 1000; i++) {
            expected.add("a" + i);
            expected.add("b" + i);
        }
        assertEquals(expected, List.copyOf(listener.settled));
    }

    @Test
    void wakesUpForEveryBatchOfALonelyProducer() throws Exception {
        Listener listener = new Listener();
        try (MessageLog log = open(new FaultyFiles(), new Recovered(), listener)) {
            for (int i = 1; i <= 20_000; i++) {
                log.submit(publish(1, i, i));
                assertEquals(i, listener.settled.take());
            }
            assertEquals(20_000, log.durablePosition());
        }
    }

    @Test
    void keepsTheOrderOfEachOfManyProducers() throws Exception {
        int producers = 4;
        int batches = 5000;
        Listener listener = new Listener();
        FaultyFiles files = new FaultyFiles();
        MessageLog log = open(files, new Recovered(), listener);
        List<Thread> threads = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (int p = 1; p <= producers; p++) {
            int queue = p;
            Thread thread = new Thread(() -> {
                awaitUninterruptibly(start);
                for (int i = 1; i <= batches; i++) {
                    AppendBatch batch = publish(queue, i, Map.entry(queue, i));
                    batch.acknowledge(queue, i - 2, i - 2);
                    log.submit(batch);
                }
            });
            threads.add(thread);
            thread.start();
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        log.close();
        assertEquals((long) producers * batches, log.durablePosition());
        int[] last = new int[producers + 1];
        for (Object o : listener.settled) {
            Map.Entry<?, ?> entry = assertInstanceOf(Map.Entry.class, o);
            int queue = (Integer) entry.getKey();
            assertEquals(++last[queue], entry.getValue());
        }
        Recovered recovered = new Recovered();
        open(files, recovered, new Listener()).close();
        for (int p = 1; p <= producers; p++) {
            assertEquals(List.of(batches - 1L, (long) batches), recovered.sequences(p));
        }
    }

    @Test
    void tellsTheNextRunWhatWasDelivered() throws Exception {
        MessageLog log = open(DiskFiles.in(directory), new Recovered(), new Listener());
        log.submit(publish(1, 1));
        log.submit(publish(1, 2));
        log.deliveredUpTo(1, 1);
        log.close();
        Recovered recovered = new Recovered();
        open(DiskFiles.in(directory), recovered, new Listener()).close();
        assertEquals(
                List.of(true, false),
                recovered.messages.get(1).stream()
                        .map(Recovered.Message::maybeDelivered)
                        .toList());
    }

    @Test
    void letsNobodyElseIntoTheDirectory() throws Exception {
        try (MessageLog log = open(DiskFiles.in(directory), new Recovered(), new Listener())) {
            IOException e = assertThrows(
                    IOException.class, () -> open(DiskFiles.in(directory), new Recovered(), new Listener()));
            assertTrue(e.getMessage().contains(directory.toString()), e.getMessage());
            log.submit(publish(1, 1));
        }
        Recovered recovered = new Recovered();
        open(DiskFiles.in(directory), recovered, new Listener()).close();
        assertEquals(1, recovered.count());
    }

    @Test
    void freesTheDirectoryWhenItCannotBeOpened() throws Exception {
        FaultyFiles files = new FaultyFiles();
        files.failWrite(1, 0);
        assertThrows(IOException.class, () -> open(files, new Recovered(), new Listener()));
        open(files, new Recovered(), new Listener()).close();
    }

    @Test
    void takesNothingAfterItWasClosed() throws Exception {
        MessageLog log = open(new FaultyFiles(), new Recovered(), new Listener());
        log.close();
        log.close();
        assertThrows(IllegalStateException.class, () -> log.submit(publish(1, 1)));
    }

    @Test
    void aFailedSyncIsReportedOnceAndNothingIsDurableAfterIt() throws Exception {
        FaultyFiles files = new FaultyFiles();
        Listener listener = new Listener();
        MessageLog log = open(files, new Recovered(), listener);
        log.submit(publish(1, 1, "first"));
        assertEquals("first", listener.settled.take());
        files.failForce(1);
        log.submit(publish(1, 2, "second"));
        assertEquals("injected force failure", listener.failures.take().getMessage());
        log.submit(publish(1, 3, "third"));
        log.close();
        assertTrue(listener.settled.isEmpty());
        assertTrue(listener.failures.isEmpty());
        assertEquals(1, log.durablePosition());
        Recovered recovered = new Recovered();
        open(files.crash(Survival.NOTHING, new Random(1)), recovered, new Listener())
                .close();
        assertEquals(List.of(1L), recovered.sequences(1));
    }

    @Test
    void aFailedWriteIsReportedAndNotRetried() throws Exception {
        FaultyFiles files = new FaultyFiles();
        Listener listener = new Listener();
        MessageLog log = open(files, new Recovered(), listener);
        int writes = files.writes();
        files.failWrite(1, 17);
        log.submit(publish(1, 1, "first"));
        assertEquals("injected write failure", listener.failures.take().getMessage());
        log.close();
        assertEquals(writes + 1, files.writes());
        assertTrue(listener.settled.isEmpty());
    }

    @Test
    void aFullDiskIsSaidAheadOfNeedWaitedForAndLosesNothing() throws Exception {
        FaultyFiles files = new FaultyFiles();
        Listener listener = new Listener();
        MessageLog log = open(files, new Recovered(), listener);
        files.limitSpace(1000);
        // Enough that the next file is wanted, and not so much that it is needed.
        for (int i = 1; i <= 500; i++) {
            log.submit(publish(1, i, i));
            assertEquals(i, listener.settled.take());
        }
        assertEquals(true, listener.full.take());
        for (int i = 501; i <= 10_000; i++) {
            log.submit(publish(1, i, i));
        }
        files.limitSpace(Long.MAX_VALUE);
        assertEquals(false, listener.full.take());
        for (int i = 501; i <= 10_000; i++) {
            assertEquals(i, listener.settled.take());
        }
        log.close();
        assertTrue(listener.failures.isEmpty());
        Recovered recovered = new Recovered();
        open(files.crash(Survival.NOTHING, new Random(1)), recovered, new Listener())
                .close();
        assertEquals(10_000, recovered.sequences(1).size());
    }

    @Test
    void aFullDiskDoesNotHoldUpTheEnd() throws Exception {
        FaultyFiles files = new FaultyFiles();
        Listener listener = new Listener();
        MessageLog log = open(files, new Recovered(), listener);
        files.limitSpace(1000);
        for (int i = 1; i <= 10_000; i++) {
            log.submit(publish(1, i, i));
        }
        assertEquals(true, listener.full.take());
        log.close();
        List<Long> confirmed =
                LongStream.rangeClosed(1, listener.settled.size()).boxed().toList();
        Recovered recovered = new Recovered();
        open(files.copy(), recovered, new Listener()).close();
        assertEquals(confirmed, recovered.sequences(1).subList(0, confirmed.size()));
    }

    @Test
    void aContentThatThrowsFailsTheLogAndSaysSo() throws Exception {
        Listener listener = new Listener();
        MessageLog log = open(new FaultyFiles(), new Recovered(), listener);
        AppendBatch batch = new AppendBatch();
        batch.publish(1, 1, new StoredContent() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public void writeTo(ContentSink sink) {
                throw new IllegalStateException("broken content");
            }
        });
        log.submit(batch);
        IOException failure = listener.failures.take();
        assertTrue(failure.getMessage().contains("broken content"), failure.getMessage());
        log.close();
    }

    private static MessageLog open(LogFiles files, Recovered recovered, Listener listener) throws IOException {
        MessageLog log = MessageLog.open(files, SMALL, recovered, listener);
        recovered.readAll(log.segments());
        return log;
    }

    private static AppendBatch publish(int queueId, long sequence, Object... attachments) {
        AppendBatch batch = new AppendBatch();
        batch.publish(queueId, sequence, Bytes.of(sequence, 20));
        for (Object attachment : attachments) {
            batch.attachment(attachment);
        }
        return batch;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
