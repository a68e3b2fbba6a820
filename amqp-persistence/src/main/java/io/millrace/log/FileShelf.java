package io.millrace.log;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import io.millrace.log.files.SalvagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives out write-ahead files and takes them back. Writing into a file whose octets were all written before needs no
 * change of the file system's own records at a sync, which makes a sync two to four times as fast; so files are filled
 * with zeros once, ahead of need, and used again and again: a file that is not needed any more waits here as a spare
 * until it gets the next number.
 *
 * <p>Names: {@code N.wal} in use, {@code n.spare} waiting, {@code next.tmp} being filled, {@code N.wal.corrupt} a copy
 * of a damaged file, kept for whoever wants to look. A name is on stable storage before the first record under it is.
 */
final class FileShelf {
    private static final Logger LOG = LoggerFactory.getLogger(FileShelf.class);

    private static final String WAL = ".wal";
    private static final String SPARE = ".spare";
    private static final String CORRUPT = ".corrupt";
    private static final String UNFINISHED = "next.tmp";
    private static final int FILL_BYTES = 1 << 20;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /**
     * A file for one large record is longer than it by this share of an ordinary one, so that the message is written
     * once even if it is for many queues: 64 MiB / 16 / 32 octets a reference = 131,072 queues.
     */
    private static final int REFERENCE_SHARE = 16;

    private final LogFiles files;
    private final LogConfig config;
    private final Executor preparer;
    private final ByteBuffer zeros;
    private final Deque<String> spares = new ArrayDeque<>();
    private long spareNumber;
    /**
     * A spare file in the making, at most one; nobody else fills files meanwhile. Gives null when it was not needed.
     */
    private FutureTask<String> pending;
    /** A spare file came back: the one in the making need not wait for a full disk. */
    private volatile boolean pendingNotNeeded;

    private volatile boolean patient;
    private volatile Room room = new Room(full -> {});

    private boolean prepareFailed;

    FileShelf(LogFiles files, LogConfig config, Executor preparer) {
        this.files = files;
        this.config = config;
        this.preparer = preparer;
        this.zeros = ByteBuffer.allocateDirect((int) Math.min(FILL_BYTES, config.fileSize()));
    }

    static String walName(long number) {
        return String.format("%020d%s", number, WAL);
    }

    static boolean isWal(String name) {
        return isNumbered(name, WAL);
    }

    static long walNumber(String name) {
        return number(name, WAL);
    }

    /**
     * Looks through the directory: the files in use in the order of their numbers; spares are kept, rubbish removed.
     */
    List<WalFile> existing() throws IOException {
        List<WalFile> inUse = new ArrayList<>();
        for (String name : files.list()) {
            if (isNumbered(name, WAL)) {
                inUse.add(new WalFile(number(name, WAL), sizeOf(name)));
            } else if (isNumbered(name, SPARE)) {
                keepSpare(name);
            } else if (name.equals(UNFINISHED)) {
                files.delete(name);
            }
        }
        if (inUse.isEmpty()) {
            // Somebody took the log away, and numbers begin anew: an old spare file might hold records with just these.
            for (String spare : spares) {
                files.delete(spare);
            }
            spares.clear();
        }
        inUse.sort(Comparator.comparingLong(file -> file.number));
        return inUse;
    }

    LogFile open(WalFile file) throws IOException {
        return files.open(file.name);
    }

    /** From now on who needs a file waits until the disk has room for it. */
    void waitForRoom(Room newRoom) {
        room = newRoom;
        patient = true;
    }

    /** Nobody is to wait any more. Any thread. */
    void losePatience() {
        patient = false;
    }

    /** Begins to make a spare file unless there is one, so that a full disk is noticed before the file is needed. */
    void prepareAhead() {
        if (!spares.isEmpty() || prepareFailed) {
            return;
        }
        if (pending == null) {
            String name = nextSpareName();
            pendingNotNeeded = false;
            pending = new FutureTask<>(
                    () -> createWhenThereIsRoom(name, config.fileSize(), () -> pendingNotNeeded) ? name : null);
            preparer.execute(pending);
        } else if (pending.isDone()) {
            takePending();
        }
    }

    /** A file of at least this many octets under this number; waits for the one in the making if need be. */
    WalFile activate(long number, long sizeNeeded) throws IOException {
        prepareFailed = false;
        String name = walName(number);
        if (sizeNeeded > config.fileSize()) {
            takePending();
            long size = sizeNeeded + config.fileSize() / REFERENCE_SHARE & -RecordFormat.ALIGNMENT;
            createWhenThereIsRoom(name, size, () -> false);
            files.forceDirectory();
            return new WalFile(number, size);
        }
        if (spares.isEmpty()) {
            takePending();
        }
        if (spares.isEmpty()) {
            createWhenThereIsRoom(name, config.fileSize(), () -> false);
        } else {
            files.rename(spares.pop(), name);
        }
        files.forceDirectory();
        return new WalFile(number, config.fileSize());
    }

    /** Takes back a file that is not needed any more. */
    void retire(WalFile file) throws IOException {
        if (file.unreadable) {
            files.rename(file.name, file.name + CORRUPT);
            LOG.warn("Kept the file {} in {}, which cannot be read, as {}", file, files, file.name + CORRUPT);
        } else if (file.size == config.fileSize() && spares.size() < config.spareFilesMax()) {
            String spare = nextSpareName();
            files.rename(file.name, spare);
            spares.add(spare);
            pendingNotNeeded = true;
        } else {
            files.delete(file.name);
        }
        files.forceDirectory();
    }

    /** Writes zeros from {@code from} to the end of a file. */
    void zero(LogFile file, long from, long to) throws IOException {
        long at = from;
        while (at < to) {
            int piece = (int) Math.min(zeros.capacity(), to - at);
            file.write(zeros.clear().limit(piece), at);
            at += piece;
        }
    }

    /** Keeps a copy of a damaged file, the first time that it is found to be so. */
    void copyAside(WalFile file) {
        copyAside(files, file.name);
    }

    static void copyAside(LogFiles files, String file) {
        String copy = file + CORRUPT;
        try {
            if (files.list().contains(copy)) {
                return;
            }
            try (LogFile source = new SalvagedFile(files.open(file));
                    LogFile target = files.create(copy)) {
                ByteBuffer piece = ByteBuffer.allocateDirect((int) Math.max(1, Math.min(FILL_BYTES, source.size())));
                long at = 0;
                for (int n = source.read(piece, at); n > 0; n = source.read(piece.clear(), at)) {
                    target.write(piece.flip(), at);
                    at += n;
                }
                target.force();
            }
            files.forceDirectory();
            LOG.warn("Kept a copy of the damaged file {} in {} as {}", file, files, copy);
        } catch (IOException e) {
            LOG.warn("Cannot keep a copy of the damaged file {} in {}: {}", file, files, e.getMessage());
        }
    }

    /** Waits for what is under way, so that nothing touches the directory afterwards. */
    void close() {
        patient = false;
        takePending();
    }

    /** Where it is, for messages. */
    @Override
    public String toString() {
        return files.toString();
    }

    private void takePending() {
        if (pending == null) {
            return;
        }
        FutureTask<String> task = pending;
        pending = null;
        try {
            String spare = task.get();
            if (spare != null) {
                spares.add(spare);
            }
        } catch (ExecutionException e) {
            prepareFailed = true;
            LOG.warn(
                    "Cannot allocate the next write-ahead file in {}, will try again when it is needed: {}",
                    files,
                    e.getCause().getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted, which nobody may do to this thread", e);
        }
    }

    /**
     * Creates a file; while the disk has no room for it this is tried again, by whoever has patience.
     *
     * @return false when it became needless meanwhile
     */
    private boolean createWhenThereIsRoom(String name, long size, BooleanSupplier needless) throws IOException {
        IOException reported = null;
        while (reported == null || !needless.getAsBoolean()) {
            try {
                createFilled(name, size);
                foundRoom(reported);
                return true;
            } catch (IOException e) {
                if (!patient) {
                    throw e;
                }
                if (reported == null) {
                    LOG.error(
                            "Cannot allocate the next write-ahead file in {}, publishers wait until it is possible: {}",
                            files,
                            e.getMessage());
                    room.isLacking(Room.User.WRITE_AHEAD, true);
                }
                reported = e;
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
        foundRoom(reported);
        return false;
    }

    private void foundRoom(IOException reported) {
        if (reported != null) {
            LOG.info("There is a next write-ahead file in {} again", files);
            room.isLacking(Room.User.WRITE_AHEAD, false);
        }
    }

    /** Throws when the disk has no room for so many octets. */
    static void requireRoom(LogFiles files, long bytes) throws IOException {
        long usable = files.usableSpace();
        if (usable < bytes) {
            throw new IOException("No space left on device for " + bytes + " octets: there are " + Math.max(0, usable)
                    + ", less what others need");
        }
    }

    private void createFilled(String name, long size) throws IOException {
        // Before the disk is filled to the last octet for nothing.
        requireRoom(files, size);
        try {
            try (LogFile file = files.create(UNFINISHED)) {
                zero(file, 0, size);
                file.force();
            }
            files.rename(UNFINISHED, name);
        } catch (IOException e) {
            removeUnfinished();
            throw e;
        }
    }

    private void removeUnfinished() {
        try {
            if (files.list().contains(UNFINISHED)) {
                files.delete(UNFINISHED);
            }
        } catch (IOException e) {
            LOG.warn("Cannot remove {} in {}: {}", UNFINISHED, files, e.getMessage());
        }
    }

    private void keepSpare(String name) throws IOException {
        if (sizeOf(name) != config.fileSize() || spares.size() >= Math.max(1, config.spareFilesMax())) {
            files.delete(name);
            return;
        }
        spares.add(name);
        spareNumber = Math.max(spareNumber, number(name, SPARE));
    }

    private String nextSpareName() {
        spareNumber++;
        return String.format("%020d%s", spareNumber, SPARE);
    }

    private long sizeOf(String name) throws IOException {
        try (LogFile file = files.open(name)) {
            return file.size();
        }
    }

    private static boolean isNumbered(String name, String suffix) {
        return name.length() == 20 + suffix.length()
                && name.endsWith(suffix)
                && name.chars().limit(20).allMatch(c -> c >= '0' && c <= '9')
                && name.compareTo("0" + Long.MAX_VALUE) <= 0;
    }

    private static long number(String name, String suffix) {
        return Long.parseLong(name.substring(0, name.length() - suffix.length()));
    }
}
