package io.millrace.log;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads blocks of messages from segments, in order and in large pieces. One for each reader; see {@link ReadPlan}. */
final class SegmentReader {
    private static final int WINDOW_BYTES = 1 << 20;
    /** Octets of the window of whoever wants a few messages only. */
    private static final int SMALL_WINDOW_BYTES = 64 << 10;

    private final SegmentShelf shelf;
    private final ByteBuffer window;
    private final ByteBuffer smallWindow;

    SegmentReader(SegmentShelf shelf, LogConfig config) {
        this.shelf = shelf;
        this.window = ByteBuffer.allocateDirect((int) Math.min(WINDOW_BYTES, config.segmentSize()));
        this.smallWindow = window.slice(0, Math.min(SMALL_WINDOW_BYTES, window.capacity()));
    }

    /**
     * Gives the request the next messages that are needed. Damage is stepped over and noted.
     *
     * @throws CannotOpenException if a file cannot be opened; may be called again
     */
    void read(ReadPlan plan) throws CannotOpenException {
        SegmentRead request = plan.request();
        for (ReadPlan.Piece piece : plan.pieces()) {
            if (request.isFull()) {
                return;
            }
            if (piece.last() > request.after()) {
                try (LogFile file = open(piece)) {
                    read(plan, piece, file);
                } catch (CannotOpenException e) {
                    throw e;
                } catch (IOException e) {
                    lost(plan, piece, Math.max(request.after() + 1, piece.segment().first), piece.last(), e.toString());
                }
            }
        }
    }

    /** That says nothing of what is in the file: too many may be open. */
    static final class CannotOpenException extends IOException {
        private static final long serialVersionUID = 1;

        CannotOpenException(IOException cause) {
            super(cause.toString(), cause);
        }
    }

    private LogFile open(ReadPlan.Piece piece) throws IOException {
        try {
            return shelf.open(piece.segment().name);
        } catch (IOException e) {
            if (shelf.files().list().contains(piece.segment().name)) {
                throw new CannotOpenException(e);
            }
            throw e;
        }
    }

    private void read(ReadPlan plan, ReadPlan.Piece piece, LogFile file) throws IOException {
        SegmentRead request = plan.request();
        Segment segment = piece.segment();
        ByteBuffer pieces = request.isSmall() ? smallWindow : window;
        RecordScanner scanner = new RecordScanner(file, segment.number, piece.length(), pieces);
        SegmentMarks marks = plan.marksOf(segment);
        scanner.moveTo(piece.from());
        while (!request.isFull() && scanner.next()) {
            long sequence = scanner.payloadLong(0);
            marks.add(sequence, scanner.offset());
            if (scanner.gapFrom() != RecordScanner.NONE && sequence > request.after() + 1) {
                lost(
                        plan,
                        piece,
                        request.after() + 1,
                        sequence - 1,
                        "unreadable from " + scanner.gapFrom() + " to " + scanner.offset() + complaint(scanner));
            }
            if (sequence > request.after()) {
                if (request.wants(sequence) && piece.contains(sequence)) {
                    request.message(sequence, scanner.content());
                } else {
                    request.passed(sequence);
                }
            }
        }
        plan.readUpTo(segment, scanner.position());
        if (!request.isFull()) {
            long from = Math.max(request.after() + 1, segment.first);
            if (piece.count(from, piece.last()) > 0) {
                lost(plan, piece, from, piece.last(), "the end of the file is missing" + complaint(scanner));
            }
            request.passed(piece.last());
        }
    }

    private static String complaint(RecordScanner scanner) {
        return scanner.hasUnreadable() ? ", " + scanner.salvage().complaint() : "";
    }

    private static void lost(ReadPlan plan, ReadPlan.Piece piece, long from, long to, String what) {
        plan.lost(piece, from, to, what);
        plan.request().passed(to);
    }
}
