package io.millrace.log;

/**
 * A segment: messages of one queue in the order of their sequence, in a file of its own or in a part of a shared one.
 *
 * <pre>
 * a file       {queue id, 10 digits}-{number, 20 digits}.seg, only ever written at its end; the id of a shared one is 0
 *
 *   0        8        12       16       24       28       32
 *   +--------+--------+--------+--------+--------+--------+--------+--------+ ...
 *   | magic  | version|    0   | number |  CRC   |    0   | record | record |
 *   | 8      | 4      |    4   | 8      |  4     |    4   |        |        |
 *   +--------+--------+--------+--------+--------+--------+--------+--------+ ...
 *     records: PUBLISH or TRANSIENT of {@link RecordFormat}, with the queue's id; the sequences increase
 * </pre>
 *
 * <p>When thousands of queues have a few messages each, a file and a sync for each of them would be more work than
 * their messages. So what queues with few messages need of a write-ahead file goes to one <b>shared file</b>, queue
 * after queue: each part is a closed segment, and the file stays until nothing of any part is needed. It is written
 * once, and counts only when a checkpoint names it: until then all of it is in the write-ahead log.
 *
 * <p>Numbers are given once and never again. What of the messages is still needed is not in the file but in the
 * {@link Checkpoint} and, for what came after it, in the write-ahead log.
 *
 * <p><b>A torn write.</b> What follows the length in the last checkpoint may be torn after a crash. Recovery takes the
 * records from there up to the first invalid one; what is lost behind it is still in the write-ahead log. After that
 * the file is closed: nothing is appended to a file that another run has written, so that octets of a torn tail can
 * never be taken for records that follow new ones.
 */
final class Segment {
    static final long MAGIC = 0x4D494C4C52534547L; // MILLRSEG

    final int queueId;
    final long number;
    final String name;
    /** Whether it is a part of a shared file. */
    final boolean shared;

    /** Octets, up to the first record. */
    long start = RecordFormat.FILE_HEADER_BYTES;

    /** The sequences that it covers, see {@link SegmentChain}; both 0 while it is empty. */
    long first;

    long last;
    /** Octets, up to the end of the last record. */
    long length;
    /** Nothing is appended any more. */
    boolean closed;
    /** Some of it cannot be read: it is kept aside when nothing of it is needed any more. */
    boolean damaged;

    /** The messages that are still needed. */
    final SequenceSet persistent;

    final SequenceSet transients = new SequenceSet();
    /** Where reading may begin. */
    final SegmentMarks marks = new SegmentMarks();

    /** In a file of its own. */
    Segment(int queueId, long number, SequenceSet persistent) {
        this(queueId, number, persistent, false);
    }

    private Segment(int queueId, long number, SequenceSet persistent, boolean shared) {
        this.queueId = queueId;
        this.number = number;
        this.persistent = persistent;
        this.shared = shared;
        this.name = SegmentShelf.name(shared ? SegmentShelf.SHARED : queueId, number);
    }

    /** A part of a shared file. */
    static Segment shared(int queueId, long number, SequenceSet persistent) {
        Segment segment = new Segment(queueId, number, persistent, true);
        segment.closed = true;
        return segment;
    }

    boolean isNeeded() {
        return !persistent.isEmpty() || !transients.isEmpty();
    }

    boolean contains(long sequence) {
        return persistent.contains(sequence) || transients.contains(sequence);
    }

    long remove(long from, long to) {
        return persistent.remove(from, to) + transients.remove(from, to);
    }

    /** Messages from first to last that are still needed. */
    long count(long from, long to) {
        return persistent.count(from, to) + transients.count(from, to);
    }

    @Override
    public String toString() {
        return name;
    }
}
