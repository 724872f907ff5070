package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderLayout;
import dev.shoal.content.FolderLayout.Piece;
import dev.shoal.content.FolderListing;
import dev.shoal.content.Hash;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was found when a folder was hashed, so that only what has changed since is hashed again: files by their stamps,
 * and chunks in which the same files stand. Some hundred bytes a file. For one thread at a time.
 */
public final class FolderMemory {

    private @Nullable Known known;
    private @Nullable FolderLook seen;

    /** A file as it was. */
    private record KnownFile(FileStamp stamp, ContentId content) {}

    private record Known(
            FolderLook look, Map<String, KnownFile> files, FolderListing listing, FolderLayout layout, byte[] row) {}

    /** What the folder looked like when it was hashed; empty before that. */
    public Optional<FolderLook> look() {
        return Optional.ofNullable(known).map(Known::look);
    }

    /** Somebody has looked at the folder just now, or not: then it is looked through when it is hashed next. */
    public void saw(@Nullable FolderLook look) {
        seen = look;
    }

    /** What is in the folder now, looked at once. */
    FolderScan scan(Path folder) {
        FolderLook look = seen;
        seen = null;
        return look == null ? FolderScan.of(folder) : look.scan();
    }

    /** Nothing is known any more: what looks as it did is not what it was, and all of it is read. */
    public void forget() {
        known = null;
    }

    /** What is in a file that looks as it did. */
    Optional<ContentId> content(FolderScan.FoundFile file) {
        KnownFile before = known == null ? null : known.files.get(file.path());
        return before != null && before.stamp.equals(file.stamp()) ? Optional.of(before.content) : Optional.empty();
    }

    /** The folder was hashed. */
    void remember(FolderScan scan, FolderListing listing, FolderLayout layout, byte[] row) {
        Map<String, FileStamp> stamps = new HashMap<>();
        scan.found().forEach(found -> {
            if (found instanceof FolderScan.FoundFile file) {
                stamps.put(file.path(), file.stamp());
            }
        });
        Map<String, KnownFile> files = new HashMap<>();
        listing.entries().forEach(entry -> {
            FileStamp stamp = stamps.get(entry.path());
            if (entry instanceof FolderEntry.File file && stamp != null) {
                files.put(entry.path(), new KnownFile(stamp, file.content()));
            }
        });
        known = new Known(FolderLook.of(scan), files, listing, layout, row);
    }

    /** The hash of a chunk, when the same files stand in it as before, at the same place; null when it is not known. */
    @Nullable
    Hash chunk(FolderListing listing, FolderLayout layout, int chunk) {
        Known before = known;
        if (before == null) {
            return null;
        }
        ChunkLayout chunks = new ChunkLayout(layout.length());
        ChunkLayout old = new ChunkLayout(before.layout.length());
        if (chunks.chunkBytes() != old.chunkBytes()
                || chunk >= old.chunkCount()
                || chunks.size(chunk) != old.size(chunk)) {
            return null;
        }
        long end = chunks.offset(chunk) + chunks.size(chunk);
        for (long at = chunks.offset(chunk); at < end; ) {
            Piece piece = layout.piece(at);
            Piece other = before.layout.piece(at);
            boolean isSame = piece.place() >= 0
                    && other.place() >= 0
                    && piece.at() == other.at()
                    && content(listing, layout, piece).equals(content(before.listing, before.layout, other));
            boolean isGap = piece.place() == Piece.GAP && other.place() == Piece.GAP;
            if (!isSame && !isGap) {
                return null;
            }
            at += Math.min(piece.length(), other.length());
        }
        return Hash.of(before.row, chunk * Hash.BYTES);
    }

    private static ContentId content(FolderListing listing, FolderLayout layout, Piece piece) {
        return listing.entries().get(layout.firstEntry(piece.place())) instanceof FolderEntry.File file
                ? file.content()
                : ContentId.EMPTY;
    }
}
