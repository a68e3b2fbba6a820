package io.millrace.log;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segment files by their names, beside the write-ahead files in the same directory. */
final class SegmentShelf {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentShelf.class);

    private static final String SUFFIX = ".seg";
    private static final String CORRUPT = ".corrupt";
    private static final int ID_DIGITS = 10;
    private static final int NUMBER_DIGITS = 20;
    private static final int NAME_LENGTH = ID_DIGITS + 1 + NUMBER_DIGITS + SUFFIX.length();

    /** In place of a queue's id: the file is shared. No queue that is stored has it. */
    static final int SHARED = 0;

    private final LogFiles files;
    /** How many needed segments each shared file has, by its number. */
    private final Map<Long, Integer> sharers = new HashMap<>();
    /** The numbers of the shared files with damage. */
    private final Set<Long> damagedShared = new HashSet<>();

    SegmentShelf(LogFiles files) {
        this.files = files;
    }

    static String name(int queueId, long number) {
        StringBuilder name = new StringBuilder(NAME_LENGTH);
        digits(name, queueId, ID_DIGITS);
        name.append('-');
        digits(name, number, NUMBER_DIGITS);
        return name.append(SUFFIX).toString();
    }

    /** With zeros in front. A format would take a fifth of the start with thousands of queues. */
    private static void digits(StringBuilder name, long number, int width) {
        String digits = Long.toString(number);
        for (int i = digits.length(); i < width; i++) {
            name.append('0');
        }
        name.append(digits);
    }

    /** A segment file that was found. */
    record Found(int queueId, long number) {
        String name() {
            return SegmentShelf.name(queueId, number);
        }

        boolean isShared() {
            return queueId == SHARED;
        }
    }

    List<Found> existing() throws IOException {
        List<Found> found = new ArrayList<>();
        for (String name : files.list()) {
            if (name.length() == NAME_LENGTH && name.endsWith(SUFFIX)) {
                int queueId = Integer.parseInt(name.substring(0, ID_DIGITS));
                long number = Long.parseLong(name.substring(ID_DIGITS + 1, NAME_LENGTH - SUFFIX.length()));
                found.add(new Found(queueId, number));
            }
        }
        return found;
    }

    /** Throws when the disk has no room for so many octets. */
    void requireRoom(long bytes) throws IOException {
        FileShelf.requireRoom(files, bytes);
    }

    LogFile create(String name) throws IOException {
        return files.create(name);
    }

    LogFile open(String name) throws IOException {
        return files.open(name);
    }

    void delete(String name) throws IOException {
        files.delete(name);
    }

    /** Gives up a file that cannot be read; it stays for whoever wants to look. */
    void setAside(String name) throws IOException {
        files.rename(name, name + CORRUPT);
        LOG.warn("Kept the damaged segment file {} in {} as {}", name, files, name + CORRUPT);
    }

    /** The segment is needed: its file, if others are in it as well, stays until all of them are removed. */
    void keep(Segment segment) {
        if (segment.shared) {
            sharers.merge(segment.number, 1, Integer::sum);
        }
    }

    /**
     * Gives up a segment that is not needed any more; a damaged file stays for whoever wants to look.
     *
     * @return whether the file is gone, and not needed for others
     */
    boolean remove(Segment segment) throws IOException {
        if (segment.shared) {
            if (segment.damaged) {
                damagedShared.add(segment.number);
            }
            int others = sharers.merge(segment.number, -1, Integer::sum);
            if (others > 0) {
                return false;
            }
            sharers.remove(segment.number);
        }
        if (segment.damaged || (segment.shared && damagedShared.remove(segment.number))) {
            setAside(segment.name);
        } else {
            files.delete(segment.name);
        }
        return true;
    }

    LogFiles files() {
        return files;
    }

    @Override
    public String toString() {
        return files.toString();
    }
}
