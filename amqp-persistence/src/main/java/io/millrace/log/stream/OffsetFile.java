package io.millrace.log.stream;

import io.millrace.log.SyncFailedException;
import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import io.millrace.log.files.SalvagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far named readers have come in one stream: a file that each change is appended to, and that is written anew when
 * most of it is of no use any more. Belongs to the writer's thread.
 *
 * <pre>
 * {queue id}.offsets
 *
 *   0        8        12       16
 *   +--------+--------+--------+-------+-------+ ...
 *   | magic  | version|queue id| entry | entry |
 *   | 8      | 4      | 4      |       |       |
 *   +--------+--------+--------+-------+-------+ ...
 *
 * an entry     length of the name 1, name, offset 8 (-1: forget the name), CRC32C of all that 4
 * </pre>
 *
 * <p>Later entries count. Nobody waits for them: what was written when the process was killed is there, and a power
 * failure may cost those of the last second. Reading ends at the first entry that is not valid, and what is behind it
 * is cut off. So a reader may find itself at an earlier place, never at a later one.
 */
final class OffsetFile {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetFile.class);

    private static final long MAGIC = 0x4D494C4C4F464631L; // MILLOFF1
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 16;
    private static final int ENTRY_BYTES = 1 + Long.BYTES + Integer.BYTES;
    private static final int NAME_BYTES_MAX = 255;
    private static final long FORGOTTEN = -1;
    private static final String SUFFIX = ".offsets";
    private static final String UNFINISHED = ".offsets.new";
    private static final String SET_ASIDE = ".corrupt";

    /** Below this a file is not written anew. */
    private static final long REWRITE_BYTES = 64 << 10;

    private static final int BUFFER_BYTES = 64 << 10;

    private final LogFiles files;
    private final int id;
    private final CRC32C crc = new CRC32C();
    private final Map<String, Long> offsets = new LinkedHashMap<>();
    private final Map<String, Long> changed = new LinkedHashMap<>();
    private LogFile file;
    private long size;
    private long usefulBytes;
    private boolean exists;
    private boolean unsynced;
    private boolean nameUnsynced;

    OffsetFile(LogFiles files, int id) {
        this.files = files;
        this.id = id;
    }

    /** The id of the stream that a file belongs to; -1 when it is none of these. */
    static int idOf(String fileName) {
        String suffix = fileName.endsWith(UNFINISHED) ? UNFINISHED : SUFFIX;
        if (!fileName.endsWith(suffix)) {
            return -1;
        }
        try {
            return Integer.parseInt(fileName.substring(0, fileName.length() - suffix.length()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Whether a file is what is left of one that was being written. */
    static boolean isUnfinished(String fileName) {
        return fileName.endsWith(UNFINISHED);
    }

    private String name() {
        return id + SUFFIX;
    }

    /** Reads what an earlier run wrote, as far as it can be read. */
    void recover() throws IOException {
        try {
            file = new SalvagedFile(files.open(name()));
        } catch (IOException e) {
            LOG.warn("{} cannot be opened; readers of the stream begin where they ask to: {}", name(), e.toString());
            files.rename(name(), name() + SET_ASIDE);
            return;
        }
        exists = true;
        ByteBuffer octets = ByteBuffer.allocateDirect((int) Math.min(file.size(), Integer.MAX_VALUE));
        file.read(octets, 0);
        octets.flip();
        if (octets.remaining() >= HEADER_BYTES
                && octets.getLong(0) == MAGIC
                && octets.getInt(8) == VERSION
                && octets.getInt(12) == id) {
            size = HEADER_BYTES;
            octets.position(HEADER_BYTES);
            while (readEntry(octets)) {
                size = octets.position();
            }
        }
        if (size < octets.limit()) {
            LOG.warn("{} is damaged at {}; readers of the stream may begin earlier than they need to", name(), size);
            file.truncate(size);
        }
        close();
    }

    private boolean readEntry(ByteBuffer octets) {
        int length = octets.hasRemaining() ? octets.get(octets.position()) & 0xff : 0;
        if (octets.remaining() < ENTRY_BYTES + length) {
            return false;
        }
        crc.reset();
        crc.update(octets.duplicate().limit(octets.position() + 1 + length + Long.BYTES));
        byte[] name = new byte[length];
        octets.position(octets.position() + 1).get(name);
        long offset = octets.getLong();
        if (octets.getInt() != (int) crc.getValue()) {
            return false;
        }
        keep(new String(name, StandardCharsets.UTF_8), offset);
        return true;
    }

    private void keep(String name, long offset) {
        Long before = offsets.remove(name);
        if (offset != FORGOTTEN) {
            offsets.put(name, offset);
        }
        int bytes = ENTRY_BYTES + name.getBytes(StandardCharsets.UTF_8).length;
        usefulBytes += (offset == FORGOTTEN ? 0 : bytes) - (before == null ? 0 : bytes);
    }

    Map<String, Long> offsets() {
        return offsets;
    }

    /** @param name of at most 255 octets */
    void put(String name, long offset) {
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX || offset < 0) {
            throw new IllegalArgumentException("offset: " + name + ", " + offset + " (expected: a short name, >= 0)");
        }
        changed.put(name, offset);
    }

    void forget(String name) {
        changed.put(name, FORGOTTEN);
    }

    boolean hasChanged() {
        return !changed.isEmpty();
    }

    /** Writes what has changed. When that fails it is still to be written. */
    void write() throws IOException {
        if (file == null) {
            file = exists ? files.open(name()) : files.create(name());
            nameUnsynced |= !exists;
            exists = true;
        }
        if (size < HEADER_BYTES) {
            size = writeHeader(file);
        }
        size = append(file, size, changed);
        changed.forEach(this::keep);
        changed.clear();
        unsynced = true;
        if (size > REWRITE_BYTES && size > 4 * (HEADER_BYTES + usefulBytes)) {
            rewrite();
        }
    }

    private long writeHeader(LogFile target) throws IOException {
        ByteBuffer header = ByteBuffer.allocateDirect(HEADER_BYTES);
        target.write(header.putLong(MAGIC).putInt(VERSION).putInt(id).flip(), 0);
        return HEADER_BYTES;
    }

    private long append(LogFile target, long at, Map<String, Long> entries) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        long position = at;
        for (Map.Entry<String, Long> entry : entries.entrySet()) {
            byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
            if (buffer.remaining() < ENTRY_BYTES + name.length) {
                position = flush(target, position, buffer);
            }
            int start = buffer.position();
            buffer.put((byte) name.length).put(name).putLong(entry.getValue());
            crc.reset();
            crc.update(buffer.duplicate().flip().position(start));
            buffer.putInt((int) crc.getValue());
        }
        return flush(target, position, buffer);
    }

    private static long flush(LogFile target, long position, ByteBuffer buffer) throws IOException {
        buffer.flip();
        long end = position + buffer.remaining();
        target.write(buffer, position);
        buffer.clear();
        return end;
    }

    /** The new file is whole and on the disk before it takes the place of the old one. */
    private void rewrite() throws IOException {
        String unfinished = id + UNFINISHED;
        LogFile fresh = files.create(unfinished);
        long newSize;
        try {
            newSize = append(fresh, writeHeader(fresh), offsets);
            fresh.force();
        } catch (IOException e) {
            fresh.close();
            files.delete(unfinished);
            throw e;
        }
        LogFile old = file;
        files.rename(unfinished, name());
        files.forceDirectory();
        file = fresh;
        size = newSize;
        old.close();
    }

    /** @throws SyncFailedException when it cannot be told any more what is on the disk */
    void force() throws SyncFailedException {
        if (!unsynced) {
            return;
        }
        unsynced = false;
        try {
            file.force();
            if (nameUnsynced) {
                files.forceDirectory();
                nameUnsynced = false;
            }
        } catch (IOException e) {
            throw new SyncFailedException(e);
        }
    }

    void close() {
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("{} cannot be closed: {}", name(), e.toString());
        }
        file = null;
    }

    /** The stream is deleted. */
    void delete() {
        close();
        changed.clear();
        if (!exists) {
            return;
        }
        try {
            files.delete(name());
        } catch (IOException e) {
            LOG.warn("{} is not needed any more and cannot be deleted: {}", name(), e.toString());
        }
    }
}
