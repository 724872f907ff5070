package dev.shoal.peer;

import dev.shoal.store.ChunkCopy;
import dev.shoal.store.HashedFile;
import dev.shoal.store.PartialFile;
import dev.shoal.store.PartialFolder;
import dev.shoal.store.SharedFile;
import dev.shoal.store.StoreException;
import dev.shoal.store.StoredContent;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes what this machine has already from its own disk: a file that this peer shares, or one that it has hashed before
 * and that still looks the same. Every chunk is verified like one from the network. Runs on the caller's thread.
 */
final class LocalCopy {

    private static final long REPORT_NANOS = 250_000_000L;

    private final PeerNode node;
    private final ShareKey key;
    private final PartialFile part;
    private final boolean alsoKnown;
    private final Cancellation cancellation;
    private final Consumer<Long> progress;
    private @Nullable PartialFolder folder;
    private long lastReportNanos;

    /**
     * Into a part file.
     *
     * @param key what is to be had
     * @param alsoKnown whether to take it from any file that was hashed before, not only from what is shared alike
     * @param progress is told now and then how many bytes are there
     */
    LocalCopy(
            PeerNode node,
            ShareKey key,
            PartialFile part,
            boolean alsoKnown,
            Cancellation cancellation,
            Consumer<Long> progress) {
        this.node = node;
        this.key = key;
        this.part = part;
        this.alsoKnown = alsoKnown;
        this.cancellation = cancellation;
        this.progress = progress;
    }

    /** It is a folder: only what is wanted of it is copied. */
    LocalCopy of(PartialFolder partial) {
        folder = partial;
        return this;
    }

    /** Copies what can be had; afterwards chunks may still be missing. */
    void run() {
        if (part.missingBytes() == 0) {
            return;
        }
        try {
            Optional<StoredContent> shared = shared();
            if (shared.isPresent()) {
                copy(shared.get());
            } else if (alsoKnown) {
                copyKnown();
            }
        } catch (StoreException e) {
            node.events().detail("The copy on this machine is of no use: " + e.getMessage());
        }
    }

    /** What is shared here, with the same readers or with everybody; whoever shares it closes it. */
    private Optional<StoredContent> shared() {
        return node.servings()
                .find(key)
                .or(() -> node.servings().find(new ShareKey(part.id())))
                .map(Served::stored)
                .filter(stored -> !(stored instanceof PartialFile));
    }

    /** From a file that was hashed before. */
    private void copyKnown() {
        Optional<HashedFile> known =
                node.catalogIfThere().map(catalog -> catalog.findByContent(part.id())).orElse(List.of()).stream()
                        .findFirst();
        if (known.isPresent()) {
            try (SharedFile source = new SharedFile(known.get(), node.openFiles())) {
                copy(source);
            }
        }
    }

    private void copy(StoredContent source) {
        ChunkCopy.into(
                part, source, chunk -> folder == null || folder.wants(chunk), cancellation::isCancelled, this::copied);
    }

    private void copied() {
        if (folder != null) {
            folder.came();
        }
        report();
    }

    private void report() {
        long now = System.nanoTime();
        if (now - lastReportNanos > REPORT_NANOS) {
            lastReportNanos = now;
            progress.accept(part.id().length() - part.missingBytes());
        }
    }
}
