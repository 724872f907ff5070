package dev.shoal.store;

import dev.shoal.content.ContentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which file has which content, so that an unchanged file is not hashed again. Thread-safe. It only holds
 * what can be computed again: a damaged database, or one of a newer Shoal, is moved aside and a new one begun.
 */
public final class Catalog implements AutoCloseable {

    /** How many files are remembered: several times the largest share; about 300 bytes a small file. */
    public static final int MAX_FILES = 500_000;

    /**
     * How many copies of one content {@link #findByContent} tells: a few are enough to find one that is still there.
     */
    static final int MAX_COPIES = 16;

    private static final String MIGRATIONS = "dev/shoal/store/catalog";
    static final int SCHEMA_VERSION = 1;

    /** Added to the name of a database that cannot be used; there is one such file at most. */
    static final String ASIDE = ".damaged";

    /** A use is noted once in a day, so that looking up mostly reads. */
    private static final long USE_SECONDS = 86_400;

    private final Path file;
    private final int maxFiles;
    private final InstantSource clock;
    private SqliteDatabase database;
    private int added;

    private Catalog(Path file, int maxFiles, InstantSource clock) {
        this.file = file;
        this.maxFiles = maxFiles;
        this.clock = clock;
        this.database = openOrRenew();
        // The rows are counted with the first file that is added, not while somebody waits for the start.
        this.added = pruneInterval();
    }

    /**
     * Opens the catalog, a file of which the folder has to be there.
     *
     * @throws StoreException when the file cannot be written
     */
    public static Catalog open(Path file) {
        return new Catalog(file, MAX_FILES, InstantSource.system());
    }

    /** With a limit and a clock of one's own. */
    static Catalog open(Path file, int maxFiles, InstantSource clock) {
        return new Catalog(file, maxFiles, clock);
    }

    /** What the file at a path is known to be, if it still looks as it did. */
    public Optional<HashedFile> find(Path path, FileStamp stamp) {
        Path absolute = path.toAbsolutePath().normalize();
        CatalogRow row = attempt(open -> open.read(connection -> CatalogRow.select(connection, absolute)));
        if (row == null || !row.file().stamp().equals(stamp)) {
            return Optional.empty();
        }
        if (!row.holds()) {
            forget(absolute);
            return Optional.empty();
        }
        long now = clock.instant().getEpochSecond();
        if (now - row.usedSeconds() >= USE_SECONDS) {
            attempt(open -> open.write(connection -> CatalogRow.touch(connection, absolute, now)));
        }
        return Optional.of(row.file());
    }

    /** What the file at a path was when it was last looked at, whatever it is now. */
    public Optional<HashedFile> last(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        CatalogRow row = attempt(open -> open.read(connection -> CatalogRow.select(connection, absolute)));
        return Optional.ofNullable(row).filter(CatalogRow::holds).map(CatalogRow::file);
    }

    /** Files with this content that still look as they did, at most a few. */
    public List<HashedFile> findByContent(ContentId id) {
        List<CatalogRow> rows = attempt(open -> open.read(connection -> CatalogRow.select(connection, id)));
        return rows.stream()
                .filter(CatalogRow::holds)
                .map(CatalogRow::file)
                .filter(HashedFile::isCurrent)
                .toList();
    }

    /** Remembers a file; what was known of the same path is replaced. */
    public void remember(HashedFile hashed) {
        long now = clock.instant().getEpochSecond();
        boolean prune = isPruneDue();
        attempt(open -> open.write(connection -> {
            CatalogRow.insert(connection, hashed, now);
            return prune ? CatalogRow.prune(connection, maxFiles) : 0;
        }));
    }

    /** Forgets a path, because its content turned out to be another. */
    public void forget(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        attempt(open -> open.write(connection -> CatalogRow.delete(connection, absolute)));
    }

    /** What a file is: as remembered, else hashed and remembered. See {@link FileHasher#hash(Path, HashProgress)}. */
    public HashedFile hash(Path path, FileHasher hasher, HashProgress progress) {
        Optional<HashedFile> known = find(path, FileStamp.of(path));
        if (known.isPresent()) {
            return known.get();
        }
        HashedFile hashed = hasher.hash(path, progress);
        try {
            remember(hashed);
        } catch (StoreException forgotten) {
            // Remembering only saves work: a full disk under the home is no reason not to share a file.
            return hashed;
        }
        return hashed;
    }

    /** How many files are remembered. */
    public int count() {
        return attempt(open -> open.read(CatalogRow::count));
    }

    @Override
    public synchronized void close() {
        database.close();
    }

    /** Something to do with the database, once more with a new one when it turns out to be damaged. */
    @FunctionalInterface
    private interface Attempt<T extends @Nullable Object> {
        T with(SqliteDatabase open);
    }

    private <T extends @Nullable Object> T attempt(Attempt<T> attempt) {
        SqliteDatabase open = database();
        try {
            return attempt.with(open);
        } catch (DatabaseException e) {
            if (e.reason() != DatabaseException.Reason.DAMAGED) {
                throw e;
            }
            return attempt.with(renew(open));
        } catch (ContentClosedException e) {
            SqliteDatabase renewed = database();
            if (renewed == open) {
                throw e;
            }
            return attempt.with(renewed);
        }
    }

    private synchronized SqliteDatabase database() {
        return database;
    }

    /** Begins anew, unless another thread already did. */
    private synchronized SqliteDatabase renew(SqliteDatabase damaged) {
        if (database == damaged) {
            damaged.close();
            moveAside();
            database = openOrRenew();
        }
        return database;
    }

    private SqliteDatabase openOrRenew() {
        try {
            return openDatabase();
        } catch (DatabaseException e) {
            if (e.reason() != DatabaseException.Reason.DAMAGED && e.reason() != DatabaseException.Reason.NEWER) {
                throw e;
            }
            moveAside();
            return openDatabase();
        }
    }

    private SqliteDatabase openDatabase() {
        return SqliteDatabase.open(file, MIGRATIONS, SCHEMA_VERSION, SqliteDatabase.Durability.NOW_AND_THEN);
    }

    /** The log and the shared memory of the old file must not meet the new one. */
    private void moveAside() {
        try {
            if (Files.exists(file)) {
                Files.move(file, file.resolveSibling(file.getFileName() + ASIDE), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-wal"));
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-shm"));
        } catch (IOException e) {
            throw Failures.of("cannot move aside", file, e);
        }
    }

    private synchronized boolean isPruneDue() {
        added++;
        if (added <= pruneInterval()) {
            return false;
        }
        added = 0;
        return true;
    }

    /** The rows are counted after so many additions: they are at most this many too many. */
    private int pruneInterval() {
        return maxFiles / 16;
    }
}
