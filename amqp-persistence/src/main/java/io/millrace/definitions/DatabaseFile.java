package io.millrace.definitions;

import io.millrace.log.files.DiskFiles;
import io.millrace.log.files.LogFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.h2.Driver;
import org.h2.api.ErrorCode;

/** The one file of the H2 database, {@code definitions.mv.db}: where it is, who may read it, how it is opened. */
final class DatabaseFile implements Closeable {
    private static final String NAME = "definitions";
    private static final String FILE_NAME = NAME + ".mv.db";

    /**
     * The broker's own shutdown closes the file, so H2's hook stays off. Nothing but this connection is let in. A trace
     * file of H2's would tell nothing that its exceptions do not. Results are read row by row, because H2 otherwise
     * spills large ones to a temporary file. The cache is for writes into large trees; reads happen once.
     */
    private static final String OPTIONS = ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0"
            + ";LAZY_QUERY_EXECUTION=TRUE;CACHE_SIZE=8192";

    private final Path directory;
    private Closeable lock;

    DatabaseFile(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    Path path() {
        return directory.resolve(FILE_NAME);
    }

    /**
     * Creates what is missing and opens it. {@link #close} is due also when this fails.
     *
     * @throws DefinitionStoreException another broker has it, or it cannot be read or written
     */
    Connection open() {
        if (directory.toString().indexOf(';') >= 0) {
            throw failure("its path contains ';', which the database cannot open", null);
        }
        try {
            create();
            prepare(DiskFiles.in(directory));
        } catch (IOException e) {
            throw failure(e.getMessage(), e);
        }
        return connect();
    }

    private void prepare(DiskFiles files) throws IOException {
        // H2's own lock comes too late for what is done before H2 opens the file.
        lock = files.lock();
        try (LogFile file = files.open(FILE_NAME)) {
            NewestVersion.nameInHeader(file);
        }
    }

    /** Lets others have the file. The connection is closed by then. */
    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }

    /** The file exists before H2 sees it, so that there is no moment at which others could read password hashes. */
    private void create() throws IOException {
        boolean newDirectory = Files.notExists(directory);
        Files.createDirectories(directory);
        try {
            Files.createFile(path(), ownerOnly());
        } catch (FileAlreadyExistsException e) {
            return;
        }
        force(directory);
        if (newDirectory && directory.getParent() != null) {
            force(directory.getParent());
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** A new name is durable once its directory is. */
    private static void force(Path directory) throws IOException {
        DiskFiles.in(directory).forceDirectory();
    }

    private Connection connect() {
        Properties owner = new Properties();
        owner.setProperty("user", "");
        owner.setProperty("password", "");
        try {
            Connection connection = new Driver().connect("jdbc:h2:file:" + directory.resolve(NAME) + OPTIONS, owner);
            try (var statement = connection.createStatement()) {
                // The file lock keeps other processes out, this keeps the rest of our own process out.
                statement.execute("SET EXCLUSIVE 1");
                connection.setAutoCommit(false);
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            boolean taken = e.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1
                    || e.getErrorCode() == ErrorCode.DATABASE_IS_IN_EXCLUSIVE_MODE;
            throw failure(taken ? "another broker is using this directory" : e.getMessage(), e);
        }
    }

    private DefinitionStoreException failure(String reason, Exception cause) {
        return new DefinitionStoreException("cannot open " + path() + ": " + reason, cause, false);
    }
}
