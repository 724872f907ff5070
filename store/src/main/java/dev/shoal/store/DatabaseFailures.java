package dev.shoal.store;

import dev.shoal.store.DatabaseException.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Turns SQLite's result codes into what a person can act on. The codes are those of sqlite.org/rescode.html. */
final class DatabaseFailures {

    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int READ_ONLY = 8;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANNOT_OPEN = 14;
    private static final int NOT_A_DATABASE = 26;

    private DatabaseFailures() {}

    static StoreException of(Path file, SQLException cause) {
        String what = "the database " + Failures.show(file);
        // An extended code says more in its upper bytes.
        return switch (cause.getErrorCode() & 0xff) {
            case CORRUPT, NOT_A_DATABASE ->
                new DatabaseException(
                        Reason.DAMAGED, what + " is damaged. Restore it from a copy, or move it away", cause);
            case BUSY, LOCKED -> busy(file, cause);
            case FULL ->
                new DiskFullException(what + " cannot grow: the disk is full. Free some space and try again", 0, cause);
            case CANNOT_OPEN, READ_ONLY ->
                new DatabaseException(
                        Reason.FAILED,
                        what + " cannot be opened for writing. Check that its folder is there and who may write to it",
                        cause);
            default -> new DatabaseException(Reason.FAILED, what + ": " + cause.getMessage(), cause);
        };
    }

    static DatabaseException busy(Path file, @Nullable SQLException cause) {
        return new DatabaseException(
                Reason.BUSY,
                "the database " + Failures.show(file) + " was in use for more than " + SqliteDatabase.WAIT_MILLIS / 1000
                        + " seconds. Is another Shoal stuck in this home?",
                cause);
    }
}
