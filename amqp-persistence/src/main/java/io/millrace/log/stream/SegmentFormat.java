package io.millrace.log.stream;

import java.util.zip.CRC32C;

/**
 * The segments of streams, octet by octet. All numbers are big-endian; every chunk starts at a multiple of 8.
 *
 * <pre>
 * a segment    {queue id}-{first offset, 20 digits}.stream
 *
 *   0        8        12       16             24       32       36       40
 *   +--------+--------+--------+--------------+--------+--------+--------+-------+ ... +-------+--------+
 *   | magic  | version|queue id| first offset |  salt  |  CRC   |    0   | chunk |     | chunk | footer |
 *   | 8      | 4      | 4      | 8            | 8      |  4     |    4   |       |     |       |        |
 *   +--------+--------+--------+--------------+--------+--------+--------+-------+ ... +-------+--------+
 *     CRC: CRC32C of the 32 octets before it. All other CRCs of the file begin with the salt, which is random: nothing
 *     that somebody published can be taken for a chunk.
 *
 * a chunk      what was written together, or a part of it
 *
 *   0        4        8              16             24       28  29  30   32       36
 *   +--------+--------+--------------+--------------+--------+---+---+----+--------+--------+---------+--------+-----+
 *   | magic  |   L    | first offset |  timestamp   | count  | F | U | 0  |  CRC   | filter | entries |  CRC   | pad |
 *   | 4      |   4    | 8            |  8           | 4      | 1 | 1 | 2  |  4     | F      | L       |  4     | 0-7 |
 *   +--------+--------+--------------+--------------+--------+---+---+----+--------+--------+---------+--------+-----+
 *     timestamp: milliseconds since 1970, never less than that of the chunk before
 *     F: 0 when no message has a filter value, else the length of a Bloom filter of the values ({@link FilterBits})
 *     U: 1 when some message has no filter value
 *     CRC: of the 32 octets before it, which makes the lengths trustworthy; then of filter and entries
 *
 * an entry     length of the content 4, length of the filter value 2 (65535: none), filter value, content
 *
 * a footer     at the end of a segment that is not appended to any more: what is in it, so that it need not be read
 *
 *   +--------+--------+--------+------------+-------------+---------------------------+-------+--------+-------+
 *   |   n    |   0    |  end   | last chunk | last time   | n times (offset, time,    |  CRC  | length | magic |
 *   |   4    |   4    |  8     | 8          | 8           | position), 24 each        |  4    | 4      | 8     |
 *   +--------+--------+--------+------------+-------------+---------------------------+-------+--------+-------+
 *     end: the offset behind the last message; last chunk: the offset it begins with; length: of the whole footer
 * </pre>
 *
 * <p><b>A torn write.</b> Only what follows the last sync can be torn, and a segment is synced with its footer before
 * the next one is begun; so torn chunks are in the last segment, behind everything that was reported as durable.
 * Recovery reads that segment from its start, and cuts it behind its last valid chunk. A chunk in front of that which
 * is not valid is left out, by recovery and by readers alike: its messages are lost, their offsets are not used again.
 */
final class SegmentFormat {
    static final long MAGIC = 0x4D494C4C53545231L; // MILLSTR1
    static final int VERSION = 1;
    static final int FILE_HEADER_BYTES = 40;
    static final int FILE_HEADER_CRC_AT = 32;

    static final int CHUNK_MAGIC = 0x43484E4B; // CHNK
    static final int CHUNK_HEADER_BYTES = 36;
    static final int CHUNK_HEADER_CRC_AT = 32;
    static final int CRC_BYTES = 4;
    static final int ALIGNMENT = 8;

    /** Octets of an entry besides content and filter value. */
    static final int ENTRY_HEADER_BYTES = 6;

    static final int NO_FILTER_VALUE = 0xffff;

    static final long FOOTER_MAGIC = 0x4D494C4C464F4F54L; // MILLFOOT
    static final int FOOTER_HEAD_BYTES = 32;
    static final int FOOTER_ENTRY_BYTES = 24;
    static final int FOOTER_TAIL_BYTES = 16;

    private static final String SUFFIX = ".stream";
    private static final int OFFSET_DIGITS = 20;

    private SegmentFormat() {}

    static long chunkBytes(int filterLength, long entriesLength) {
        return (CHUNK_HEADER_BYTES + filterLength + entriesLength + CRC_BYTES + (ALIGNMENT - 1)) & -ALIGNMENT;
    }

    /** A checksum of nothing yet but the salt. */
    static CRC32C salted(long salt) {
        CRC32C crc = new CRC32C();
        salt(crc, salt);
        return crc;
    }

    /** Begins a checksum anew. */
    static void salt(CRC32C crc, long salt) {
        crc.reset();
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            crc.update((int) (salt >>> shift));
        }
    }

    static String fileName(int id, long firstOffset) {
        return id + "-" + String.format("%0" + OFFSET_DIGITS + "d", firstOffset) + SUFFIX;
    }

    /** The id of the stream that a file belongs to; -1 when it is no segment. */
    static int idOf(String fileName) {
        int dash = fileName.indexOf('-');
        if (dash < 1 || fileName.length() != dash + 1 + OFFSET_DIGITS + SUFFIX.length() || !fileName.endsWith(SUFFIX)) {
            return -1;
        }
        try {
            return Integer.parseInt(fileName.substring(0, dash));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
