package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** {@link Names} in SQLite: one thread writes, a few read. Thread-safe. */
public final class SqliteNames implements Names {

    /** How many names are taken away in one task, so that others are written in between. */
    private static final int REMOVED_AT_ONCE = 500;

    /** How many names of one content are listed as on-line: more is somebody who plays. */
    private static final int NAMES_PER_CONTENT = 100;

    /** A name that was seen in use on a day is not stamped again for so many. */
    private static final int STAMPED_DAYS = 7;

    private static final long MILLIS_PER_DAY = TimeUnit.DAYS.toMillis(1);

    private final NameLimits limits;
    private final NameWriter writer;
    private final NameReaders readers;
    private final KnownNames known = new KnownNames(new SecureRandom());
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong count;

    /** Once there was one, it stays so until the next start. */
    private volatile boolean hasTransfers;

    private final AddressQuota madeByAddress;

    private final IndexDatabase database;

    private SqliteNames(NameLimits limits, IndexDatabase database) {
        this.limits = limits;
        this.database = database;
        this.madeByAddress = new AddressQuota(limits.namesPerAddress());
        var handle = database.connect();
        NameTables tables = new NameTables(handle);
        while (handle.inTransaction(each -> tables.looks().addMissing())) {
            // In steps, of which each is a transaction of some hundred milliseconds.
        }
        this.count = new AtomicLong(tables.count());
        this.hasTransfers = tables.transfers().count() > 0;
        this.writer = new NameWriter(handle);
        this.readers = new NameReaders(database);
    }

    /**
     * Opens or makes the names of a data folder.
     *
     * @throws IndexException when they cannot be used
     */
    public static SqliteNames open(Path folder, NameLimits limits) {
        return new SqliteNames(limits, IndexDatabase.open(folder));
    }

    /** The one thread that writes to this database, for others whose tables are in it too. */
    NameWriter writer() {
        return writer;
    }

    /** The threads that read this database. */
    NameReaders readers() {
        return readers;
    }

    /** The limits of keys and addresses. */
    NameLimits limits() {
        return limits;
    }

    /**
     * Takes a name away, whoever owns it and whoever sees it, in a transaction after which it is {@link #removed}.
     *
     * @return how many names went that everybody saw; empty when there is no such name
     */
    Optional<Integer> removeAny(NameTables tables, Name name) {
        Optional<NameTables.Found> shown = tables.find(name);
        if (shown.isPresent()) {
            tables.remove(name, shown.get());
            return Optional.of(1);
        }
        return tables.privates().find(name).map(hidden -> {
            tables.privates().remove(name, hidden);
            return 0;
        });
    }

    /** A name is gone from the disk. */
    void removed(Name name, int shown) {
        count.addAndGet(-shown);
        known.forget(name);
        changes.addAndGet(shown);
    }

    /** A transfer was written. */
    void transferred() {
        hasTransfers = true;
    }

    @Override
    public CompletableFuture<Pdu> register(Registration wish, Supplier<Asker> asker, long nowMillis) {
        int today = day(nowMillis);
        int number = wish.audience() != null
                ? KnownNames.UNKNOWN
                : known.number(wish.name(), wish.content(), today - STAMPED_DAYS + 1);
        if (number != KnownNames.UNKNOWN && NameRules.isOneMoreSource(wish, number)) {
            return CompletableFuture.completedFuture(new Ack(Outcome.SOURCE_ADDED, number));
        }
        int stamp = known.stamp(wish.name());
        // Most wishes are decided by reading; a signature is checked here, beside the one thread that writes.
        return readers.submit(tables -> {
                    NameRules.Decision decision = decide(tables, wish, false);
                    Optional<NameTables.Found> shown = decision instanceof NameRules.Decision.AddSource
                            ? tables.find(wish.name())
                            : Optional.empty();
                    boolean isKnown = shown.isPresent() && wish.audience() == null;
                    return new Read(
                            decision, shown.map(NameTables.Found::usedDay).orElse(today), isKnown);
                })
                .thenCompose(read -> switch (read.decision()) {
                    case NameRules.Decision.Refuse refused ->
                        CompletableFuture.completedFuture((Pdu) refused.failure());
                    case NameRules.Decision.AddSource added
                    when today - read.usedDay() < STAMPED_DAYS -> {
                        // What is remembered is answered to everybody.
                        if (read.isKnown()) {
                            known.remember(wish.name(), wish.content(), added.number(), read.usedDay(), stamp);
                        }
                        yield CompletableFuture.completedFuture((Pdu) new Ack(Outcome.SOURCE_ADDED, added.number()));
                    }
                    default -> registered(wish, asker, today);
                });
    }

    private record Read(NameRules.Decision decision, int usedDay, boolean isKnown) {}

    /** An answer, and by how much the number of names grew that everybody sees; whether these changed at all. */
    private record Wrote(Pdu answer, int grew, boolean isShown) {}

    /** What is shared with an audience is shared with one of the asker's own. */
    private NameRules.Decision decide(NameTables tables, Registration wish, boolean authentic) {
        return wish.audience() == null || tables.privates().isOwn(wish.audience(), wish.asker())
                ? NameRules.decide(wish, tables.known(wish), limits, authentic)
                : new NameRules.Decision.Refuse(
                        Failure.of(ErrorCode.NOT_FOUND, "You have no such audience. Set it first."));
    }

    private CompletableFuture<Pdu> registered(Registration wish, Supplier<Asker> asker, int today) {
        AtomicBoolean counted = new AtomicBoolean();
        return writer.submit(tables -> write(tables, wish.by(asker.get()), today, counted))
                .whenComplete((wrote, e) -> {
                    known.forget(wish.name());
                    if (e == null) {
                        count.addAndGet(wrote.grew());
                    } else if (counted.get()) {
                        madeByAddress.giveBack(wish.address(), today);
                    }
                    if (e != null || wrote.isShown()) {
                        changes.incrementAndGet();
                    }
                })
                .thenApply(Wrote::answer);
    }

    @Override
    public CompletableFuture<Optional<Removed>> remove(Name name, Supplier<Asker> asker) {
        return readers.submit(tables -> tables.find(name)
                        .map(found -> new Removed(tables.isOwner(asker.get(), found), tables.contents(found)))
                        .or(() -> new PrivateReads(tables).removable(name, asker.get())))
                .thenCompose(found -> found.isPresent() && found.get().removed()
                        ? removeOwned(name, asker)
                        : CompletableFuture.completedFuture(found));
    }

    @Override
    public CompletableFuture<Integer> removeAll(PeerKey asker) {
        return removeSome(asker, 0);
    }

    @Override
    public CompletableFuture<Optional<Inspected>> inspect(Name name, int version) {
        return readers.submit(tables -> tables.find(name)
                .flatMap(found -> tables.record(found, version == 0 ? found.number() : version)
                        .map(record -> new Inspected(record, found.number(), ownership(tables, name)))));
    }

    @Override
    public CompletableFuture<Optional<List<Kept>>> versions(Name name, int below, int most) {
        return readers.submit(tables -> tables.find(name).map(found -> tables.versions(found, below, most)));
    }

    /** Most indexes have no transfers, and need not look for them at each look-up. */
    private @Nullable Ownership ownership(NameTables tables, Name name) {
        return hasTransfers ? tables.transfers().ownership(name).orElse(null) : null;
    }

    @Override
    public CompletableFuture<List<NameRow>> search(String text) {
        return readers.submit(tables -> NameSearch.search(tables, text));
    }

    @Override
    public CompletableFuture<String> walk(String after, int most, Predicate<NameRow> visitor) {
        return readers.submit(tables -> tables.walk(after, most, visitor));
    }

    @Override
    public CompletableFuture<List<NameRow>> withContents(List<ContentId> contents) {
        return readers.submit(tables -> tables.withContents(contents, NAMES_PER_CONTENT));
    }

    @Override
    public CompletableFuture<Integer> expire(long nowMillis, Predicate<ContentId> isOnline) {
        return expireSome(day(nowMillis), 0, isOnline, 0);
    }

    @Override
    public long changes() {
        return changes.get();
    }

    @Override
    public long count() {
        return count.get();
    }

    @Override
    public void close() {
        readers.close();
        writer.close();
        database.close();
    }

    /**
     * The count of changes grows after the commit: who sees it grow finds the change.
     *
     * @param more by how much the number of names grew, when it was committed
     * @param after what else is to be done then, committed or not, before anybody has the answer
     */
    private <T> CompletableFuture<T> written(Function<NameTables, T> work, ToIntFunction<T> more, Runnable after) {
        return writer.submit(work).whenComplete((done, e) -> {
            if (e == null) {
                count.addAndGet(more.applyAsInt(done));
            }
            after.run();
            changes.incrementAndGet();
        });
    }

    private Wrote write(NameTables tables, Registration wish, int today, AtomicBoolean counted) {
        AudienceId audience = wish.audience();
        return switch (decide(tables, wish, true)) {
            case NameRules.Decision.Refuse refused -> new Wrote(refused.failure(), 0, true);
            case NameRules.Decision.AddSource added -> {
                tables.stamp(wish.name(), today);
                yield new Wrote(new Ack(Outcome.SOURCE_ADDED, added.number()), 0, true);
            }
            case NameRules.Decision.MakeName made -> {
                if (!madeByAddress.take(wish.address(), today)) {
                    yield new Wrote(
                            Failure.of(
                                    ErrorCode.LIMIT,
                                    "From one address, at most " + limits.namesPerAddress()
                                            + " names are made in a day."),
                            0,
                            true);
                }
                counted.set(true);
                Ack answer = new Ack(Outcome.NAME_MADE, made.record().number());
                if (audience != null) {
                    tables.privates().makeName(tables, made.record(), made.takesComponent(), audience, today);
                    yield new Wrote(answer, 0, false);
                }
                tables.makeName(made.record(), made.takesComponent(), today);
                yield new Wrote(answer, 1, true);
            }
            case NameRules.Decision.MakeVersion made -> {
                Ack answer = new Ack(Outcome.VERSION_MADE, made.record().number());
                int kept = limits.versionsKept();
                if (audience != null || tables.find(wish.name()).isEmpty()) {
                    int grew = tables.privates().makeVersion(tables, made.record(), wish, kept, today);
                    yield new Wrote(answer, grew, grew != 0);
                }
                tables.makeVersion(made.record(), wish.changedBytes(), kept, today);
                yield new Wrote(answer, 0, true);
            }
        };
    }

    /** The asker may have lost it since that was read. */
    private CompletableFuture<Optional<Removed>> removeOwned(Name name, Supplier<Asker> asker) {
        int[] gone = new int[1];
        return writer.submit(tables -> {
                    Optional<NameTables.Found> found = tables.find(name);
                    List<ContentId> contents = found.map(tables::contents).orElseGet(List::of);
                    Optional<NameTables.Found> owned = found.or(
                                    () -> tables.privates().find(name))
                            .filter(each -> tables.isOwner(asker.get(), each));
                    if (owned.isEmpty()) {
                        return found.map(each -> new Removed(false, contents));
                    }
                    List<ContentId> all = new ArrayList<>(contents);
                    all.addAll(tables.privates().registered(name));
                    gone[0] = removeAny(tables, name).orElse(0);
                    return Optional.of(new Removed(true, all));
                })
                .whenComplete((done, e) -> removed(name, e == null ? gone[0] : 0));
    }

    private CompletableFuture<Integer> removeSome(PeerKey asker, int before) {
        List<Name> gone = new ArrayList<>();
        int[] shown = new int[1];
        return written(
                        tables -> {
                            gone.addAll(tables.namesOf(asker, REMOVED_AT_ONCE));
                            gone.addAll(tables.privates().namesOf(asker.toBytes(), REMOVED_AT_ONCE - gone.size()));
                            gone.forEach(
                                    name -> shown[0] += removeAny(tables, name).orElse(0));
                            return gone.size();
                        },
                        some -> -shown[0],
                        () -> gone.forEach(known::forget))
                .thenCompose(some -> some < REMOVED_AT_ONCE
                        ? CompletableFuture.completedFuture(before + some)
                        : removeSome(asker, before + some));
    }

    private CompletableFuture<Integer> expireSome(int today, long afterId, Predicate<ContentId> isOnline, int before) {
        return readers.submit(tables -> tables.unused(today - STAMPED_DAYS, afterId, REMOVED_AT_ONCE))
                .thenCompose(some -> {
                    if (some.isEmpty()) {
                        return expireHidden(today, 0, isOnline)
                                .thenCompose(done -> writer.submit(tables -> {
                                    tables.freeOwners(today - limits.unusedDays());
                                    return before;
                                }));
                    }
                    return written(
                                    tables -> stampOrDrop(tables, some, today, isOnline),
                                    gone -> -gone,
                                    () -> some.forEach(each -> known.forget(each.name())))
                            .thenCompose(
                                    gone -> expireSome(today, some.getLast().id(), isOnline, before + gone));
                });
    }

    /** The same with names that only some see, of which nobody is told how many went. */
    private CompletableFuture<Boolean> expireHidden(int today, long afterId, Predicate<ContentId> isOnline) {
        return readers.submit(tables -> tables.privates().unused(today - STAMPED_DAYS, afterId, REMOVED_AT_ONCE))
                .thenCompose(some -> some.isEmpty()
                        ? CompletableFuture.completedFuture(true)
                        : writer.submit(tables -> {
                                    stampOrDropHidden(tables, some, today, isOnline);
                                    return true;
                                })
                                .thenCompose(done ->
                                        expireHidden(today, some.getLast().id(), isOnline)));
    }

    private void stampOrDropHidden(
            NameTables tables, List<NameTables.Unused> some, int today, Predicate<ContentId> isOnline) {
        for (NameTables.Unused unused : some) {
            if (isOnline.test(unused.content())) {
                tables.privates().stamp(unused.name(), today);
            } else if (today - unused.usedDay() >= limits.unusedDays()) {
                tables.privates()
                        .find(unused.name())
                        .filter(found -> found.usedDay() == unused.usedDay())
                        .ifPresent(found -> tables.privates().remove(unused.name(), found));
            }
        }
    }

    private int stampOrDrop(NameTables tables, List<NameTables.Unused> some, int today, Predicate<ContentId> isOnline) {
        int gone = 0;
        for (NameTables.Unused unused : some) {
            if (isOnline.test(unused.content())) {
                tables.stamp(unused.name(), today);
            } else if (today - unused.usedDay() >= limits.unusedDays()) {
                Optional<NameTables.Found> found = tables.find(unused.name());
                // It may have been used, or made anew, since it was read.
                if (found.isPresent() && found.get().usedDay() == unused.usedDay()) {
                    tables.remove(unused.name(), found.get());
                    gone++;
                }
            }
        }
        return gone;
    }

    private static int day(long millis) {
        return (int) Math.floorDiv(millis, MILLIS_PER_DAY);
    }
}
