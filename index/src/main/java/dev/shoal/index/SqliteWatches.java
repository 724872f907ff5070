package dev.shoal.index;

import dev.shoal.content.Name;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexPush.NewVersion;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexRequest.Watch;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Which keys watch which names and what they were told, in the database of the names. Who may not see a name is
 * answered as if it were not there. Thread-safe; answers come on the database's threads.
 */
final class SqliteWatches {

    /** How many of those who watch a name are looked up in one task, so that others get their turn. */
    private static final int ADDRESSEES_AT_ONCE = 500;

    /** How many names a key is told of before it has acknowledged them. */
    private static final int UNSEEN_AT_ONCE = Nudges.MAX_PER_SESSION / 2;

    /** How many keys are forgotten in one task. */
    private static final int EXPIRED_AT_ONCE = 100;

    /** A key that was seen on a day is not stamped again for so many. */
    private static final int STAMPED_DAYS = 7;

    private static final long MILLIS_PER_DAY = TimeUnit.DAYS.toMillis(1);

    private final SqliteNames names;
    private final WatchLimits limits;
    private final PeerSet watchers = new PeerSet();
    private final AtomicLong count = new AtomicLong();
    private final AddressQuota madeByAddress;

    private SqliteWatches(SqliteNames names, WatchLimits limits) {
        this.names = names;
        this.limits = limits;
        this.madeByAddress = new AddressQuota(limits.perAddress());
    }

    /**
     * Those of some names.
     *
     * @throws IndexException when they cannot be read
     */
    static SqliteWatches beside(SqliteNames names, WatchLimits limits) {
        SqliteWatches watches = new SqliteWatches(names, limits);
        watches.count.set(names.readers()
                .read(handle -> {
                    WatchTables tables = new WatchTables(handle);
                    tables.forEachWatcher(watches.watchers::add);
                    return tables.count();
                })
                .join());
        return watches;
    }

    /**
     * Which of those who watch a name are to be told of it.
     *
     * @param peers of these rows, who is here and sees the name
     * @param number of its latest version
     * @param lastId of these rows; 0 when there are no further ones
     */
    record Addressees(List<PeerId> peers, int number, long lastId) {

        private static final Addressees NOBODY = new Addressees(List.of(), 0, 0);
    }

    /**
     * What a key was not told.
     *
     * @param versions the latest of names that it sees
     * @param more after which name there is more; null when there is not
     */
    record Unseen(List<NewVersion> versions, @Nullable String more) {

        private static final Unseen NOTHING = new Unseen(List.of(), null);
    }

    /** An answer, and by how much the number of watches grew. */
    private record Wrote(Pdu answer, int grew) {}

    /** How many watches there are. */
    long count() {
        return count.get();
    }

    /** Whether a key watches something, as far as can be told without the database; never wrongly no. */
    boolean mayWatch(PeerId peer) {
        return watchers.contains(peer);
    }

    /**
     * A key wants to watch a name, or does and says so again. The answer is an {@code Ack} with the number of the
     * latest version, which counts as told, or a {@code Failure}.
     *
     * @param asker who asks, looked at again when it is written
     */
    CompletableFuture<Pdu> watch(PeerId peer, Watch wish, Supplier<Asker> asker, InetAddress address, long nowMillis) {
        int today = day(nowMillis);
        return names.readers()
                .submit(tables -> known(tables, peer, wish, asker.get(), today))
                .thenCompose(known -> known.map(CompletableFuture::completedFuture)
                        .orElseGet(() -> written(peer, wish, asker, address, today)));
    }

    /** It no longer wants to. The answer says whether it did. */
    CompletableFuture<Boolean> unwatch(PeerId peer, Name name) {
        return names.readers()
                .read(handle -> {
                    WatchTables tables = new WatchTables(handle);
                    return tables.watcher(peer)
                            .flatMap(watcher -> tables.told(watcher, name))
                            .isPresent();
                })
                .thenCompose(isWatched -> isWatched
                        ? names.writer()
                                .write(
                                        handle -> new WatchTables(handle).remove(peer, name),
                                        gone -> count.addAndGet(gone ? -1 : 0))
                        : CompletableFuture.completedFuture(false));
    }

    /**
     * Who is to be told that a name has a version with a number, of those who were not told yet.
     *
     * @param afterId from which row on
     * @param here who a key is, when it has a session
     */
    CompletableFuture<Addressees> addressees(
            Name name, int number, long afterId, Function<PeerId, Optional<Asker>> here) {
        return names.readers().submit(tables -> {
            Optional<NameTables.Found> shown = tables.find(name);
            NameTables.Found found =
                    shown.or(() -> tables.privates().find(name)).orElse(null);
            if (found == null) {
                return Addressees.NOBODY;
            }
            List<WatchTables.Addressee> rows =
                    new WatchTables(tables.handle()).watching(name, number, afterId, ADDRESSEES_AT_ONCE);
            List<PeerId> peers = rows.stream()
                    .map(WatchTables.Addressee::peer)
                    .filter(peer -> here.apply(peer)
                            .filter(asker -> shown.isPresent() || isSeen(tables, name, asker))
                            .isPresent())
                    .toList();
            return new Addressees(
                    peers,
                    found.number(),
                    rows.size() < ADDRESSEES_AT_ONCE ? 0 : rows.getLast().watcherId());
        });
    }

    /** Of which names a key was not told the latest version, after a name. */
    CompletableFuture<Unseen> unseen(PeerId peer, Asker asker, String after, long nowMillis) {
        int today = day(nowMillis);
        return names.readers().submit(tables -> {
            WatchTables watches = new WatchTables(tables.handle());
            WatchTables.Watcher watcher = watches.watcher(peer).orElse(null);
            if (watcher == null) {
                return Unseen.NOTHING;
            }
            if (today - watcher.seenDay() >= STAMPED_DAYS) {
                // When there is no room for it now, its next session brings another try.
                names.writer().write(handle -> stamped(handle, peer, today), done -> {});
            }
            List<WatchTables.Stale> stale = watches.stale(watcher, after, UNSEEN_AT_ONCE);
            List<NewVersion> versions = new ArrayList<>(stale.size());
            for (WatchTables.Stale each : stale) {
                if (each.isShown() || isSeen(tables, each.name(), asker)) {
                    versions.add(new NewVersion(each.name(), each.number()));
                }
            }
            return new Unseen(
                    versions,
                    stale.size() < UNSEEN_AT_ONCE
                            ? null
                            : stale.getLast().name().text());
        });
    }

    /** Notes what was told. */
    CompletableFuture<Boolean> note(List<WatchTables.Told> told) {
        return names.writer()
                .write(
                        handle -> {
                            new WatchTables(handle).note(told);
                            return true;
                        },
                        done -> {});
    }

    /** Forgets the watches of keys that were not here for long. The answer says how many went. */
    CompletableFuture<Integer> expire(long nowMillis) {
        return expireSome(day(nowMillis) - limits.unusedDays(), 0);
    }

    private CompletableFuture<Integer> expireSome(int day, int before) {
        return names.writer()
                .write(handle -> new WatchTables(handle).expire(day, EXPIRED_AT_ONCE), gone -> count.addAndGet(-gone))
                .thenCompose(
                        gone -> gone == 0 ? CompletableFuture.completedFuture(before) : expireSome(day, before + gone));
    }

    private static boolean stamped(Handle handle, PeerId peer, int today) {
        new WatchTables(handle).stamp(peer, today);
        return true;
    }

    /** Most who say it again were told already, and nothing is written. Empty when there is something to write. */
    private static Optional<Pdu> known(NameTables tables, PeerId peer, Watch wish, Asker asker, int today) {
        Optional<Integer> latest = latest(tables, wish.name(), asker);
        if (latest.isEmpty()) {
            return Optional.of(notFound(wish.name()));
        }
        WatchTables watches = new WatchTables(tables.handle());
        WatchTables.Watcher watcher = watches.watcher(peer).orElse(null);
        boolean isNoted = watcher != null
                && today - watcher.seenDay() < STAMPED_DAYS
                && watches.told(watcher, wish.name()).orElse(-1) >= Math.max(latest.get(), wish.seen());
        return isNoted ? Optional.of(new Ack(Outcome.DONE, latest.get())) : Optional.empty();
    }

    private CompletableFuture<Pdu> written(
            PeerId peer, Watch wish, Supplier<Asker> asker, InetAddress address, int today) {
        AtomicBoolean counted = new AtomicBoolean();
        watchers.add(peer);
        return names.writer()
                .submit(tables -> write(tables, peer, wish, asker.get(), address, today, counted))
                .whenComplete((wrote, e) -> {
                    if (e == null) {
                        count.addAndGet(wrote.grew());
                    } else if (counted.get()) {
                        madeByAddress.giveBack(address, today);
                    }
                })
                .thenApply(Wrote::answer);
    }

    private Wrote write(
            NameTables tables,
            PeerId peer,
            Watch wish,
            Asker asker,
            InetAddress address,
            int today,
            AtomicBoolean counted) {
        Optional<Integer> latest = latest(tables, wish.name(), asker);
        if (latest.isEmpty()) {
            return new Wrote(notFound(wish.name()), 0);
        }
        Ack answer = new Ack(Outcome.DONE, latest.get());
        int told = Math.max(latest.get(), wish.seen());
        WatchTables watches = new WatchTables(tables.handle());
        WatchTables.Watcher watcher = watches.watcher(peer).orElse(null);
        if (watcher != null && watches.told(watcher, wish.name()).isPresent()) {
            watches.note(List.of(new WatchTables.Told(peer, wish.name(), told)));
            watches.stamp(peer, today);
            return new Wrote(answer, 0);
        }
        if (watcher != null && watcher.watches() >= limits.perKey()) {
            return new Wrote(limit("A key watches at most " + limits.perKey() + " names."), 0);
        }
        if (count.get() >= limits.all()) {
            return new Wrote(limit("At this index, at most " + limits.all() + " names are watched."), 0);
        }
        if (!madeByAddress.take(address, today)) {
            return new Wrote(
                    limit("From one address, at most " + limits.perAddress()
                            + " names are begun to be watched in a day."),
                    0);
        }
        counted.set(true);
        watches.make(peer, wish.name(), told, today);
        return new Wrote(answer, 1);
    }

    /** Number of the latest version of a name; empty for who does not see the name. */
    private static Optional<Integer> latest(NameTables tables, Name name, Asker asker) {
        return tables.find(name)
                .map(NameTables.Found::number)
                .or(() -> new PrivateReads(tables).inspect(name, 0, asker).map(Names.Inspected::latest));
    }

    /** Whether somebody sees a name that not everybody sees. */
    private static boolean isSeen(NameTables tables, Name name, Asker asker) {
        return new PrivateReads(tables).inspect(name, 0, asker).isPresent();
    }

    private static Pdu notFound(Name name) {
        return Failure.of(ErrorCode.NOT_FOUND, "There is no name " + name + ".");
    }

    private static Pdu limit(String sentence) {
        return Failure.of(ErrorCode.LIMIT, sentence);
    }

    private static int day(long millis) {
        return (int) Math.floorDiv(millis, MILLIS_PER_DAY);
    }
}
