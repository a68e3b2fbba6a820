package io.millrace.benchmarks;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Log files that are memory: what remains of the log's time is its own. */
final class MemoryFiles implements LogFiles {
    private final Map<String, MemoryFile> files = new ConcurrentHashMap<>();

    @Override
    public Closeable lock() {
        return () -> {};
    }

    @Override
    public LogFile create(String name) throws IOException {
        MemoryFile file = new MemoryFile();
        if (files.putIfAbsent(name, file) != null) {
            throw new FileAlreadyExistsException(name);
        }
        return file;
    }

    @Override
    public LogFile open(String name) throws IOException {
        MemoryFile file = files.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return file;
    }

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public void rename(String from, String to) {
        files.put(to, files.remove(from));
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void forceDirectory() {}

    @Override
    public long usableSpace() {
        return Long.MAX_VALUE;
    }

    private static final class MemoryFile implements LogFile {
        private ByteBuffer octets = ByteBuffer.allocateDirect(1 << 16);
        private int size;

        @Override
        public void write(ByteBuffer source, long position) {
            int at = Math.toIntExact(position);
            int end = Math.addExact(at, source.remaining());
            if (end > octets.capacity()) {
                ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(end, octets.capacity() * 2));
                larger.put(0, octets, 0, size);
                octets = larger;
            }
            octets.put(at, source, source.position(), source.remaining());
            source.position(source.limit());
            size = Math.max(size, end);
        }

        @Override
        public int read(ByteBuffer target, long position) {
            int at = Math.toIntExact(Math.min(position, size));
            int count = Math.min(target.remaining(), size - at);
            target.put(target.position(), octets, at, count);
            target.position(target.position() + count);
            return count;
        }

        @Override
        public void force() {}

        @Override
        public void truncate(long newSize) {
            size = (int) Math.min(size, newSize);
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void close() {}
    }
}
