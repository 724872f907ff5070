package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.PeerKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Names that only some see, as each of them may see them; beside {@link Names}, which has none of them, so that nothing
 * that asks only there can tell of one. Who has no account sees none, and the database is not even asked.
 *
 * <p>What an account may read of lists is kept until that changes, which the database tells by a stamp; so a page costs
 * a look at the stamp and what is on it. Long lists are read one after the other, so that of several readers'
 * threads only one is busy with them. Thread-safe.
 */
final class PrivateNames {

    /** How many names are kept for all readers: some 30 MB, with their words. */
    private static final int MAX_KEPT = 50_000;

    /** Each reader that is kept counts as so many names more. */
    private static final int OF_A_READER = 10;

    /** So many names take half a millisecond to read. */
    private static final int SHORT = 500;

    /** Whose list it is: what an account reads, and a device's own key owns. */
    private record Reader(String account, PeerKey accountKey, PeerKey key) {}

    private record Kept(long stamp, ReadableNames names) {}

    private final SqliteNames names;
    private final Map<Reader, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Turns turns = new Turns();
    /** A list that is longer is read in its turn. */
    private final int shortNames;

    private int size;

    /** Beside some names. */
    PrivateNames(SqliteNames names) {
        this(names, SHORT);
    }

    PrivateNames(SqliteNames names, int shortNames) {
        this.names = names;
        this.shortNames = shortNames;
    }

    /** See {@link PrivateReads#mayRead}. */
    CompletableFuture<Boolean> mayRead(AudienceId audience, Asker reader) {
        return read(reads -> reads.mayRead(audience, reader));
    }

    /** See {@link PrivateReads#inspect}. */
    CompletableFuture<Optional<Names.Inspected>> inspect(Name name, int version, Asker reader) {
        return read(reads -> reads.inspect(name, version, reader));
    }

    /** See {@link PrivateReads#versions}. */
    CompletableFuture<Optional<List<Names.Kept>>> versions(Name name, int below, int most, Asker reader) {
        return read(reads -> reads.versions(name, below, most, reader));
    }

    /** See {@link PrivateReads#number}. */
    CompletableFuture<Optional<Integer>> number(Name name, ContentId content, AudienceId audience, Asker reader) {
        return read(reads -> reads.number(name, content, audience, reader));
    }

    /**
     * See {@link PrivateReads#readable}.
     *
     * @param toSearch whether words are looked for in them
     */
    CompletableFuture<ReadableNames> readable(Asker asker, boolean toSearch) {
        Asker.Member member = asker.member();
        if (member == null) {
            return CompletableFuture.completedFuture(ReadableNames.NONE);
        }
        Reader reader = new Reader(member.name(), member.key(), asker.key());
        return read(reads -> Optional.ofNullable(atOnce(reads, reader, asker, toSearch)))
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(found.get())
                        : turns.next(() -> read(reads -> inTurn(reads, reader, asker, toSearch))));
    }

    /** What is kept, or is short; null for what takes its time. */
    private @Nullable ReadableNames atOnce(PrivateReads reads, Reader reader, Asker asker, boolean toSearch) {
        long stamp = reads.stamp(asker);
        ReadableNames known = kept(reader, stamp);
        if (known == null && !isLong(reader)) {
            known = load(reads, reader, asker, stamp);
        }
        boolean isReady = known != null && (!toSearch || known.hasWords() || known.size() <= shortNames);
        return isReady ? known : null;
    }

    private ReadableNames inTurn(PrivateReads reads, Reader reader, Asker asker, boolean toSearch) {
        long stamp = reads.stamp(asker);
        ReadableNames known = kept(reader, stamp);
        if (known == null) {
            known = load(reads, reader, asker, stamp);
        }
        return toSearch ? known.withWords() : known;
    }

    /** With the stamp from before: what changes while it is read is read anew the next time. */
    private ReadableNames load(PrivateReads reads, Reader reader, Asker asker, long stamp) {
        ReadableNames fresh = new ReadableNames(reads.readable(asker));
        keep(reader, new Kept(stamp, fresh));
        return fresh;
    }

    private synchronized @Nullable ReadableNames kept(Reader reader, long stamp) {
        Kept known = kept.get(reader);
        return known != null && known.stamp() == stamp ? known.names() : null;
    }

    /** As far as is known from the last time. */
    private synchronized boolean isLong(Reader reader) {
        Kept known = kept.get(reader);
        return known != null && known.names().size() > shortNames;
    }

    private synchronized void keep(Reader reader, Kept fresh) {
        forget(kept.put(reader, fresh));
        size += cost(fresh);
        var oldest = kept.values().iterator();
        while (size > MAX_KEPT && kept.size() > 1) {
            forget(oldest.next());
            oldest.remove();
        }
    }

    private void forget(@Nullable Kept gone) {
        size -= gone == null ? 0 : cost(gone);
    }

    private static int cost(Kept kept) {
        return OF_A_READER + kept.names().size();
    }

    private <T> CompletableFuture<T> read(Function<PrivateReads, T> work) {
        return names.readers().submit(tables -> work.apply(new PrivateReads(tables)));
    }
}
