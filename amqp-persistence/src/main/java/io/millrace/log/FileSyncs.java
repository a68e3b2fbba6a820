package io.millrace.log;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Syncs segment files, many at a time: a file system writes its own records once for all of them, and a disk likes to
 * have more than one thing to do. A thousand files take a quarter of the time that they take one after the other.
 */
final class FileSyncs {
    private static final int THREADS = 8;
    /** Fewer files a thread are not worth waking it. */
    private static final int FILES_PER_THREAD = 8;

    private static final long IDLE_SECONDS = 30;

    private final SegmentShelf shelf;
    /** Null when whoever wants the files synced does it alone. */
    private ExecutorService threads;

    FileSyncs(SegmentShelf shelf) {
        this.shelf = shelf;
    }

    /** From now on there are threads, which end when they have had nothing to do for a while. */
    void start() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "millrace-sync-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        threads = pool;
    }

    void stop() {
        if (threads != null) {
            threads.shutdown();
        }
    }

    /**
     * Returns when all these files are on stable storage.
     *
     * @throws SyncFailedException one of them is not, and may never be
     */
    void sync(Collection<String> names) throws IOException {
        List<String> files = new ArrayList<>(names);
        AtomicInteger next = new AtomicInteger();
        List<Callable<Void>> shares = new ArrayList<>();
        int count = threads == null ? 1 : Math.max(1, Math.min(THREADS, files.size() / FILES_PER_THREAD));
        for (int i = 0; i < count; i++) {
            shares.add(() -> syncSome(files, next));
        }
        if (count == 1) {
            syncSome(files, next);
        } else {
            await(shares);
        }
    }

    private void await(List<Callable<Void>> shares) throws IOException {
        try {
            for (Future<Void> share : threads.invokeAll(shares)) {
                share.get();
            }
        } catch (ExecutionException e) {
            throw new SyncFailedException(e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted, which nobody may do to this thread", e);
        }
    }

    private Void syncSome(List<String> files, AtomicInteger next) throws SyncFailedException {
        for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
            try (LogFile file = shelf.open(files.get(i))) {
                file.force();
            } catch (IOException e) {
                throw new SyncFailedException(e);
            }
        }
        return null;
    }
}
