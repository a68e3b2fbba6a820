package io.millrace.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of all queues and the one thread that writes them. Queues hand pages over and ask for blocks; the log
 * passes on what it is told of messages that may be here, and has its oldest file copied.
 *
 * <p><b>Reading</b> is planned here, since it comes behind everything that the queue handed over before, and done by
 * the {@link ReaderPool}. What was read goes to the queue straight from there; this thread hears of it before the queue
 * can ask for more, and is asked first when something could not be read.
 *
 * <p><b>Two lanes</b>, each in the order of the hand-over. What queues want comes first, also in the middle of the
 * copying of a file: somebody waits for it. So before anything of the log is done, everything is that a queue handed
 * over earlier: the order that {@link Segments} relies on.
 *
 * <p><b>A full disk.</b> A write that fails is tried again every second; until then nothing that was handed over is
 * reported as written, which stops publishers, and the log runs out of files, which stops confirms. Blocks are still
 * read, so that consumers go on. A sync that fails ends the log.
 */
public final class SegmentStore {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentStore.class);

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Pages of one queue that follow each other are written at once, up to about this many octets. */
    private static final long RUN_BYTES_MAX = 4 << 20;

    private final Segments segments;
    private final WalCopier copier;
    private final ReaderPool readers;
    private final long runBytesMax;
    private final Queue<QueueWork> fromQueues = new ConcurrentLinkedQueue<>();
    private final Queue<LogWork> fromLog = new ConcurrentLinkedQueue<>();
    /** Taken from {@link #fromQueues}, and not done yet. */
    private final ArrayDeque<QueueWork> taken = new ArrayDeque<>();
    /** The highest sequence of each queue that was ever handed over. */
    private final Map<Integer, Long> handedOver = new ConcurrentHashMap<>();
    /** Whether there may be a segment at all: while there is none the log need not ask for each queue. */
    private volatile boolean active;

    private volatile IOException failure;
    private volatile Thread thread;
    private volatile boolean parked;
    private volatile boolean impatient;
    private volatile boolean stopped;
    private volatile Thread awaitingRetirement;
    private Runnable onFailure = () -> {};
    private Room room = new Room(full -> {});
    private volatile long corruptions;

    SegmentStore(Segments segments, WalCopier copier, LogConfig config) {
        this.segments = segments;
        this.runBytesMax = Math.min(RUN_BYTES_MAX, config.segmentSize());
        this.copier = copier;
        this.readers = new ReaderPool(segments.shelf(), config, this::wasRead);
        for (SegmentChain chain : segments.chains()) {
            handedOver.put(chain.queueId, chain.last());
            active = true;
        }
        corruptions = segments.corruptions();
    }

    /** From a queue, or from a reader that did what a queue wanted. */
    private sealed interface QueueWork {
        record Write(Page page) implements QueueWork {}

        record Read(SegmentRead request) implements QueueWork {}

        record Finish(ReadPlan plan) implements QueueWork {}

        record Discard(int queueId, long first, long last) implements QueueWork {}
    }

    /** From the log. */
    private interface LogWork {
        void run() throws IOException;
    }

    /** Takes messages of a queue; {@link Page#written} tells when they need not be kept. Any thread, never blocks. */
    public void page(Page page) {
        seen(page.queueId(), page.firstSequence() + page.count() - 1);
        fromQueues.add(new QueueWork.Write(page));
        wake();
    }

    /** Fetches messages, behind everything that was handed over before. Any thread, never blocks. */
    public void read(SegmentRead request) {
        fromQueues.add(new QueueWork.Read(request));
        wake();
    }

    /**
     * Gives up the messages with these sequences, inclusive. For what the log need not know of, or will hear later. Any
     * thread, never blocks.
     */
    public void discard(int queueId, long first, long last) {
        fromQueues.add(new QueueWork.Discard(queueId, first, last));
        wake();
    }

    /** Gives up all messages of a queue that is gone and that the log does not know. Any thread, never blocks. */
    public void delete(int queueId) {
        handedOver.remove(queueId);
        discard(queueId, 1, Long.MAX_VALUE);
    }

    /** On a reader's thread. */
    private void wasRead(ReadPlan plan) {
        boolean sound = plan.losses().isEmpty();
        fromQueues.add(new QueueWork.Finish(plan));
        if (sound) {
            // The next thing that the queue wants comes behind this.
            plan.request().done();
        }
        wake();
    }

    // From here on to start(): for the log thread.

    /** Whether a message of the queue from this sequence on may be in a segment. */
    boolean mayHold(int queueId, long first) {
        if (!active) {
            return false;
        }
        Long last = handedOver.get(queueId);
        return last != null && first <= last;
    }

    void acknowledged(int queueId, long first, long last) {
        fromLog.add(() -> segments.acknowledged(queueId, first, last));
        wake();
    }

    void deletedByLog(int queueId) {
        if (active && handedOver.remove(queueId) != null) {
            fromLog.add(() -> segments.deleted(queueId));
            wake();
        }
    }

    /** Copies what is needed of the oldest write-ahead file, and sets {@link WalFile#retired}. */
    void retire(WalFile file, Map<Integer, SequenceSet> needed) {
        for (Map.Entry<Integer, SequenceSet> entry : needed.entrySet()) {
            seen(entry.getKey(), entry.getValue().last());
        }
        fromLog.add(() -> {
            copier.copy(file, needed, this::serveQueues);
            segments.checkpoint();
            file.retired = true;
            LockSupport.unpark(awaitingRetirement);
        });
        wake();
    }

    /** Waits until the file is retired. */
    void awaitRetired(WalFile file) throws IOException {
        awaitingRetirement = Thread.currentThread();
        while (!file.retired) {
            throwIfFailed();
            if (thread == null) {
                step();
            } else {
                LockSupport.park(this);
            }
        }
        awaitingRetirement = null;
    }

    void throwIfFailed() throws IOException {
        IOException e = failure;
        if (e != null) {
            throw new IOException(e.getMessage(), e);
        }
    }

    long corruptions() {
        return corruptions;
    }

    /** Whom to tell of a full disk. Before {@link #start}. */
    void waitForRoom(Room newRoom) {
        room = newRoom;
    }

    /** Starts the thread. Until then, and in tests, {@link #step} does its work. */
    void start(Runnable whenFailed) {
        onFailure = whenFailed;
        readers.start(t -> fail(new IOException("a reader ended unexpectedly: " + t, t)));
        segments.syncs().start();
        Thread newThread = new Thread(this::run, "millrace-segments");
        newThread.setDaemon(true);
        thread = newThread;
        newThread.start();
    }

    /** From now on a write that fails is not tried again: nobody is to wait any more. */
    void losePatience() {
        impatient = true;
        wake();
    }

    /** Does what was handed over, writes a checkpoint, ends the thread. */
    void stop() throws IOException {
        stopped = true;
        losePatience();
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the segments were closed", e);
            }
        }
        readers.stop();
        segments.syncs().stop();
        throwIfFailed();
    }

    /** Whether it has no thread yet. */
    boolean isStepped() {
        return thread == null;
    }

    // From here on: for the segment thread.

    private void run() {
        try {
            boolean ended = false;
            while (!ended) {
                ended = stopped;
                if (work()) {
                    ended = false;
                } else if (!ended) {
                    idle();
                }
            }
            if (!segments.isEmpty() || segments.hasCheckpoint()) {
                segments.checkpoint();
            }
        } catch (IOException e) {
            fail(e);
        } catch (Throwable t) {
            fail(new IOException("the segment store ended unexpectedly: " + t, t));
        }
    }

    private boolean work() throws IOException {
        IOException reported = null;
        while (true) {
            try {
                boolean worked = step();
                if (reported != null) {
                    LOG.info("Segment files can be written again");
                    room.isLacking(Room.User.SEGMENTS, false);
                }
                return worked;
            } catch (SyncFailedException e) {
                throw e;
            } catch (IOException e) {
                if (impatient) {
                    throw e;
                }
                if (reported == null) {
                    room.isLacking(Room.User.SEGMENTS, true);
                    LOG.error("Cannot write segment files, publishers wait until it is possible: {}", e.getMessage());
                }
                reported = e;
                serveReads();
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    /** Does what queues want and one thing of the log; false when there was nothing to do. */
    boolean step() throws IOException {
        LogWork work = fromLog.peek();
        boolean worked = serveQueues() || work != null;
        if (work != null) {
            work.run();
            fromLog.remove();
        }
        corruptions = segments.corruptions();
        return worked;
    }

    private boolean serveQueues() throws IOException {
        boolean worked = false;
        while (takeFromQueues()) {
            QueueWork work = taken.peek();
            if (work instanceof QueueWork.Write write) {
                writePages(write.page().queueId());
            } else if (work instanceof QueueWork.Read read) {
                taken.remove();
                plan(read.request());
            } else if (work instanceof QueueWork.Finish finish) {
                finish(finish.plan());
                taken.remove();
            } else if (work instanceof QueueWork.Discard discard) {
                segments.acknowledged(discard.queueId(), discard.first(), discard.last());
                taken.remove();
            }
            worked = true;
        }
        return worked;
    }

    private void plan(SegmentRead request) {
        SegmentChain chain = segments.chain(request.queueId());
        if (chain == null) {
            request.done();
        } else {
            readers.read(ReadPlan.of(chain, request));
        }
    }

    private void finish(ReadPlan plan) throws IOException {
        segments.read(plan);
        if (!plan.losses().isEmpty()) {
            plan.losses().clear();
            plan.request().done();
        }
    }

    private boolean takeFromQueues() {
        for (QueueWork work = fromQueues.poll(); work != null; work = fromQueues.poll()) {
            taken.add(work);
        }
        return !taken.isEmpty();
    }

    /** Writes the pages at the head that are of this queue and follow each other. */
    private void writePages(int queueId) throws IOException {
        SegmentRun run = new SegmentRun(queueId);
        int pages = 0;
        for (QueueWork work : taken) {
            if (!(work instanceof QueueWork.Write write) || !follows(run, write.page())) {
                break;
            }
            add(run, write.page());
            pages++;
        }
        segments.page(run);
        for (int i = 0; i < pages; i++) {
            ((QueueWork.Write) taken.remove()).page().written();
        }
    }

    private boolean follows(SegmentRun run, Page page) {
        return run.count() == 0
                || (page.queueId() == run.queueId
                        && page.firstSequence() == run.sequence(run.count() - 1) + 1
                        && run.bytes() < runBytesMax);
    }

    private static void add(SegmentRun run, Page page) {
        for (int i = 0; i < page.count(); i++) {
            run.add(page.firstSequence() + i, page.content(i), page.isPersistent(i));
        }
    }

    /** While nothing can be written: only what needs no writing, and finds something to read. */
    private void serveReads() throws IOException {
        takeFromQueues();
        for (Iterator<QueueWork> all = taken.iterator(); all.hasNext(); ) {
            QueueWork work = all.next();
            if (work instanceof QueueWork.Read read) {
                SegmentChain chain = segments.chain(read.request().queueId());
                if (chain != null && chain.last() > read.request().after()) {
                    all.remove();
                    plan(read.request());
                }
            } else if (work instanceof QueueWork.Finish finish) {
                finish(finish.plan());
                all.remove();
            }
        }
    }

    private void idle() {
        parked = true;
        while (parked && fromQueues.isEmpty() && fromLog.isEmpty() && !stopped) {
            LockSupport.park(this);
        }
        parked = false;
    }

    private void wake() {
        if (parked) {
            parked = false;
            LockSupport.unpark(thread);
        }
    }

    private void seen(int queueId, long sequence) {
        handedOver.merge(queueId, sequence, Math::max);
        active = true;
    }

    private void fail(IOException e) {
        LOG.error("The segment store failed: {}", e.getMessage(), e);
        failure = e;
        LockSupport.unpark(awaitingRetirement);
        onFailure.run();
    }
}
