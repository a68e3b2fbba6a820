package io.millrace.definitions;

import io.millrace.definitions.DefinitionChange.PutQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Definitions in one embedded H2 database file, {@code definitions.mv.db}, that only its owner may read.
 *
 * <p>H2 writes a commit to the file some time later and never asks the disk to keep it. Every change here is therefore
 * a COMMIT followed by {@code CHECKPOINT SYNC}, which writes what is committed and returns after fsync. A crash in
 * between loses the change as a whole: H2 opens the last complete version of the file.
 */
public final class H2DefinitionStore implements DefinitionStore {
    /** Says how much can still be written. */
    interface FreeSpace {
        /** In octets. */
        long bytes() throws IOException;
    }

    private interface Work {
        void run() throws SQLException;
    }

    /** What a change may need of the disk; a deletion needs less, so that it is there to make room. */
    private static final long ROOM_BYTES = 8 << 20;

    private static final long ROOM_FOR_DELETION_BYTES = 1 << 20;

    private final DatabaseFile file;
    private final FreeSpace space;
    private final Connection connection;
    private final Statements statements;
    private final DefinitionWriter writer;
    private final QueueIds queueIds;
    private boolean broken;

    private H2DefinitionStore(DatabaseFile file, FreeSpace space, Connection connection) throws SQLException {
        this.file = file;
        this.space = space;
        this.connection = connection;
        this.statements = new Statements(connection);
        this.writer = new DefinitionWriter(statements);
        this.queueIds = new QueueIds(reservedQueueIds());
    }

    /**
     * Opens the file in the directory, creating both when missing, and brings an older schema up to date.
     *
     * @throws DefinitionStoreException another broker has it open, it was written by a newer release, or it cannot be
     *     read or written
     */
    public static H2DefinitionStore open(Path directory) {
        return open(directory, SchemaMigrations.STEPS);
    }

    static H2DefinitionStore open(Path directory, List<SchemaMigrations.Step> steps) {
        return open(directory, steps, () -> Files.getFileStore(directory).getUsableSpace());
    }

    static H2DefinitionStore open(Path directory, List<SchemaMigrations.Step> steps, FreeSpace space) {
        DatabaseFile file = new DatabaseFile(directory);
        try {
            return open(file, steps, space);
        } catch (RuntimeException e) {
            closeAfter(e, file);
            throw e;
        }
    }

    private static H2DefinitionStore open(DatabaseFile file, List<SchemaMigrations.Step> steps, FreeSpace space) {
        Connection connection = file.open();
        try {
            new SchemaMigrations(steps).migrate(connection);
            return new H2DefinitionStore(file, space, connection);
        } catch (SQLException e) {
            closeAfter(e, connection);
            throw new DefinitionStoreException("cannot read " + file.path() + ": " + e.getMessage(), e, false);
        } catch (RuntimeException e) {
            closeAfter(e, connection);
            throw e;
        }
    }

    @Override
    public Definitions load() {
        try {
            return new DefinitionReader(statements).read();
        } catch (SQLException e) {
            throw failure("cannot read", e, false);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>One statement a change: batches of JDBC save round trips, and an embedded database has none.
     */
    @Override
    public void apply(List<DefinitionChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        int highestId = 0;
        long room = ROOM_FOR_DELETION_BYTES;
        for (DefinitionChange change : changes) {
            room = change.isDeletion() ? room : ROOM_BYTES;
            if (change instanceof PutQueue put) {
                highestId = Math.max(highestId, put.queue().id());
            }
        }
        int used = highestId;
        requireRoom(room);
        durably(() -> {
            if (!queueIds.isReserved(used)) {
                reserveQueueIds(used);
            }
            for (DefinitionChange change : changes) {
                writer.write(change);
            }
        });
        queueIds.reservedUpTo(used);
        queueIds.used(used);
    }

    @Override
    public int nextQueueId() {
        if (queueIds.isBlockUsedUp()) {
            int end = queueIds.endOfNextBlock();
            requireRoom(ROOM_BYTES);
            durably(() -> reserveQueueIds(end));
            queueIds.reservedUpTo(end);
        }
        return queueIds.next();
    }

    @Override
    public String property(String name) {
        try (ResultSet row = statements
                .bind("SELECT content FROM property WHERE name = ?", name)
                .executeQuery()) {
            return row.next() ? row.getString(1) : null;
        } catch (SQLException e) {
            throw failure("cannot read", e, false);
        }
    }

    @Override
    public void property(String name, String value) {
        durably(() -> statements.update("MERGE INTO property(name, content) KEY(name) VALUES (?, ?)", name, value));
    }

    @Override
    public void close() {
        try {
            connection.close();
            file.close();
        } catch (SQLException | IOException e) {
            throw failure("cannot close", e, false);
        }
    }

    private int reservedQueueIds() throws SQLException {
        try (ResultSet row = statements.bind("SELECT reserved FROM queue_ids").executeQuery()) {
            if (!row.next()) {
                throw new SQLException("the row of reserved queue ids is missing");
            }
            return row.getInt(1);
        }
    }

    private void reserveQueueIds(int upTo) throws SQLException {
        statements.update("UPDATE queue_ids SET reserved = ?", upTo);
    }

    /** A write that fails half-way is fatal; so a disk that is nearly full is refused beforehand. */
    private void requireRoom(long bytes) {
        long free;
        try {
            free = space.bytes();
        } catch (IOException e) {
            throw failure("cannot tell the free space for", e, false);
        }
        if (free < bytes) {
            throw new DiskFullException(
                    "the disk is full: " + free + " octets are free, a change of definitions needs " + bytes);
        }
    }

    /** All of the work or none of it, on the disk when this returns. */
    private void durably(Work work) {
        if (broken) {
            throw new DefinitionStoreException("an earlier write to " + file.path() + " failed", null, true);
        }
        try {
            work.run();
        } catch (SQLException e) {
            rollBack(e);
            throw failure("cannot change", e, false);
        } catch (RuntimeException e) {
            rollBack(e);
            throw e;
        }
        try {
            connection.commit();
            statements.update("CHECKPOINT SYNC");
        } catch (SQLException e) {
            broken = true;
            throw failure("cannot make a change durable in", e, true);
        }
    }

    private void rollBack(Exception reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            broken = true;
            e.addSuppressed(reason);
            throw failure("cannot take back a failed change in", e, true);
        }
    }

    private DefinitionStoreException failure(String what, Exception cause, boolean fatal) {
        return new DefinitionStoreException(what + " " + file.path() + ": " + cause.getMessage(), cause, fatal);
    }

    private static void closeAfter(Exception reason, AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            reason.addSuppressed(e);
        }
    }
}
