package io.millrace.log.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A directory in memory that fails on demand. It remembers what was forced; {@link #crash} returns the directory that a
 * power failure at this moment would leave. Safe for use by several threads.
 */
public final class FaultyFiles implements LogFiles {
    private static final int SECTOR_BYTES = 512;
    private static final int NEVER = -1;

    private final Map<String, Inode> names = new TreeMap<>();
    /** What {@link #names} was after the last force of the directory, and after each change since. */
    private final List<Map<String, Inode>> namesSince = new ArrayList<>();

    private boolean locked;
    private int writes;
    private int forces;
    private int failWriteAt = NEVER;
    private int tearAfter;
    private int failForceAt = NEVER;
    private long space = Long.MAX_VALUE;

    public FaultyFiles() {
        namesSince.add(Map.of());
    }

    private static final class Inode {
        byte[] now = {};
        byte[] forced = {};
    }

    /** What of the octets that were not forced survives a crash. */
    public enum Survival {
        NOTHING,
        EVERYTHING,
        /** What was written last is cut at some octet. */
        CUT,
        /** Any sector may be there or not. */
        ANY_SECTORS
    }

    /** The n-th write from now on (1 is the next one) writes {@code octets} octets of what it should, and fails. */
    public synchronized void failWrite(int n, int octets) {
        failWriteAt = writes + n;
        tearAfter = octets;
    }

    /** The n-th force of a file from now on (1 is the next one) fails. */
    public synchronized void failForce(int n) {
        failForceAt = forces + n;
    }

    /** Files may grow by this many octets in all, and then the device is full. */
    public synchronized void limitSpace(long octets) {
        space = octets;
    }

    public synchronized int writes() {
        return writes;
    }

    public synchronized int forces() {
        return forces;
    }

    /** A copy of a file's octets as they are now. */
    public synchronized byte[] content(String name) throws IOException {
        return inode(name).now.clone();
    }

    /** Sets a file, forced. */
    public synchronized void content(String name, byte[] octets) {
        Inode inode = new Inode();
        inode.now = octets.clone();
        inode.forced = octets.clone();
        names.put(name, inode);
        namesSince.clear();
        namesSince.add(new TreeMap<>(names));
    }

    /** Turns one bit of a file round, as a bad disk does. */
    public synchronized void flipBit(String name, long octet, int bit) throws IOException {
        Inode inode = inode(name);
        inode.now[(int) octet] ^= (byte) (1 << bit);
        inode.forced = inode.now.clone();
    }

    /** The directory as it is now, with everything forced, for another try. */
    public FaultyFiles copy() {
        return crash(Survival.EVERYTHING, new Random(0));
    }

    /** The directory as a power failure leaves it; this one stays as it is. */
    public synchronized FaultyFiles crash(Survival survival, Random random) {
        int changes = namesSince.size() - 1;
        int kept = survival == Survival.EVERYTHING
                ? changes
                : survival == Survival.NOTHING ? 0 : random.nextInt(changes + 1);
        Map<Inode, Inode> copies = new LinkedHashMap<>();
        FaultyFiles after = new FaultyFiles();
        for (Map.Entry<String, Inode> entry : namesSince.get(kept).entrySet()) {
            Inode copy = copies.computeIfAbsent(entry.getValue(), inode -> afterCrash(inode, survival, random));
            after.names.put(entry.getKey(), copy);
        }
        after.namesSince.clear();
        after.namesSince.add(new TreeMap<>(after.names));
        return after;
    }

    private static Inode afterCrash(Inode inode, Survival survival, Random random) {
        byte[] left = switch (survival) {
            case NOTHING -> inode.forced.clone();
            case EVERYTHING -> inode.now.clone();
            case CUT -> cut(inode, random);
            case ANY_SECTORS -> anySectors(inode, random);
        };
        Inode copy = new Inode();
        copy.now = left;
        copy.forced = left.clone();
        return copy;
    }

    private static byte[] cut(Inode inode, Random random) {
        int from = Arrays.mismatch(inode.now, inode.forced);
        if (from < 0) {
            return inode.now.clone();
        }
        byte[] left = Arrays.copyOf(inode.forced, inode.now.length);
        int to = inode.now.length;
        while (to > from + 1 && left[to - 1] == inode.now[to - 1]) {
            to--;
        }
        int keep = random.nextInt(to - from + 1);
        System.arraycopy(inode.now, from, left, from, Math.min(keep, inode.now.length - from));
        return left;
    }

    private static byte[] anySectors(Inode inode, Random random) {
        byte[] left = Arrays.copyOf(inode.forced, inode.now.length);
        for (int at = 0; at < left.length; at += SECTOR_BYTES) {
            if (random.nextBoolean()) {
                System.arraycopy(inode.now, at, left, at, Math.min(SECTOR_BYTES, left.length - at));
            }
        }
        return left;
    }

    @Override
    public synchronized Closeable lock() throws IOException {
        if (locked) {
            throw new IOException("data directory " + this + " is in use by this process already");
        }
        locked = true;
        return this::unlock;
    }

    private synchronized void unlock() {
        locked = false;
    }

    @Override
    public synchronized LogFile create(String name) throws IOException {
        if (names.containsKey(name)) {
            throw new IOException(name + " exists");
        }
        names.put(name, new Inode());
        namesChanged();
        return open(name);
    }

    @Override
    public synchronized LogFile open(String name) throws IOException {
        return new MemoryFile(inode(name));
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        names.put(to, inode(from));
        names.remove(from);
        namesChanged();
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        inode(name);
        names.remove(name);
        namesChanged();
    }

    @Override
    public synchronized void forceDirectory() {
        namesSince.clear();
        namesSince.add(new TreeMap<>(names));
    }

    @Override
    public synchronized long usableSpace() {
        return space;
    }

    @Override
    public String toString() {
        return "memory";
    }

    private Inode inode(String name) throws IOException {
        Inode inode = names.get(name);
        if (inode == null) {
            throw new IOException(name + " does not exist");
        }
        return inode;
    }

    private void namesChanged() {
        namesSince.add(new TreeMap<>(names));
    }

    private synchronized void write(Inode inode, ByteBuffer source, long position) throws IOException {
        if (!source.isDirect()) {
            throw new AssertionError("heap buffer");
        }
        boolean fails = ++writes == failWriteAt;
        int length = fails ? Math.min(tearAfter, source.remaining()) : source.remaining();
        int end = Math.toIntExact(position + length);
        if (end > inode.now.length) {
            space -= end - inode.now.length;
            if (space < 0) {
                space = 0;
                throw new IOException("No space left on device");
            }
            inode.now = Arrays.copyOf(inode.now, end);
        }
        source.get(inode.now, (int) position, length);
        if (fails) {
            throw new IOException("injected write failure");
        }
    }

    private synchronized int read(Inode inode, ByteBuffer target, long position) {
        int length = (int) Math.max(0, Math.min(target.remaining(), inode.now.length - position));
        target.put(inode.now, (int) Math.min(position, inode.now.length), length);
        return length;
    }

    private synchronized void force(Inode inode) throws IOException {
        if (++forces == failForceAt) {
            throw new IOException("injected force failure");
        }
        inode.forced = inode.now.clone();
    }

    private final class MemoryFile implements LogFile {
        private final Inode inode;

        MemoryFile(Inode inode) {
            this.inode = inode;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            FaultyFiles.this.write(inode, source, position);
        }

        @Override
        public int read(ByteBuffer target, long position) {
            return FaultyFiles.this.read(inode, target, position);
        }

        @Override
        public void force() throws IOException {
            FaultyFiles.this.force(inode);
        }

        @Override
        public void truncate(long size) {
            synchronized (FaultyFiles.this) {
                if (size < inode.now.length) {
                    inode.now = Arrays.copyOf(inode.now, (int) size);
                }
            }
        }

        @Override
        public long size() {
            synchronized (FaultyFiles.this) {
                return inode.now.length;
            }
        }

        @Override
        public void close() {}
    }
}
