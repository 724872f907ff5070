package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.CopyPlan;
import dev.shoal.content.Hash;
import dev.shoal.content.SegmentTable;
import dev.shoal.store.Catalog;
import dev.shoal.store.HashedFile;
import dev.shoal.store.StoreException;
import dev.shoal.store.StoredContent;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How much of a version is not in the one before, as far as whoever publishes it can tell: by the segments of both,
 * wherever they stand, where those of the one before are kept or can be made; else by their chunks, whose hashes
 * outlive the bytes of a file that was written over. Reads files, on its caller's thread.
 */
final class VersionChange {

    /** Longer files are published before they are cut: it would take seconds. */
    static final long MOST_CUT_BYTES = 4L << 30;

    private final PeerNode node;

    VersionChange(PeerNode node) {
        this.node = node;
    }

    /**
     * How many bytes changed, at most.
     *
     * @param before what the name was until now
     * @param now what it becomes
     * @param served the same, to be read
     * @param known what was known of the file of that path until it was hashed; null for nothing
     * @return null when nothing is known of what it was
     */
    @Nullable
    Long bytes(ContentId before, HashedFile now, Served served, @Nullable HashedFile known) {
        if (before.equals(now.id())) {
            return 0L;
        }
        try {
            Optional<HashedFile> other = other(before);
            Optional<Long> changed = bySegments(before, other, served);
            if (changed.isPresent()) {
                return changed.get();
            }
            HashedFile old = known != null && known.id().equals(before) ? known : other.orElse(null);
            return old == null ? null : byChunks(old, now);
        } catch (StoreException e) {
            node.events().detail("What changed is not known: " + e.getMessage());
            return null;
        }
    }

    /** A file that is still what the name was. */
    private Optional<HashedFile> other(ContentId before) {
        Optional<Catalog> catalog = node.catalogIfThere();
        return catalog.flatMap(open -> open.findByContent(before).stream().findFirst());
    }

    private Optional<Long> bySegments(ContentId before, Optional<HashedFile> other, Served served) {
        long length = served.content().length();
        if (length > MOST_CUT_BYTES) {
            return Optional.empty();
        }
        Optional<SegmentTable> old = node.tables().remembered(before);
        if (old.isEmpty() && other.isPresent() && before.length() <= MOST_CUT_BYTES) {
            old = cut(other.get());
        }
        // Also where there is nothing to compare it with: the next version may come before it was cut otherwise.
        Optional<SegmentTable> fresh = node.tables().made(served);
        return old.flatMap(table ->
                fresh.map(made -> length - CopyPlan.of(made, List.of(table)).coveredBytes()));
    }

    private Optional<SegmentTable> cut(HashedFile file) {
        StoredContent content = file.shared(node.openFiles());
        try {
            return node.tables().made(new Served(content));
        } finally {
            content.close();
        }
    }

    /** By the chunks that stand anywhere in the other; null when the two have chunks of different lengths. */
    static @Nullable Long byChunks(HashedFile before, HashedFile now) {
        ChunkLayout layout = now.layout();
        if (before.layout().chunkBytes() != layout.chunkBytes()) {
            return null;
        }
        Set<Hash> old = new HashSet<>();
        for (int chunk = 0; chunk < before.layout().chunkCount(); chunk++) {
            old.add(hash(before, chunk));
        }
        long changed = 0;
        for (int chunk = 0; chunk < layout.chunkCount(); chunk++) {
            changed += old.contains(hash(now, chunk)) ? 0 : layout.size(chunk);
        }
        return changed;
    }

    private static Hash hash(HashedFile file, int chunk) {
        return Hash.of(file.chunkRow(), chunk * Hash.BYTES);
    }
}
