package io.millrace.definitions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.log.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.h2.mvstore.DataUtils;

/**
 * Makes the header of an H2 file that was not closed name the newest version in it.
 *
 * <p>H2 appends each version as a chunk and finds the newest again by the header and by the place that every chunk
 * expects for the next one. When a chunk goes elsewhere, into space that became free, H2 (2.2.220 to 2.5.252) writes
 * the header with the chunk before that one, and what follows is out of reach: after a kill the file would open as it
 * was up to 20 commits ago, each of them reported durable. Hence every block of a file without the mark of a clean
 * shutdown is looked at here, before H2 opens it. H2 then checks the version it is led to as it always does, and falls
 * back to an older one when that is incomplete.
 *
 * <pre>
 *   block 0, 1   H:2,block:9,chunk:151,clean:1,version:151,…,fletcher:712f9dd4     the header, twice
 *   block n      chunk:152,block:n,len:2,version:152,…                             first line of a chunk
 *   block n+len  chunk:152,len:2,version:152,fletcher:ebc0fea1                     the last 128 bytes before it
 * </pre>
 */
final class NewestVersion {
    private static final int BLOCK = 4096;
    private static final int HEADER_BLOCKS = 2;
    private static final int FIRST_LINE = 1024;
    private static final int FOOTER = 128;
    private static final byte[] CHUNK = "chunk:".getBytes(ISO_8859_1);

    /** @param version counts commits, and grows */
    private record Chunk(int id, long block, long version) {}

    private final LogFile file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);

    private NewestVersion(LogFile file) {
        this.file = file;
    }

    /** Leaves a file alone that is empty, was closed, or whose header is right. Nobody else has it open. */
    static void nameInHeader(LogFile file) throws IOException {
        if (file.size() >= HEADER_BLOCKS * BLOCK) {
            new NewestVersion(file).nameInHeader();
        }
    }

    private void nameInHeader() throws IOException {
        Map<String, String> header = header();
        if (header == null || header.containsKey("clean")) {
            return;
        }
        Chunk newest = newest();
        if (newest != null && newest.version() > DataUtils.readHexLong(header, "version", 0)) {
            header.put("block", Long.toHexString(newest.block()));
            header.put("chunk", Integer.toHexString(newest.id()));
            header.put("version", Long.toHexString(newest.version()));
            write(header);
        }
    }

    /** Null when both copies are damaged, which is for H2 to report. */
    private Map<String, String> header() throws IOException {
        Map<String, String> newest = null;
        for (int i = 0; i < HEADER_BLOCKS; i++) {
            Map<String, String> copy = checked(read((long) i * BLOCK, BLOCK));
            if (copy != null
                    && (newest == null
                            || DataUtils.readHexLong(copy, "version", 0)
                                    > DataUtils.readHexLong(newest, "version", 0))) {
                newest = copy;
            }
        }
        return newest;
    }

    private Chunk newest() throws IOException {
        Chunk newest = null;
        long blocks = file.size() / BLOCK;
        for (long block = HEADER_BLOCKS; block < blocks; block++) {
            Chunk chunk = chunkAt(block, blocks);
            if (chunk != null && (newest == null || chunk.version() > newest.version())) {
                newest = chunk;
            }
        }
        return newest;
    }

    /** Null unless the block begins a chunk that ends with a footer of its own. */
    private Chunk chunkAt(long block, long blocks) throws IOException {
        ByteBuffer start = read(block * BLOCK, FIRST_LINE);
        if (start.mismatch(ByteBuffer.wrap(CHUNK)) < CHUNK.length) {
            return null;
        }
        Map<String, String> first = parse(firstLine(start));
        if (first == null || DataUtils.readHexLong(first, "block", block) != block) {
            return null;
        }
        int length = (int) DataUtils.readHexLong(first, "len", 0);
        if (length <= 0 || block + length > blocks) {
            return null;
        }
        Map<String, String> footer = checked(read((block + length) * BLOCK - FOOTER, FOOTER));
        boolean complete = footer != null
                && first.get("chunk").equals(footer.get("chunk"))
                && first.getOrDefault("version", first.get("chunk"))
                        .equals(footer.getOrDefault("version", footer.get("chunk")));
        int id = (int) DataUtils.readHexLong(first, "chunk", 0);
        return complete ? new Chunk(id, block, DataUtils.readHexLong(first, "version", id)) : null;
    }

    private static String firstLine(ByteBuffer text) {
        String decoded = ISO_8859_1.decode(text).toString();
        int end = decoded.indexOf('\n');
        return end < 0 ? decoded : decoded.substring(0, end);
    }

    /** Without its check sum; null when that is missing or wrong. */
    private static Map<String, String> checked(ByteBuffer text) {
        String line =
                ISO_8859_1.decode(text).toString().split("[\\n\\x00]", 2)[0].trim();
        int end = line.lastIndexOf(",fletcher:");
        if (end < 0) {
            return null;
        }
        Map<String, String> map = parse(line);
        byte[] covered = line.substring(0, end).getBytes(ISO_8859_1);
        if (map == null || sum(covered) != (int) DataUtils.readHexLong(map, "fletcher", 0)) {
            return null;
        }
        map.remove("fletcher");
        return map;
    }

    private static Map<String, String> parse(String line) {
        try {
            return DataUtils.parseMap(line);
        } catch (RuntimeException e) {
            return null; // Data that happens to look like a chunk.
        }
    }

    private static int sum(byte[] bytes) {
        return DataUtils.getFletcher32(bytes, 0, bytes.length);
    }

    private void write(Map<String, String> header) throws IOException {
        StringBuilder line = DataUtils.appendMap(new StringBuilder(), new HashMap<>(header));
        DataUtils.appendMap(line, "fletcher", sum(line.toString().getBytes(ISO_8859_1)));
        byte[] bytes = line.append('\n').toString().getBytes(ISO_8859_1);
        ByteBuffer copies = ByteBuffer.allocateDirect(HEADER_BLOCKS * BLOCK);
        copies.put(0, bytes).put(BLOCK, bytes);
        file.write(copies, 0);
        file.force();
    }

    private ByteBuffer read(long position, int length) throws IOException {
        buffer.clear().limit(length);
        file.read(buffer, position);
        return buffer.flip();
    }
}
