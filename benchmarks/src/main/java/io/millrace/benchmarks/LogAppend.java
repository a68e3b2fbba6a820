package io.millrace.benchmarks;

import io.millrace.log.AppendBatch;
import io.millrace.log.DurableListener;
import io.millrace.log.LogConfig;
import io.millrace.log.MessageLog;
import io.millrace.log.RecoveryTarget;
import io.millrace.log.StoredContent;
import io.millrace.log.SyncMode;
import io.millrace.log.files.DiskFiles;
import io.millrace.log.files.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From a batch of messages to their being durable: records encoded, written, synced. Every batch also acknowledges the
 * one before, so that files become free as they do when consumers keep up. Some batches are always under way, and the
 * score is the time a message; on a disk it is the disk's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LogAppend {
    private static final int MESSAGES = 500;
    private static final int BATCHES_UNDER_WAY = 8;
    private static final int QUEUE_ID = 1;
    private static final long FILE_OCTETS = 16L << 20;

    /** memory; os: into the page cache of the temporary directory's disk; fsync: onto that disk. */
    @Param({"memory", "os", "fsync"})
    public String durable;

    @Param({"16", "1024"})
    public int bodyOctets;

    private final Semaphore free = new Semaphore(BATCHES_UNDER_WAY);
    private StoredContent message;
    private MessageLog log;
    private Path directory;
    private long sequence;

    @Setup
    public void open() throws IOException {
        message = SampleMessages.message(bodyOctets, true);
        LogFiles files;
        if (durable.equals("memory")) {
            files = new MemoryFiles();
        } else {
            directory = Files.createTempDirectory("log-append");
            files = DiskFiles.in(directory);
        }
        SyncMode sync = durable.equals("fsync") ? SyncMode.FSYNC : SyncMode.OS;
        LogConfig config = LogConfig.defaults().withFileSize(FILE_OCTETS).withSync(sync);
        log = MessageLog.open(files, config, new NothingKept(), new Releasing(free));
    }

    @TearDown
    public void close() throws IOException {
        log.close();
        if (directory != null) {
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void append() throws InterruptedException {
        free.acquire();
        AppendBatch batch = new AppendBatch();
        long first = sequence + 1;
        for (int i = 0; i < MESSAGES; i++) {
            batch.publish(QUEUE_ID, ++sequence, message);
        }
        if (first > 1) {
            batch.acknowledge(QUEUE_ID, first - MESSAGES, first - 1);
        }
        log.submit(batch);
    }

    private record Releasing(Semaphore free) implements DurableListener {
        @Override
        public void durable(List<AppendBatch> batches) {
            free.release(batches.size());
        }

        @Override
        public void failed(IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The directory is new. */
    private static final class NothingKept implements RecoveryTarget {
        @Override
        public boolean isLive(int queueId) {
            return false;
        }

        @Override
        public void recovered(int queueId, long messages, long lastSequence, long deliveredUpTo) {
            throw new AssertionError("messages in a new directory");
        }
    }
}
