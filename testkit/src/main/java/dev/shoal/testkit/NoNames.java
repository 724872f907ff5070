package dev.shoal.testkit;

import dev.shoal.content.ContentId;
import dev.shoal.content.Name;
import dev.shoal.index.Asker;
import dev.shoal.index.NameRow;
import dev.shoal.index.Names;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The names of an index that has none and takes none: simulated peers know their content by its identity. */
final class NoNames implements Names {

    @Override
    public CompletableFuture<Pdu> register(Registration registration, Supplier<Asker> asker, long nowMillis) {
        return CompletableFuture.completedFuture(Failure.of(ErrorCode.LIMIT, "No names are taken here."));
    }

    @Override
    public CompletableFuture<Optional<Removed>> remove(Name name, Supplier<Asker> asker) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletableFuture<Integer> removeAll(PeerKey asker) {
        return CompletableFuture.completedFuture(0);
    }

    @Override
    public CompletableFuture<Optional<Inspected>> inspect(Name name, int version) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletableFuture<Optional<List<Kept>>> versions(Name name, int below, int most) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public CompletableFuture<List<NameRow>> search(String text) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletableFuture<String> walk(String after, int most, Predicate<NameRow> visitor) {
        return CompletableFuture.completedFuture("");
    }

    @Override
    public CompletableFuture<List<NameRow>> withContents(List<ContentId> contents) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletableFuture<Integer> expire(long nowMillis, Predicate<ContentId> isOnline) {
        return CompletableFuture.completedFuture(0);
    }

    @Override
    public long changes() {
        return 0;
    }

    @Override
    public long count() {
        return 0;
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
