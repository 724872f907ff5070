package dev.shoal.store;

import dev.shoal.content.Name;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names that a home follows. What was written here survives a power cut: it says which files are whose, and what
 * was going on with them. Thread-safe; several processes may read, and the one that runs the home's peer writes.
 */
public final class SubscriptionList implements AutoCloseable {

    /** As many as an index watches for one peer. */
    public static final int MAX_SUBSCRIPTIONS = 10_000;

    private static final String MIGRATIONS = "dev/shoal/store/subscriptions";
    private static final int SCHEMA_VERSION = 2;

    private final SqliteDatabase database;
    private final int most;

    private SubscriptionList(SqliteDatabase database, int most) {
        this.database = database;
        this.most = most;
    }

    /**
     * Opens the list, and makes it when there is none; its folder has to be there.
     *
     * @throws DatabaseException when it is damaged, is from a newer Shoal, or cannot be opened
     */
    public static SubscriptionList open(Path file) {
        return open(file, MAX_SUBSCRIPTIONS);
    }

    /** With a limit of one's own. */
    static SubscriptionList open(Path file, int most) {
        return new SubscriptionList(
                SqliteDatabase.open(file, MIGRATIONS, SCHEMA_VERSION, SqliteDatabase.Durability.EVERY_COMMIT), most);
    }

    /** All, in the order in which they were made. */
    public List<Subscription> all() {
        return database.read(SubscriptionRows::all);
    }

    /** The one of a name at an index. */
    public Optional<Subscription> find(String indexKey, Name name) {
        return all().stream()
                .filter(one -> one.source().indexKey().equals(indexKey)
                        && one.source().name().equals(name))
                .findFirst();
    }

    /** The one with a number; empty when it is gone. */
    public Optional<Subscription> find(long id) {
        return all().stream().filter(one -> one.id() == id).findFirst();
    }

    /**
     * Adds one, of which neither the name nor the file may be in the list yet.
     *
     * @throws StoreException when there are as many as there may be
     */
    public Subscription add(Subscription fresh) {
        long id = database.write(connection -> {
            if (SubscriptionRows.count(connection) >= most) {
                throw new StoreException("this home follows " + most
                        + " names already, and follows no more. End some with `shoal unsub`");
            }
            long number = SubscriptionRows.insert(connection, fresh);
            SubscriptionRows.update(connection, withId(fresh, number));
            FolderRows.insert(connection, withId(fresh, number));
            return number;
        });
        return withId(fresh, id);
    }

    private static Subscription withId(Subscription one, long id) {
        return new Subscription(
                id,
                one.source(),
                one.file(),
                one.folder(),
                one.terms(),
                one.seen(),
                one.present(),
                one.syncedMillis(),
                one.savedBytes());
    }

    /** Changes which paths of a folder are wanted. */
    public void want(Subscription changed) {
        database.write(connection -> {
            SubscriptionRows.update(connection, changed);
            return FolderRows.want(connection, changed);
        });
    }

    /** What is known of a folder that is followed. */
    FolderState state(Subscription one) {
        byte[] bytes = database.read(connection -> FolderRows.state(connection, one.id()));
        return bytes == null ? FolderState.NOTHING : FolderState.of(bytes);
    }

    /** The version of a folder that is being put there; empty for none. */
    Optional<FolderArrival> arrival(Subscription one) {
        return Optional.ofNullable(database.read(connection -> FolderRows.arrival(connection, one.id())))
                .map(FolderArrival::of);
    }

    /** A version of a folder is about to be put there. */
    void begin(Subscription one, FolderArrival arrival) {
        database.write(connection -> FolderRows.begin(connection, one.id(), arrival.toBytes()));
    }

    /**
     * A folder is in another state, and nothing is being put there any more.
     *
     * @param others what is kept besides from now on
     */
    void settle(Subscription changed, FolderState state, List<OtherFile> others) {
        database.write(connection -> {
            SubscriptionRows.update(connection, changed);
            for (OtherFile other : others) {
                SubscriptionRows.insert(connection, changed.id(), other);
            }
            return FolderRows.end(connection, changed.id(), state.toBytes());
        });
    }

    /** Writes what has changed of one. */
    public void change(Subscription changed) {
        database.write(connection -> SubscriptionRows.update(connection, changed));
    }

    /** Takes one out; files stay. */
    public void remove(Subscription gone) {
        database.write(connection -> SubscriptionRows.delete(connection, gone.id()));
    }

    /** The files that one keeps besides, in the order in which they came. */
    public List<OtherFile> others(Subscription one) {
        return database.read(connection -> SubscriptionRows.others(connection, one.id()));
    }

    void add(Subscription one, OtherFile other) {
        database.write(connection -> SubscriptionRows.insert(connection, one.id(), other));
    }

    void forget(Subscription one, OtherFile other) {
        database.write(connection -> SubscriptionRows.delete(connection, one.id(), other.file()));
    }

    Optional<PendingReplacement> pending(Subscription one) {
        return Optional.ofNullable(database.read(connection -> SubscriptionRows.pending(connection, one.id())));
    }

    void begin(Subscription one, PendingReplacement pending) {
        database.write(connection -> SubscriptionRows.insert(connection, one.id(), pending));
    }

    /**
     * A replacement has ended, one way or the other.
     *
     * @param changed the subscription as it is now
     * @param kept the file that was replaced; null when nothing of it is kept
     * @param taken the file that was put there, which was one of those that are kept besides; null when it was none
     */
    void end(Subscription changed, @Nullable OtherFile kept, @Nullable Path taken) {
        database.write(connection -> {
            SubscriptionRows.update(connection, changed);
            if (taken != null) {
                SubscriptionRows.delete(connection, changed.id(), taken);
            }
            if (kept != null) {
                SubscriptionRows.insert(connection, changed.id(), kept);
            }
            return SubscriptionRows.deletePending(connection, changed.id());
        });
    }

    /** Closes the database. */
    @Override
    public void close() {
        database.close();
    }
}
