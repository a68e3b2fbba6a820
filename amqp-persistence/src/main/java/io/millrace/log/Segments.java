package io.millrace.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of all queues: appends, gives up, knows. Everything here happens on one thread, the segment thread; it
 * is apart from {@link SegmentStore} so that a test can drive it step by step.
 *
 * <p>Messages get here in two ways, as <b>pages</b>, which their queue has no room for in memory, and as <b>copies</b>
 * of what is still needed in the oldest write-ahead file. Why that file may then be given up:
 *
 * <ol>
 *   <li>Write-ahead files are retired in their order. So when file Fn is copied every persistent message that is older
 *       than one in Fn is acknowledged or covered by a segment.
 *   <li>A queue hands its page over before the log gets the records of the same messages. So when Fn is copied no page
 *       is under way that has a message of Fn.
 *   <li>Acknowledgements, deletes and copies come in the order of the log. So what Fn acknowledges is applied when Fn
 *       is copied, and is in the checkpoint that ends the copying.
 *   <li>What was appended is synced before the checkpoint that names it, the checkpoint before Fn is given up.
 *   <li>A segment is unlinked as soon as nothing of it is needed. Should it come back after a crash, the checkpoint
 *       does not name it, or what emptied it is in the log that is left.
 * </ol>
 */
final class Segments {
    private static final Logger LOG = LoggerFactory.getLogger(Segments.class);

    /** Of one queue; bounds the memory for what is known of them. A queue with more gets a file of its own. */
    private static final int SHARED_SEGMENTS_MAX = 64;

    private final SegmentShelf shelf;
    private final LogConfig config;
    private final RecordEncoder encoder;
    private final FileSyncs syncs;
    private final SegmentAppender appender;
    private final Map<Integer, SegmentChain> chains = new HashMap<>();
    private long corruptions;

    Segments(SegmentShelf shelf, LogConfig config, long nextNumber) {
        this.shelf = shelf;
        this.config = config;
        this.encoder = new RecordEncoder(config.groupBytesMax());
        this.syncs = new FileSyncs(shelf);
        this.appender = new SegmentAppender(shelf, syncs, encoder, config.segmentSize(), nextNumber);
    }

    /** Recovery found this one. */
    void adopt(Segment segment) {
        chainOrNew(segment.queueId).insert(segment);
    }

    SegmentChain chain(int queueId) {
        return chains.get(queueId);
    }

    boolean isEmpty() {
        return chains.isEmpty();
    }

    Iterable<SegmentChain> chains() {
        return chains.values();
    }

    boolean hasCheckpoint() throws IOException {
        return shelf.files().list().contains(Checkpoint.NAME);
    }

    SegmentShelf shelf() {
        return shelf;
    }

    FileSyncs syncs() {
        return syncs;
    }

    long corruptions() {
        return corruptions;
    }

    void countCorruption() {
        corruptions++;
    }

    /** Messages of the queue in its segments that are still needed. */
    long messages(int queueId) {
        SegmentChain chain = chains.get(queueId);
        long messages = 0;
        if (chain != null) {
            for (Segment segment : chain.segments()) {
                messages += segment.persistent.size() + segment.transients.size();
            }
        }
        return messages;
    }

    /**
     * Appends what a queue handed over: all its messages, persistent or not, behind what it handed over before or has
     * in memory.
     */
    void page(SegmentRun run) throws IOException {
        SegmentChain chain = chainOrNew(run.queueId);
        if (run.sequence(0) <= chain.last()) {
            throw new IllegalStateException("page of queue " + run.queueId + " from " + run.sequence(0)
                    + " (expected: > " + chain.last() + ")");
        }
        // What lies between an older page and a gap is in memory: only what follows directly is covered by one segment.
        Segment end =
                chain.isEmpty() ? null : chain.segments().get(chain.segments().size() - 1);
        boolean follows = end != null && end.last + 1 == run.sequence(0) && appender.hasRoom(end);
        appender.append(chain, follows ? end : null, run, 0, run.count());
    }

    /**
     * Appends copies: messages that no segment covers, and everything older is covered.
     *
     * @param few whether each of the queues has so few messages that they do not deserve a file of their own
     */
    void copy(Collection<SegmentRun> runs, boolean few) throws IOException {
        List<SegmentAppender.Piece> small = new ArrayList<>();
        for (SegmentRun run : runs) {
            SegmentChain chain = chainOrNew(run.queueId);
            copy(chain, run, few && chain.sharedSegments() < SHARED_SEGMENTS_MAX ? small : null);
        }
        if (!small.isEmpty()) {
            appender.appendShared(small);
        }
    }

    /** @param small takes what would need a new file; null when it is to have one */
    private void copy(SegmentChain chain, SegmentRun run, List<SegmentAppender.Piece> small) throws IOException {
        int from = 0;
        while (from < run.count()) {
            if (chain.covering(run.sequence(from)) != null) {
                // Of an earlier try that failed half-way.
                from++;
                continue;
            }
            int next = chain.indexOf(run.sequence(from));
            long limit = next == chain.segments().size()
                    ? Long.MAX_VALUE
                    : chain.segments().get(next).first;
            int to = endOfPiece(run, from, limit);
            Segment before = next == 0 ? null : chain.segments().get(next - 1);
            boolean goesOn = before != null && appender.hasRoom(before);
            if (goesOn || small == null) {
                appender.append(chain, goesOn ? before : null, run, from, to);
            } else {
                small.add(new SegmentAppender.Piece(chain, run, from, to));
            }
            from = to;
        }
    }

    private int endOfPiece(SegmentRun run, int from, long limit) {
        long bytes = 0;
        int to = from;
        while (to < run.count() && run.sequence(to) < limit && bytes < config.segmentSize()) {
            bytes += run.content(to).size();
            to++;
        }
        return to;
    }

    /** Messages first to last, inclusive, are not needed any more. */
    void acknowledged(int queueId, long first, long last) throws IOException {
        SegmentChain chain = chains.get(queueId);
        if (chain == null) {
            return;
        }
        List<Segment> segments = chain.segments();
        int i = chain.indexOf(first);
        while (i < segments.size() && segments.get(i).first <= last) {
            Segment segment = segments.get(i);
            segment.remove(first, last);
            if (!removeIfDone(chain, segment)) {
                i++;
            }
        }
    }

    /**
     * A reader has read, and may have told the queue. A transient message is given up by that: from then on it is in
     * memory only. Who only looked has changed nothing; damage shows again to who wants to have the messages.
     */
    void read(ReadPlan plan) throws IOException {
        SegmentRead request = plan.request();
        plan.mark();
        if (request.looksOnly()) {
            return;
        }
        SegmentChain chain = chains.get(request.queueId());
        for (ReadPlan.Loss loss : plan.losses()) {
            lost(chain, loss, request);
        }
        if (chain == null) {
            return;
        }
        plan.moveOn(chain);
        for (ReadPlan.Piece piece : plan.pieces()) {
            if (chain.segments().contains(piece.segment())) {
                piece.segment().transients.remove(plan.after() + 1, request.after());
                removeIfDone(chain, piece.segment());
            }
        }
    }

    /** What was given up meanwhile is not lost, and its file may be gone for good reason. */
    private void lost(SegmentChain chain, ReadPlan.Loss loss, SegmentRead request) throws IOException {
        Segment segment = loss.segment();
        if (chain == null || !chain.segments().contains(segment)) {
            return;
        }
        long messages = segment.remove(loss.first(), loss.last());
        countCorruption();
        segment.damaged = true;
        request.lost(messages);
        LOG.warn("Damage in segment file {} in {}: {}; {} messages are lost", segment, shelf, loss.what(), messages);
        removeIfDone(chain, segment);
    }

    /** The queue is gone. */
    void deleted(int queueId) throws IOException {
        acknowledged(queueId, 1, Long.MAX_VALUE);
    }

    /** Gives up a segment of which nothing is needed. */
    boolean removeIfDone(SegmentChain chain, Segment segment) throws IOException {
        if (segment.isNeeded()) {
            return false;
        }
        if (shelf.remove(segment)) {
            appender.forget(segment);
        }
        chain.segments().remove(segment);
        if (chain.isEmpty()) {
            chains.remove(chain.queueId);
        }
        return true;
    }

    /** Returns when everything appended, and what of it is needed, is on stable storage. */
    void checkpoint() throws IOException {
        boolean sync = config.sync() == SyncMode.FSYNC;
        if (sync) {
            appender.sync();
        }
        Checkpoint.write(shelf.files(), encoder, appender.nextNumber(), new ArrayList<>(chains.values()), sync);
    }

    private SegmentChain chainOrNew(int queueId) {
        return chains.computeIfAbsent(queueId, SegmentChain::new);
    }
}
