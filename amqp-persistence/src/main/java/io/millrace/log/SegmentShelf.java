package io.millrace.log;

import io.millrace.log.files.LogFile;
import io.millrace.log.files.LogFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segment files by their names, beside the write-ahead files in the same directory. */
final class SegmentShelf {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentShelf.class);

    private static final String SUFFIX = ".seg";
    private static final String CORRUPT = ".corrupt";
    private static final int ID_DIGITS = 10;
    private static final int NAME_LENGTH = ID_DIGITS + 1 + 20 + SUFFIX.length();

    private final LogFiles files;

    SegmentShelf(LogFiles files) {
        this.files = files;
    }

    static String name(int queueId, long number) {
        return String.format("%010d-%020d%s", queueId, number, SUFFIX);
    }

    /** A segment file that was found. */
    record Found(int queueId, long number) {
        String name() {
            return SegmentShelf.name(queueId, number);
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

    LogFile create(Segment segment) throws IOException {
        return files.create(segment.name);
    }

    LogFile open(String name) throws IOException {
        return files.open(name);
    }

    void delete(String name) throws IOException {
        files.delete(name);
    }

    /** Gives up a segment that is not needed any more; a damaged one stays for whoever wants to look. */
    void remove(Segment segment) throws IOException {
        if (segment.damaged) {
            files.rename(segment.name, segment.name + CORRUPT);
            LOG.warn("Kept the damaged segment file {} in {} as {}", segment, files, segment.name + CORRUPT);
        } else {
            files.delete(segment.name);
        }
    }

    LogFiles files() {
        return files;
    }

    @Override
    public String toString() {
        return files.toString();
    }
}
