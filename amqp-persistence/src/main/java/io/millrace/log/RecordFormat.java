package io.millrace.log;

/**
 * The write-ahead files, octet by octet. All numbers are big-endian; every record starts at a multiple of 8.
 *
 * <pre>
 * a file       {number, 20 digits}.wal, written from its start to its end, then never again
 *
 *   0        8        12       16       24       28       32
 *   +--------+--------+--------+--------+--------+--------+--------+--------+ ... +--------+------------------+
 *   | magic  | version|    0   | number |  CRC   |    0   | record | record |     |  END   | zeros, or what   |
 *   | 8      | 4      |    4   | 8      |  4     |    4   |        |        |     |        | an older use left|
 *   +--------+--------+--------+--------+--------+--------+--------+--------+ ... +--------+------------------+
 *     CRC: CRC32C of the 24 octets before it
 *
 * a record
 *
 *   0        4    5        8        12                     12+L     16+L
 *   +--------+----+--------+--------+----------------------+--------+---------+
 *   | L      |type| check  | queue  | payload              |  CRC   | 0 to a  |
 *   | 4      | 1  | 3      | 4      | L octets             |  4     | mult. 8 |
 *   +--------+----+--------+--------+----------------------+--------+---------+
 *     check: hash of L, type, queue, the file's number and the record's offset; makes the length trustworthy before
 *            the payload is read, so that a damaged payload is stepped over exactly
 *     CRC:   CRC32C of the 12+L octets before it, with the file's number and the record's offset mixed in, so that
 *            neither what an older use of the file left nor a copy at another place is taken for a record
 *
 *   type               payload                                  meaning
 *   1 PUBLISH          sequence 8, content                      a message entered the queue
 *   2 REFERENCE        sequence 8, offset 8                     the same with the content of the PUBLISH at offset
 *   3 ACKNOWLEDGE      n times (first 8, last 8)                messages left the queue, inclusive ranges
 *   4 DELETE_QUEUE     -                                        the queue is gone with all its messages
 *   5 LAST_SEQUENCES   n times (queue 4, sequence 8)            at the start of a file and before OPENED: the
 *                                                               highest ones so far
 *   6 DELIVERED        n times (queue 4, sequence 8)            before a clean stop: how far messages were delivered
 *   7 CLEAN_STOP       n 8                                      a clean stop, after n entries of DELIVERED
 *   8 OPENED           -                                        the log was opened and goes on here
 *   9 END              -                                        the file is full, the next number follows
 *  10 TRANSIENT        sequence 8, content                      in a segment only: a message that a restart drops
 *  11 CHECKPOINT       see {@link Checkpoint}                   in the checkpoint only
 *  12 MOVED            sequence 8, queue 4, sequence 8,         a message entered the queue and left another one, where
 *                      content                                  it had this sequence: in one record, so both or neither
 * </pre>
 *
 * <p><b>A torn write.</b> Only what follows the last sync can be torn, and a file is synced up to its END before the
 * next one is begun, so torn records are in the last file, at its end. There any part of the octets may be new and any
 * part old: a record whose length is there and whose payload is partly zeros (its CRC is wrong), a payload whose length
 * is missing (its check is wrong), both in front of a record that arrived whole. Nothing of it was reported as durable.
 * If no valid record follows, the tail is cut off; if one does, the hole is treated as damage and the record is kept.
 *
 * <p><b>A record spans no files.</b> The last {@value #END_BYTES} octets of a file are kept free for END. A record that
 * does not fit goes to the next file; one that fits no file gets a file of its own, of the size that it needs.
 */
final class RecordFormat {
    static final long MAGIC = 0x4D494C4C5257414CL; // MILLRWAL
    static final int VERSION = 1;

    static final int FILE_HEADER_BYTES = 32;
    static final int FILE_HEADER_CRC_AT = 24;
    static final int RECORD_HEAD_BYTES = 12;
    static final int RECORD_CRC_BYTES = 4;
    static final int END_BYTES = RECORD_HEAD_BYTES + RECORD_CRC_BYTES;
    static final int ALIGNMENT = 8;

    static final int PUBLISH = 1;
    static final int REFERENCE = 2;
    static final int ACKNOWLEDGE = 3;
    static final int DELETE_QUEUE = 4;
    static final int LAST_SEQUENCES = 5;
    static final int DELIVERED = 6;
    static final int CLEAN_STOP = 7;
    static final int OPENED = 8;
    static final int END = 9;
    static final int TRANSIENT = 10;
    static final int CHECKPOINT = 11;
    static final int MOVED = 12;

    /** Octets of payload before the content of a PUBLISH. */
    static final int SEQUENCE_BYTES = 8;

    /** The same of a MOVED, and where in the payload it says which message of which queue it was. */
    static final int MOVED_BYTES = 20;

    static final int MOVED_QUEUE_AT = 8;
    static final int MOVED_SEQUENCE_AT = 12;

    static final int REFERENCE_BYTES = 16;
    static final int RANGE_BYTES = 16;
    /** Of LAST_SEQUENCES and DELIVERED. */
    static final int QUEUE_ENTRY_BYTES = 12;

    private static final String[] TYPE_NAMES = {
        "",
        "publish",
        "reference",
        "acknowledge",
        "delete_queue",
        "last_sequences",
        "delivered",
        "clean_stop",
        "opened",
        "end",
        "transient",
        "checkpoint",
        "moved"
    };

    private RecordFormat() {}

    /** For people. */
    static String typeName(int type) {
        return TYPE_NAMES[type];
    }

    /** The octets that a record with this much payload takes, to the start of the next one. */
    static long recordBytes(long payloadLength) {
        return (RECORD_HEAD_BYTES + payloadLength + RECORD_CRC_BYTES + (ALIGNMENT - 1)) & -ALIGNMENT;
    }

    static boolean isType(int type) {
        return type >= PUBLISH && type <= MOVED;
    }

    /** The type octet and the 3 octets of check behind it. */
    static int typeAndCheck(int type, int length, int queueId, long fileNumber, long offset) {
        int h = place(fileNumber, offset) ^ length * 0x85EBCA6B ^ Integer.rotateLeft(queueId * 0xC2B2AE35, 13) ^ type;
        h ^= h >>> 16;
        h *= 0x7FEB352D;
        h ^= h >>> 15;
        h *= 0x846CA68B;
        return type << 24 | h >>> 8;
    }

    /**
     * What is mixed into the CRC of a record. For a given offset different for any two files, since multiplying by an
     * odd number maps no two numbers (of 32 bits) to the same.
     */
    static int place(long fileNumber, long offset) {
        return (int) fileNumber * 0x9E3779B1 ^ (int) (offset / ALIGNMENT) * 0x27D4EB2F;
    }
}
