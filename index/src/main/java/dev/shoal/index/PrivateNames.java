package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Names that only some see, as each of them may see them; beside {@link Names}, which has none of them, so that nothing
 * that asks only there can tell of one. Who has no account sees none, and the database is not even asked.
 *
 * <p>What an account may read of lists is kept until that changes, which the database tells by a stamp; so a page costs
 * a look at the stamp and what is on it. An account's devices share one list. Long lists are read one after the other,
 * so that of several readers' threads only one is busy with them. Thread-safe.
 */
final class PrivateNames {

    /** So many names take half a millisecond to read. */
    private static final int SHORT = 500;

    /** A part of what somebody may read, and whether words are looked for in it. */
    private record Part(KeptLists.Reader reader, boolean toSearch) {}

    /** What is kept of the two parts, or is read in no time; null for what takes its time. */
    private record AtOnce(
            @Nullable ReadableNames ofAccount, @Nullable ReadableNames ofKey) {}

    private final SqliteNames names;
    private final KeptLists kept;
    private final Turns<Part, ReadableNames> turns = new Turns<>();

    /** Beside some names. */
    PrivateNames(SqliteNames names) {
        this(names, new KeptLists(SHORT));
    }

    PrivateNames(SqliteNames names, KeptLists kept) {
        this.names = names;
        this.kept = kept;
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
     * What somebody may read in lists and searches.
     *
     * @param toSearch whether words are looked for in them
     */
    CompletableFuture<ReadableLists> readable(Asker asker, boolean toSearch) {
        Asker.Member member = asker.member();
        if (member == null) {
            return CompletableFuture.completedFuture(ReadableLists.NONE);
        }
        Part account = new Part(new KeptLists.Reader.OfAccount(member.name(), member.key()), toSearch);
        Part key = new Part(new KeptLists.Reader.OfKey(asker.key()), toSearch);
        return read(reads -> {
                    PrivateReads.Stamps stamps = reads.stamps(asker);
                    return new AtOnce(atOnce(reads, account, asker, stamps), atOnce(reads, key, asker, stamps));
                })
                .thenCompose(found -> whole(found.ofAccount(), account, asker)
                        .thenCombine(whole(found.ofKey(), key, asker), ReadableLists::new));
    }

    /** Waits for its turn where that is needed. */
    private CompletableFuture<ReadableNames> whole(@Nullable ReadableNames known, Part part, Asker asker) {
        return known != null
                ? CompletableFuture.completedFuture(known)
                : turns.next(part, () -> read(reads -> inTurn(reads, part, asker, reads.stamps(asker))));
    }

    private @Nullable ReadableNames atOnce(PrivateReads reads, Part part, Asker asker, PrivateReads.Stamps stamps) {
        long stamp = stamp(part, stamps);
        ReadableNames known = kept.find(part.reader(), stamp);
        if (known == null && !kept.isLong(part.reader())) {
            known = load(reads, part, asker, stamp);
        }
        if (known == null || !part.toSearch() || known.hasWords()) {
            return known;
        }
        return kept.isLong(known) ? null : withWords(known, part, stamp);
    }

    private ReadableNames inTurn(PrivateReads reads, Part part, Asker asker, PrivateReads.Stamps stamps) {
        long stamp = stamp(part, stamps);
        ReadableNames known = kept.find(part.reader(), stamp);
        if (known == null) {
            known = load(reads, part, asker, stamp);
        }
        return !part.toSearch() || known.hasWords() ? known : withWords(known, part, stamp);
    }

    /** With the stamp from before: what changes while it is read is read anew the next time. */
    private ReadableNames load(PrivateReads reads, Part part, Asker asker, long stamp) {
        if (stamp == 0) {
            return ReadableNames.NONE;
        }
        ReadableNames fresh = new ReadableNames(
                switch (part.reader()) {
                    case KeptLists.Reader.OfAccount account -> reads.ofAccount(asker);
                    case KeptLists.Reader.OfKey key -> reads.ofKey(asker);
                });
        kept.keep(part.reader(), stamp, fresh);
        return fresh;
    }

    /** Keeps it again, as it is more now. */
    private ReadableNames withWords(ReadableNames names, Part part, long stamp) {
        names.withWords();
        kept.keep(part.reader(), stamp, names);
        return names;
    }

    private static long stamp(Part part, PrivateReads.Stamps stamps) {
        return switch (part.reader()) {
            case KeptLists.Reader.OfAccount account -> stamps.ofAccount();
            case KeptLists.Reader.OfKey key -> stamps.ofKey();
        };
    }

    private <T> CompletableFuture<T> read(Function<PrivateReads, T> work) {
        return names.readers().submit(tables -> work.apply(new PrivateReads(tables)));
    }
}
