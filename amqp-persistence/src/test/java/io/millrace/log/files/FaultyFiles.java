package io.millrace.log.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
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
    private static final int PAGE_BYTES = 4096;
    private static final int NEVER = -1;

    private final Map<String, Inode> names = new TreeMap<>();
    /** {@link #names} without the changes that a failed force of the directory has dropped. */
    private final Map<String, Inode> kept = new TreeMap<>();
    /** What {@link #kept} was after the last force of the directory, and after each change since. */
    private final List<Map<String, Inode>> keptSince = new ArrayList<>();

    private boolean locked;
    private int writes;
    private int forces;
    private int failWriteAt = NEVER;
    private int tearAfter;
    private int failForceAt = NEVER;
    private int directoryForces;
    private int failDirectoryForceAt = NEVER;
    private long space = Long.MAX_VALUE;
    private int reads;
    private int failReadAt = NEVER;
    private int breakAt = NEVER;
    private Runnable breaks = () -> {};
    private String cannotOpen = "";

    public FaultyFiles() {
        keptSince.add(Map.of());
    }

    private static final class Inode {
        byte[] now = {};
        byte[] forced = {};
        /** The sectors that the next force writes. */
        final BitSet dirty = new BitSet();
        /** The pages that no read gets. */
        final BitSet bad = new BitSet();

        void force() {
            forced = Arrays.copyOf(forced, now.length);
            dirty.stream()
                    .map(sector -> sector * SECTOR_BYTES)
                    .filter(at -> at < now.length)
                    .forEach(at -> System.arraycopy(now, at, forced, at, Math.min(SECTOR_BYTES, now.length - at)));
            dirty.clear();
        }
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

    /**
     * The n-th force of a file from now on (1 is the next one) fails, and does what operating systems do then: what was
     * written before it can still be read, but no later force writes it.
     */
    public synchronized void failForce(int n) {
        failForceAt = forces + n;
    }

    /** The same for the n-th force of the directory: no later one makes the names before it durable. */
    public synchronized void failDirectoryForce(int n) {
        failDirectoryForceAt = directoryForces + n;
    }

    /** The n-th read from now on (1 is the next one) fails, and succeeds when it is tried again. */
    public synchronized void failRead(int n) {
        failReadAt = reads + n;
    }

    /** From now on the page of a file that has this octet cannot be read. */
    public synchronized void breakPage(String name, long octet) throws IOException {
        inode(name).bad.set((int) (octet / PAGE_BYTES));
    }

    /** The same, once there have been so many reads more. */
    public synchronized void breakPageAfter(String name, long octet, int moreReads) throws IOException {
        Inode inode = inode(name);
        breakAt = reads + moreReads;
        breaks = () -> inode.bad.set((int) (octet / PAGE_BYTES));
    }

    /** From now on the file with this name cannot be opened. */
    public synchronized void failOpen(String name) {
        cannotOpen = name;
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

    public synchronized int reads() {
        return reads;
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
        kept.clear();
        kept.putAll(names);
        keptSince.clear();
        keptSince.add(new TreeMap<>(kept));
    }

    /** Turns one bit of a file round, as a bad disk does. */
    public synchronized void flipBit(String name, long octet, int bit) throws IOException {
        Inode inode = inode(name);
        inode.now[(int) octet] ^= (byte) (1 << bit);
        inode.forced = inode.now.clone();
        inode.dirty.clear();
    }

    /** The directory as it is now, with everything forced, for another try. */
    public FaultyFiles copy() {
        return crash(Survival.EVERYTHING, new Random(0));
    }

    /** The directory as a power failure leaves it; this one stays as it is. */
    public synchronized FaultyFiles crash(Survival survival, Random random) {
        Map<Inode, Inode> copies = new LinkedHashMap<>();
        FaultyFiles after = new FaultyFiles();
        for (Map.Entry<String, Inode> entry : namesAfterCrash(survival, random).entrySet()) {
            Inode copy = copies.computeIfAbsent(entry.getValue(), inode -> afterCrash(inode, survival, random));
            after.names.put(entry.getKey(), copy);
        }
        after.kept.putAll(after.names);
        after.keptSince.clear();
        after.keptSince.add(new TreeMap<>(after.names));
        return after;
    }

    private Map<String, Inode> namesAfterCrash(Survival survival, Random random) {
        return switch (survival) {
            case EVERYTHING -> names;
            case NOTHING -> keptSince.get(0);
            case CUT, ANY_SECTORS -> keptSince.get(random.nextInt(keptSince.size()));
        };
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
        copy.bad.or(inode.bad);
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
        changed(name, new Inode());
        return open(name);
    }

    @Override
    public synchronized LogFile open(String name) throws IOException {
        if (name.equals(cannotOpen)) {
            throw new IOException(name + ": injected open failure");
        }
        return new MemoryFile(inode(name));
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        Inode inode = inode(from);
        names.remove(from);
        kept.remove(from);
        changed(to, inode);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        inode(name);
        names.remove(name);
        kept.remove(name);
        keptSince.add(new TreeMap<>(kept));
    }

    @Override
    public synchronized void forceDirectory() throws IOException {
        boolean fails = ++directoryForces == failDirectoryForceAt;
        if (fails) {
            kept.clear();
            kept.putAll(keptSince.get(0));
        }
        keptSince.clear();
        keptSince.add(new TreeMap<>(kept));
        if (fails) {
            throw new IOException("injected force failure");
        }
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

    private void changed(String name, Inode inode) {
        names.put(name, inode);
        kept.put(name, inode);
        keptSince.add(new TreeMap<>(kept));
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
        inode.dirty.set((int) (position / SECTOR_BYTES), (end + SECTOR_BYTES - 1) / SECTOR_BYTES);
        if (fails) {
            throw new IOException("injected write failure");
        }
    }

    private synchronized int read(Inode inode, ByteBuffer target, long position) throws IOException {
        int length = (int) Math.max(0, Math.min(target.remaining(), inode.now.length - position));
        if (reads == breakAt) {
            breaks.run();
        }
        int bad = inode.bad.nextSetBit((int) (position / PAGE_BYTES));
        if (++reads == failReadAt || (bad >= 0 && (long) bad * PAGE_BYTES < position + length)) {
            throw new IOException("injected read failure");
        }
        target.put(inode.now, (int) Math.min(position, inode.now.length), length);
        return length;
    }

    private synchronized void force(Inode inode) throws IOException {
        if (++forces == failForceAt) {
            inode.dirty.clear();
            throw new IOException("injected force failure");
        }
        inode.force();
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
        public int read(ByteBuffer target, long position) throws IOException {
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
