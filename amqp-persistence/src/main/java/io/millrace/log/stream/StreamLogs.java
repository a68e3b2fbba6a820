package io.millrace.log.stream;

import static java.util.Objects.requireNonNull;

import io.millrace.log.SyncFailedException;
import io.millrace.log.SyncMode;
import io.millrace.log.files.LogFiles;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All streams of a broker, in one directory, with one writer and one reader.
 *
 * <p><b>Group commit.</b> A round of the writer takes what was appended to any stream since the last one, writes it,
 * syncs each file once, and then tells whoever waits. While it syncs the next round gathers, so rounds grow with the
 * load and no timer forms them.
 *
 * <p><b>A disk that fails.</b> A write that fails, as on a full disk, is repeated every second; publishers wait
 * meanwhile. After a sync that failed nobody knows what is on the disk: that is fatal.
 */
public final class StreamLogs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamLogs.class);

    private static final String SET_ASIDE = ".corrupt";

    private final LogFiles files;
    private final StreamThreads threads;
    private final SyncMode sync;
    private final LongSupplier clock;
    private final Random salts;
    private final Consumer<Throwable> fatal;
    private final Closeable lock;

    /** Files that an earlier run left, in the order of their names, by the id of their stream. */
    private final Map<Integer, TreeSet<String>> found = new HashMap<>();
    /** Files that an earlier run left about readers, by the id of the stream. */
    private final Map<Integer, String> foundOffsets = new HashMap<>();

    private final ConcurrentLinkedQueue<Runnable> work = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    // The writer's.
    private final ChunkEncoder encoder = new ChunkEncoder();
    private final Chunk chunk = new Chunk();
    private final Set<StreamLog> waiting = new LinkedHashSet<>();
    private final Set<StreamLog> open = new LinkedHashSet<>();
    /** Logs whose readers have come further: to be written, and then to be synced. */
    private final Set<StreamLog> moved = new LinkedHashSet<>();

    private final Set<StreamLog> unsynced = new LinkedHashSet<>();
    private final Set<StreamLog> withReaders = new LinkedHashSet<>();
    private boolean syncDue;
    private boolean syncPlanned;
    private boolean failed;
    private boolean closing;
    /** Some stream could not be written at the last try. */
    private boolean stuck;

    // The reader's.
    private final StreamReader reader;

    private StreamLogs(
            LogFiles files,
            StreamThreads threads,
            SyncMode sync,
            LongSupplier clock,
            Random salts,
            Consumer<Throwable> fatal,
            Closeable lock) {
        this.files = files;
        this.threads = threads;
        this.sync = sync;
        this.clock = clock;
        this.salts = salts;
        this.fatal = fatal;
        this.lock = lock;
        this.reader = new StreamReader(files);
    }

    /**
     * Takes a directory. {@link #open} each stream that there is to be, and then {@link #deleteOthers}.
     *
     * @param clock milliseconds since 1970
     * @param salts makes what published octets cannot imitate
     * @param fatal told on the writer's thread when the disk has failed; nothing is written any more
     * @throws IOException when the directory is in use or cannot be read
     */
    public static StreamLogs open(
            LogFiles files,
            StreamThreads threads,
            SyncMode sync,
            LongSupplier clock,
            Random salts,
            Consumer<Throwable> fatal)
            throws IOException {
        requireNonNull(sync, "sync is null");
        StreamLogs logs = new StreamLogs(files, threads, sync, clock, salts, fatal, files.lock());
        for (String name : files.list()) {
            int id = SegmentFormat.idOf(name);
            int readersOf = OffsetFile.idOf(name);
            if (readersOf >= 0 && OffsetFile.isUnfinished(name)) {
                files.delete(name);
            } else if (readersOf >= 0) {
                logs.foundOffsets.put(readersOf, name);
            } else if (id >= 0) {
                logs.found.computeIfAbsent(id, key -> new TreeSet<>()).add(name);
            }
        }
        return logs;
    }

    /**
     * A stream, with what an earlier run left of it.
     *
     * @throws IOException when that is of another version, or files cannot be changed. Damage is no reason, nor is what
     *     the disk cannot read: it is left out and reported.
     */
    public StreamLog open(int id, StreamLimits limits) throws IOException {
        OffsetFile offsets = new OffsetFile(files, id);
        if (foundOffsets.remove(id) != null) {
            offsets.recover();
        }
        TreeSet<String> names = found.isEmpty() ? null : found.remove(id);
        if (names == null) {
            return new StreamLog(this, id, limits, List.of(), false, offsets);
        }
        SegmentFiles recovery = new SegmentFiles(files);
        List<StreamSegment> segments = new ArrayList<>();
        for (Iterator<String> remaining = names.iterator(); remaining.hasNext(); ) {
            String name = remaining.next();
            StreamSegment segment = recovery.recover(name, id, !remaining.hasNext());
            if (segment == null) {
                setAside(name);
            } else {
                segments.add(segment);
            }
        }
        boolean sealed = segments.isEmpty() || recovery.isSealed(segments.get(segments.size() - 1));
        return new StreamLog(this, id, limits, segments, sealed, offsets);
    }

    private void setAside(String name) throws IOException {
        if (mayHoldMessages(name)) {
            LOG.error("{} is damaged and is kept as {}", name, name + SET_ASIDE);
            files.rename(name, name + SET_ASIDE);
            files.forceDirectory();
        } else {
            // The broker ended while it made the file.
            files.delete(name);
        }
    }

    private boolean mayHoldMessages(String name) {
        try (var file = files.open(name)) {
            return file.size() > SegmentFormat.FILE_HEADER_BYTES;
        } catch (IOException e) {
            return true;
        }
    }

    /** Deletes what is left of streams that are not open. Called once, before the first stream is made. */
    public void deleteOthers() throws IOException {
        for (TreeSet<String> names : found.values()) {
            for (String name : names) {
                files.delete(name);
            }
        }
        found.clear();
        for (String name : foundOffsets.values()) {
            files.delete(name);
        }
        foundOffsets.clear();
    }

    LogFiles files() {
        return files;
    }

    boolean syncs() {
        return sync == SyncMode.FSYNC;
    }

    long now() {
        return clock.getAsLong();
    }

    long newSalt() {
        return salts.nextLong();
    }

    void append(StreamLog log, StreamAppend append) {
        submit(() -> {
            if (!log.isDeleted()) {
                log.writer().add(append);
                waiting.add(log);
            }
        });
    }

    /** Stores how far a reader has come; {@link StreamLog#NOWHERE} forgets the reader. */
    void readerAt(StreamLog log, String reader, long offset) {
        submit(() -> {
            if (!log.isDeleted()) {
                if (offset == StreamLog.NOWHERE) {
                    log.offsets().forget(reader);
                } else {
                    log.offsets().put(reader, offset);
                }
                moved.add(log);
                withReaders.add(log);
            }
        });
    }

    void retain(StreamLog log) {
        submit(() -> log.writer().retain(now()));
    }

    void delete(StreamLog log) {
        submit(() -> {
            waiting.remove(log);
            open.remove(log);
            moved.remove(log);
            unsynced.remove(log);
            withReaders.remove(log);
            log.writer().deleteAll();
            log.offsets().delete();
        });
    }

    void read(StreamLog log, StreamRead read) {
        threads.reader().execute(() -> reader.read(log, read));
    }

    private void submit(Runnable task) {
        work.add(task);
        schedule();
    }

    private void schedule() {
        if (!scheduled.getAndSet(true)) {
            threads.writer().execute(this::round);
        }
    }

    private void round() {
        scheduled.set(false);
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            next.run();
        }
        if (failed) {
            return;
        }
        try {
            writeReaders();
            if (waiting.isEmpty()) {
                return;
            }
            boolean written = writeRound();
            while (closing && written && !waiting.isEmpty()) {
                written = writeRound();
            }
            if (!closing && !written) {
                threads.later().execute(this::schedule);
            } else if (!closing && !waiting.isEmpty()) {
                schedule();
            }
        } catch (IOException | RuntimeException e) {
            failed = true;
            LOG.error("The streams failed, nothing more is stored: {}", e.toString(), e);
            fatal.accept(e);
        }
    }

    /** Nobody waits for these, so they are synced a second later: until then a power failure costs them. */
    private void writeReaders() throws SyncFailedException {
        for (StreamLog log : moved) {
            try {
                log.offsets().write();
                unsynced.add(log);
            } catch (IOException e) {
                LOG.warn("How far readers of stream {} have come cannot be written: {}", log.id(), e.toString());
            }
        }
        moved.removeIf(log -> !log.offsets().hasChanged());
        if (syncDue || closing) {
            syncDue = false;
            for (StreamLog log : syncs() ? unsynced : List.<StreamLog>of()) {
                log.offsets().force();
            }
            unsynced.clear();
        } else if (!unsynced.isEmpty()) {
            syncReadersLater();
        }
    }

    private void syncReadersLater() {
        if (!syncPlanned) {
            syncPlanned = true;
            threads.later().execute(() -> {
                syncPlanned = false;
                syncDue = true;
                schedule();
            });
        }
    }

    /** Returns false when some of it could not be written and must be tried again. */
    private boolean writeRound() throws IOException {
        IOException failure = null;
        List<StreamLog> written = new ArrayList<>(waiting.size());
        for (StreamLog log : waiting) {
            try {
                open.add(log);
                log.writer().write(encoder, chunk, now());
                written.add(log);
            } catch (SyncFailedException e) {
                throw e;
            } catch (IOException e) {
                failure = e;
            }
        }
        for (StreamLog log : written) {
            log.writer().force();
        }
        for (StreamLog log : written) {
            log.writer().commit();
            if (log.writer().tookNewSegment()) {
                log.writer().retain(now());
            }
            if (!log.writer().hasPending()) {
                waiting.remove(log);
            }
        }
        report(failure);
        return failure == null;
    }

    private void report(IOException failure) {
        if (failure != null && !stuck) {
            LOG.error("Streams cannot be written, which will be tried again every second: {}", failure.toString());
        } else if (failure == null && stuck) {
            LOG.info("Streams can be written again");
        }
        stuck = failure != null;
    }

    /** Writes everything appended before, and frees the directory. */
    @Override
    public void close() throws IOException {
        submit(() -> closing = true);
        threads.end();
        open.forEach(log -> log.writer().close());
        withReaders.forEach(log -> log.offsets().close());
        lock.close();
    }
}
