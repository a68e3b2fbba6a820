package io.millrace.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a reader needs to know to fill a request, and then what it found. Made on the segment thread from what the chain
 * is at that moment, filled by one reader, and applied to the chain on the segment thread again. What happens to the
 * chain in between does no harm: files only grow behind what a plan covers, numbers of segments are never used again,
 * and a queue that gave messages up does not want them.
 */
final class ReadPlan {
    /**
     * A segment as it was.
     *
     * @param from the offset where reading begins
     * @param last the highest sequence that it covered
     * @param length octets, up to the end of its last record
     */
    record Piece(Segment segment, long from, long last, long length, SequenceSet persistent, SequenceSet transients) {
        boolean contains(long sequence) {
            return persistent.contains(sequence) || transients.contains(sequence);
        }

        /** Messages from first to last that are needed. */
        long count(long first, long last) {
            return persistent.count(first, last) + transients.count(first, last);
        }
    }

    /** Messages from first to last of the segment cannot be read. */
    record Loss(Segment segment, long first, long last, String what) {}

    private final SegmentRead request;
    private final long after;
    private final List<Piece> pieces = new ArrayList<>(2);
    private final List<Loss> losses = new ArrayList<>(0);
    /** By segment, what was seen on the way. */
    private final Map<Segment, SegmentMarks> marks = new HashMap<>(2);

    private Segment readSegment;
    private long readOffset;

    ReadPlan(SegmentRead request) {
        this.request = request;
        this.after = request.after();
    }

    /** Takes segments of the chain until they have enough for the request. */
    static ReadPlan of(SegmentChain chain, SegmentRead request) {
        ReadPlan plan = new ReadPlan(request);
        long messages = 0;
        long bytes = 0;
        for (int i = chain.indexOf(plan.after + 1);
                i < chain.segments().size() && (messages == 0 || !request.isEnough(messages, bytes));
                i++) {
            Segment segment = chain.segments().get(i);
            boolean goesOn = chain.readSegment == segment && chain.readUpTo == plan.after;
            Piece piece = new Piece(
                    segment,
                    goesOn ? chain.readOffset : segment.marks.offsetFor(plan.after + 1, segment.start),
                    segment.last,
                    segment.length,
                    segment.persistent.from(plan.after + 1),
                    segment.transients.from(plan.after + 1));
            plan.pieces.add(piece);
            messages += piece.persistent().size() + piece.transients().size();
            bytes += piece.length() - piece.from();
        }
        return plan;
    }

    SegmentRead request() {
        return request;
    }

    /** Everything up to this sequence had been given before. */
    long after() {
        return after;
    }

    List<Piece> pieces() {
        return pieces;
    }

    List<Loss> losses() {
        return losses;
    }

    void lost(Piece piece, long first, long last, String what) {
        losses.add(new Loss(piece.segment(), first, last, what));
    }

    /** The segment was read up to this offset. */
    void readUpTo(Segment segment, long offset) {
        readSegment = segment;
        readOffset = offset;
    }

    /** Where to note the records that are passed in a segment. */
    SegmentMarks marksOf(Segment segment) {
        return marks.computeIfAbsent(segment, any -> new SegmentMarks());
    }

    /** Tells the segments what was seen of them. On the segment thread. */
    void mark() {
        marks.forEach((segment, seen) -> segment.marks.addAll(seen));
    }

    /** Tells the chain how far it was read. */
    void moveOn(SegmentChain chain) {
        if (readSegment != null) {
            chain.readSegment = readSegment;
            chain.readOffset = readOffset;
            chain.readUpTo = request.after();
        }
    }
}
