package io.millrace.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The segments of one file while an inspection reads it: what should be there, and what was found. */
final class SegmentParts {
    private final SegmentShelf.Found file;
    private final List<Segment> segments;
    /** Takes what no checkpoint tells of. */
    private final boolean grows;
    /** Needed messages that were read, by segment. */
    private final Map<Segment, Long> read = new HashMap<>();

    private final long vouchedUpTo;
    /** The index of the segment that the file was read up to. */
    private int current;

    /**
     * @param known the segments that the checkpoint names; null for none
     * @param isNew whether the checkpoint cannot know of the file
     */
    SegmentParts(SegmentShelf.Found file, List<Segment> known, boolean isNew) {
        this.file = file;
        this.segments = known == null ? new ArrayList<>() : new ArrayList<>(known);
        segments.sort(Comparator.comparingLong(segment -> segment.start));
        this.grows = known == null ? isNew : known.stream().anyMatch(segment -> !segment.closed);
        this.vouchedUpTo =
                segments.stream().mapToLong(segment -> segment.length).max().orElse(0);
    }

    /** Up to this offset all octets were synced. */
    long vouchedUpTo() {
        return vouchedUpTo;
    }

    List<Segment> segments() {
        return segments;
    }

    /** The scanner's current record is there. */
    void message(RecordScanner record) throws IOException {
        if (record.type() != RecordFormat.PUBLISH) {
            return;
        }
        long sequence = record.payloadLong(0);
        Segment segment = find(record);
        if (segment == null) {
            return;
        }
        if (record.offset() >= vouchedUpTo) {
            segment.persistent.add(sequence);
            segment.first = segment.first == 0 ? sequence : segment.first;
            segment.last = sequence;
        }
        if (segment.persistent.contains(sequence)) {
            read.merge(segment, 1L, Long::sum);
        }
    }

    private Segment find(RecordScanner record) throws IOException {
        long at = record.offset();
        if (at >= vouchedUpTo) {
            return grows ? lastOrNew(record.queueId(), record.payloadLong(0)) : null;
        }
        while (current < segments.size() && segments.get(current).length <= at) {
            current++;
        }
        Segment segment = current < segments.size() ? segments.get(current) : null;
        return segment != null && segment.start <= at && segment.queueId == record.queueId() ? segment : null;
    }

    private Segment lastOrNew(int queueId, long sequence) {
        Segment end = segments.isEmpty() ? null : segments.get(segments.size() - 1);
        if (end != null && end.queueId == queueId && sequence > end.last) {
            return end;
        }
        Segment segment = file.isShared()
                ? Segment.shared(queueId, file.number(), new SequenceSet())
                : new Segment(queueId, file.number(), new SequenceSet());
        segments.add(segment);
        return segment;
    }

    /** How many needed messages were not read. */
    long missing() {
        long missing = 0;
        for (Segment segment : segments) {
            missing += segment.persistent.size() - read.getOrDefault(segment, 0L);
        }
        return missing;
    }
}
