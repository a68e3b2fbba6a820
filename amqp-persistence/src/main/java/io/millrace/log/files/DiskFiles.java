package io.millrace.log.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of the real file system. Positional reads and writes of direct buffers through {@link FileChannel}; never
 * a mapping (a page fault would stall the virtual machine), never a heap buffer (it would be copied into a hidden
 * direct one that is kept for the life of the thread).
 */
public final class DiskFiles implements LogFiles {
    private static final String LOCK_NAME = "lock";

    private final Path directory;
    /** To look for it means to read the table of all mounts, which takes longer than to write a page. */
    private final FileStore store;

    private final long headroom;

    private DiskFiles(Path directory, FileStore store, long headroom) {
        this.directory = directory;
        this.store = store;
        this.headroom = headroom;
    }

    /** Uses {@code directory}, creating it (and its parents) if it does not exist. */
    public static DiskFiles in(Path directory) throws IOException {
        Files.createDirectories(directory);
        return new DiskFiles(directory.toAbsolutePath().normalize(), Files.getFileStore(directory), 0);
    }

    /** The same, with so many octets of the file system left for others: they do not count as usable. */
    public DiskFiles leaving(long octets) {
        return new DiskFiles(directory, store, octets);
    }

    @Override
    public Closeable lock() throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(LOCK_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Taken by this very process: the same mistake as one made by another process.
            channel.close();
            throw new IOException("data directory " + directory + " is in use by this process already", e);
        } catch (IOException e) {
            channel.close();
            throw new IOException("data directory " + directory + " cannot be locked: " + e.getMessage(), e);
        }
        channel.close();
        throw new IOException("data directory " + directory + " is in use by another process");
    }

    @Override
    public LogFile create(String name) throws IOException {
        return new DiskFile(FileChannel.open(
                directory.resolve(name),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE));
    }

    @Override
    public LogFile open(String name) throws IOException {
        return new DiskFile(
                FileChannel.open(directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> path.getFileName().toString())
                    .toList();
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    @Override
    public void forceDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableSpace() throws IOException {
        return store.getUsableSpace() - headroom;
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private record DiskFile(FileChannel channel) implements LogFile {
        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            assert source.isDirect() : "heap buffer";
            long at = position;
            while (source.hasRemaining()) {
                at += channel.write(source, at);
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            assert target.isDirect() : "heap buffer";
            int total = 0;
            while (target.hasRemaining()) {
                int n = channel.read(target, position + total);
                if (n < 0) {
                    break;
                }
                total += n;
            }
            return total;
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
