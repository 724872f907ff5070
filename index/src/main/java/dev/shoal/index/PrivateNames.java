package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Names that only some see, as each of them may see them; beside {@link Names}, which has none of them, so that nothing
 * that asks only there can tell of one. Who has no account sees none, and the database is not even asked. Thread-safe.
 */
final class PrivateNames {

    private final SqliteNames names;

    /** Beside some names. */
    PrivateNames(SqliteNames names) {
        this.names = names;
    }

    /** See {@link PrivateReads#mayRead}. */
    CompletableFuture<Boolean> mayRead(AudienceId audience, Asker reader) {
        return read(reads -> reads.mayRead(audience, reader));
    }

    /** See {@link PrivateReads#inspect}. */
    CompletableFuture<Optional<Names.Inspected>> inspect(Name name, int version, Asker reader) {
        return read(reads -> reads.inspect(name, version, reader));
    }

    /** See {@link PrivateReads#number}. */
    CompletableFuture<Optional<Integer>> number(Name name, ContentId content, AudienceId audience, Asker reader) {
        return read(reads -> reads.number(name, content, audience, reader));
    }

    /** See {@link PrivateReads#readable}. */
    CompletableFuture<List<NameRow>> readable(Asker reader) {
        return reader.member() == null
                ? CompletableFuture.completedFuture(List.of())
                : read(reads -> reads.readable(reader));
    }

    private <T> CompletableFuture<T> read(Function<PrivateReads, T> work) {
        return names.readers().submit(tables -> work.apply(new PrivateReads(tables)));
    }
}
