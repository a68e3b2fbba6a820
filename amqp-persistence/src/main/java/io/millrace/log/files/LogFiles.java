package io.millrace.log.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * One directory of log files. Names are plain file names. A name made by {@link #create}, {@link #rename} or
 * {@link #delete} outlives a power failure only after {@link #forceDirectory}.
 *
 * <p>Safe for use by several threads as long as they name different files.
 */
public interface LogFiles {
    /** Takes the directory for this process until the result is closed; fails, naming the directory, if it is taken. */
    Closeable lock() throws IOException;

    /** Creates an empty file; fails if the name exists. */
    LogFile create(String name) throws IOException;

    /** Opens an existing file for reading and writing. */
    LogFile open(String name) throws IOException;

    /** All file names of the directory, in no particular order. */
    List<String> list() throws IOException;

    /** Gives the file another name in one step, replacing a file that has it. */
    void rename(String from, String to) throws IOException;

    /** Removes a file that exists. */
    void delete(String name) throws IOException;

    /** Returns when all names are as they are now on stable storage. */
    void forceDirectory() throws IOException;

    /**
     * Octets that may still be written to the file system of the directory; negative when others need more than there
     * is.
     */
    long usableSpace() throws IOException;
}
