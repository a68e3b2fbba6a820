package io.millrace.log;

import java.util.ArrayList;
import java.util.List;

/**
 * The segments of one queue, in the order of their sequences.
 *
 * <p>The invariants:
 *
 * <ol>
 *   <li>A segment covers the sequences from its first to its last one; those of different segments do not overlap. So
 *       reading one segment after the other is reading in order.
 *   <li>A persistent message whose sequence a segment covers is in the segment, or it is acknowledged: whoever appends
 *       must have given every persistent message in between that is still needed. So what is covered need not be copied
 *       from the write-ahead log again.
 *   <li>A transient message whose sequence a segment covers is in the segment, or in memory and never handed over.
 * </ol>
 */
final class SegmentChain {
    final int queueId;
    private final List<Segment> segments = new ArrayList<>();

    /** Where reading goes on: behind this sequence, at this offset of this segment. Anything else is looked for. */
    long readUpTo;

    Segment readSegment;
    long readOffset;

    SegmentChain(int queueId) {
        this.queueId = queueId;
    }

    List<Segment> segments() {
        return segments;
    }

    boolean isEmpty() {
        return segments.isEmpty();
    }

    /** How many of them are parts of shared files. */
    int sharedSegments() {
        int shared = 0;
        for (Segment segment : segments) {
            shared += segment.shared ? 1 : 0;
        }
        return shared;
    }

    /** The highest sequence that is covered, 0 when there is none. */
    long last() {
        return segments.isEmpty() ? 0 : segments.get(segments.size() - 1).last;
    }

    /** The index of the first segment that ends at or behind the sequence; their number when there is none. */
    int indexOf(long sequence) {
        int low = 0;
        int high = segments.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments.get(middle).last < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The segment that covers the sequence, or null. */
    Segment covering(long sequence) {
        int i = indexOf(sequence);
        return i < segments.size() && segments.get(i).first <= sequence ? segments.get(i) : null;
    }

    /** The smallest of these sequences from this one on that no segment covers, or {@link Long#MAX_VALUE}. */
    long firstUncovered(SequenceSet sequences, long from) {
        long sequence = sequences.ceiling(from);
        while (sequence != Long.MAX_VALUE) {
            Segment segment = covering(sequence);
            if (segment == null) {
                return sequence;
            }
            sequence = sequences.ceiling(segment.last + 1);
        }
        return sequence;
    }

    /** Whether a segment with these sequences would overlap with one that is there. */
    boolean overlaps(Segment segment) {
        int i = indexOf(segment.first);
        return i < segments.size() && segments.get(i).first <= segment.last;
    }

    void insert(Segment segment) {
        assert !overlaps(segment) : segment + " overlaps";
        segments.add(indexOf(segment.first), segment);
    }
}
