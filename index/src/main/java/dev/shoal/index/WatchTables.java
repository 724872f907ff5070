package dev.shoal.index;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.PeerId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The statements on the tables of who watches which names, on one connection. Who may see a name is not their matter.
 * Writes are to be made inside a transaction. For the thread that owns the connection.
 */
final class WatchTables {

    private final Handle handle;

    WatchTables(Handle handle) {
        this.handle = handle;
    }

    /**
     * A key that watches.
     *
     * @param id number of its row
     * @param watches how many names
     * @param seenDay about when it was last here
     */
    record Watcher(long id, int watches, int seenDay) {}

    /** A key that watches a name. */
    record Addressee(long watcherId, PeerId peer) {}

    /**
     * A name of which a key was not told the latest version.
     *
     * @param number of the latest version
     * @param isShown whether everybody sees the name
     */
    record Stale(Name name, int number, boolean isShown) {}

    /** A number that a key was told. */
    record Told(PeerId peer, Name name, int number) {}

    /** What is known of a key; empty for one that watches nothing. */
    Optional<Watcher> watcher(PeerId peer) {
        return handle.createQuery("SELECT id, watches, seen_day FROM watchers WHERE peer = ?")
                .bind(0, bytes(peer))
                .map((row, context) -> new Watcher(row.getLong(1), row.getInt(2), row.getInt(3)))
                .findOne();
    }

    /** The highest number of a name that somebody was told; empty when he does not watch it. */
    Optional<Integer> told(Watcher watcher, Name name) {
        return handle.createQuery("SELECT told FROM watches WHERE name = ? AND watcher_id = ?")
                .bind(0, name.text())
                .bind(1, watcher.id())
                .mapTo(Integer.class)
                .findOne();
    }

    /** Makes a watch. */
    void make(PeerId peer, Name name, int told, int day) {
        handle.execute(
                "INSERT INTO watchers (peer, watches, seen_day) VALUES (?, 0, ?) ON CONFLICT DO NOTHING",
                bytes(peer),
                day);
        handle.execute("UPDATE watchers SET watches = watches + 1, seen_day = ? WHERE peer = ?", day, bytes(peer));
        handle.execute(
                "INSERT INTO watches SELECT ?, id, ? FROM watchers WHERE peer = ?", name.text(), told, bytes(peer));
    }

    /** Ends a watch. Returns whether there was one. A key that watches nothing any more is forgotten. */
    boolean remove(PeerId peer, Name name) {
        int gone = handle.execute(
                "DELETE FROM watches WHERE name = ?" + " AND watcher_id = (SELECT id FROM watchers WHERE peer = ?)",
                name.text(),
                bytes(peer));
        if (gone > 0) {
            handle.execute("UPDATE watchers SET watches = watches - 1 WHERE peer = ?", bytes(peer));
            handle.execute("DELETE FROM watchers WHERE peer = ? AND watches = 0", bytes(peer));
        }
        return gone > 0;
    }

    /** Notes what was told. A number that is lower than what was told before changes nothing. */
    void note(List<Told> all) {
        try (PreparedBatch batch = handle.prepareBatch("UPDATE watches SET told = :number WHERE name = :name"
                + " AND watcher_id = (SELECT id FROM watchers WHERE peer = :peer) AND told < :number")) {
            for (Told told : all) {
                batch.bind("number", told.number())
                        .bind("name", told.name().text())
                        .bind("peer", bytes(told.peer()))
                        .add();
            }
            batch.execute();
        }
    }

    /** Who watches a name and was not told of a number, from a row number on. */
    List<Addressee> watching(Name name, int number, long afterId, int most) {
        return handle.createQuery("SELECT w.watcher_id, p.peer FROM watches w JOIN watchers p ON p.id = w.watcher_id"
                        + " WHERE w.name = ? AND w.watcher_id > ? AND w.told < ? ORDER BY w.watcher_id LIMIT ?")
                .bind(0, name.text())
                .bind(1, afterId)
                .bind(2, number)
                .bind(3, most)
                .map((row, context) -> new Addressee(row.getLong(1), new PeerId(Hash.of(row.getBytes(2)))))
                .list();
    }

    /** Of which of the names that it watches, in the order of their bytes, a key was not told the latest version. */
    List<Stale> stale(Watcher watcher, String after, int most) {
        return handle.createQuery("SELECT w.name, coalesce(n.number, h.number), n.number IS NOT NULL FROM watches w"
                        + " LEFT JOIN names n ON n.name = w.name LEFT JOIN private_names h ON h.name = w.name"
                        + " WHERE w.watcher_id = ? AND w.name > ? AND coalesce(n.number, h.number) > w.told"
                        + " ORDER BY w.name LIMIT ?")
                .bind(0, watcher.id())
                .bind(1, after)
                .bind(2, most)
                .map((row, context) -> new Stale(new Name(row.getString(1)), row.getInt(2), row.getBoolean(3)))
                .list();
    }

    /** A key is here. */
    void stamp(PeerId peer, int day) {
        handle.execute("UPDATE watchers SET seen_day = ? WHERE peer = ? AND seen_day < ?", day, bytes(peer), day);
    }

    /**
     * Forgets keys that were last here on or before a day.
     *
     * @return how many watches went
     */
    int expire(int day, int mostKeys) {
        List<Long> gone = handle.createQuery("SELECT id FROM watchers WHERE seen_day <= ? LIMIT ?")
                .bind(0, day)
                .bind(1, mostKeys)
                .mapTo(Long.class)
                .list();
        int watches = 0;
        for (long id : gone) {
            watches += handle.execute("DELETE FROM watches WHERE watcher_id = ?", id);
            handle.execute("DELETE FROM watchers WHERE id = ?", id);
        }
        return watches;
    }

    /** How many watches there are. */
    long count() {
        return handle.createQuery("SELECT coalesce(sum(watches), 0) FROM watchers")
                .mapTo(Long.class)
                .one();
    }

    /** All keys that watch something. */
    void forEachWatcher(Consumer<PeerId> each) {
        try (var peers = handle.createQuery("SELECT peer FROM watchers")
                .map((row, context) -> new PeerId(Hash.of(row.getBytes(1))))
                .iterator()) {
            peers.forEachRemaining(each);
        }
    }

    private static byte[] bytes(PeerId peer) {
        return peer.hash().toBytes();
    }
}
