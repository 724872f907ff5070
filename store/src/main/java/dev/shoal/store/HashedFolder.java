package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.FolderChoice;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderLayout;
import dev.shoal.content.FolderListing;
import dev.shoal.content.Hash;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A folder, or a part of one, whose content is known. What lies in it besides is no part of it. Immutable as long as
 * nobody writes to the arrays, which are never copied.
 */
public final class HashedFolder implements LocalContent {

    private final Path path;
    private final FolderListing listing;
    private final FolderLayout layout;
    private final ContentId id;
    private final byte[] chunkRow;
    private final @Nullable Path[] files;
    private final @Nullable FileStamp[] stamps;
    private final Map<Integer, byte[]> edges;

    /**
     * Of files that are known.
     *
     * @param files where the file of each place is; null for what is not here
     * @param stamps what each looked like when it was hashed
     * @param edges chunks that reach into files that are not here, and are known all the same
     */
    HashedFolder(
            Path path,
            FolderListing listing,
            FolderLayout layout,
            ContentId id,
            byte[] chunkRow,
            @Nullable Path[] files,
            @Nullable FileStamp[] stamps,
            Map<Integer, byte[]> edges) {
        if (chunkRow.length != id.layout().chunkCount() * Hash.BYTES || layout.length() != id.length()) {
            throw new IllegalArgumentException("a row of " + chunkRow.length + " bytes for " + id.layout());
        }
        this.path = path;
        this.listing = listing;
        this.layout = layout;
        this.id = id;
        this.chunkRow = chunkRow;
        this.files = files;
        this.stamps = stamps;
        this.edges = edges;
    }

    /**
     * What the files of places look like that were chosen of a folder; null for the others.
     *
     * @param root where the whole folder would be
     */
    static @Nullable FileStamp[] stamps(Path root, FolderListing listing, FolderLayout layout, FolderChoice choice) {
        @Nullable FileStamp[] stamps = new FileStamp[layout.placeCount()];
        BitSet wanted = choice.of(listing);
        for (int entry = wanted.nextSetBit(0); entry >= 0; entry = wanted.nextSetBit(entry + 1)) {
            int place = layout.placeOf(entry);
            if (place >= 0 && stamps[place] == null) {
                stamps[place] =
                        FileStamp.of(root.resolve(listing.entries().get(entry).path()));
            }
        }
        return stamps;
    }

    /**
     * What was chosen of a folder and put at a path just now.
     *
     * @param stamps what each file looked like before anybody else could write to it
     */
    static HashedFolder landed(
            Path path,
            FolderListing listing,
            FolderLayout layout,
            FolderChoice choice,
            ContentId id,
            byte[] chunkRow,
            @Nullable FileStamp[] stamps,
            Map<Integer, byte[]> edges) {
        @Nullable Path[] files = new Path[layout.placeCount()];
        BitSet wanted = choice.of(listing);
        List<FolderEntry> entries = listing.entries();
        for (int entry = wanted.nextSetBit(0); entry >= 0; entry = wanted.nextSetBit(entry + 1)) {
            int place = layout.placeOf(entry);
            if (place >= 0 && files[place] == null) {
                String relative = choice.relative(entries.get(entry).path());
                files[place] = relative.isEmpty() ? path : path.resolve(relative);
            }
        }
        return new HashedFolder(path, listing, layout, id, chunkRow, files, stamps, edges);
    }

    /**
     * A version of a folder that is followed, as far as it is there as it was put there.
     *
     * @param owned what was put there, by its path in the folder
     */
    static HashedFolder followed(Path path, FolderState.Whole whole, Map<String, FolderState.Owned> owned) {
        FolderLayout layout = new FolderLayout(whole.listing());
        @Nullable Path[] files = new Path[layout.placeCount()];
        @Nullable FileStamp[] stamps = new FileStamp[layout.placeCount()];
        List<FolderEntry> entries = whole.listing().entries();
        for (int entry = 0; entry < entries.size(); entry++) {
            int place = layout.placeOf(entry);
            FolderState.Owned one = owned.get(entries.get(entry).path());
            if (place < 0 || files[place] != null || one == null || !one.entry().equals(entries.get(entry))) {
                continue;
            }
            Path file = path.resolve(one.entry().path());
            FileStamp stamp = one.stamp();
            // What a person has edited or deleted since is not here.
            if (stamp != null && Replacement.stampOf(file).filter(stamp::equals).isPresent()) {
                files[place] = file;
                stamps[place] = stamp;
            }
        }
        return new HashedFolder(path, whole.listing(), layout, whole.content(), whole.row(), files, stamps, Map.of());
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public ContentId id() {
        return id;
    }

    /** What is in the folder. */
    public FolderListing listing() {
        return listing;
    }

    FolderLayout layout() {
        return layout;
    }

    byte[] chunkRow() {
        return chunkRow;
    }

    /** Where the file of a place is; null when it is not here. */
    @Nullable
    Path file(int place) {
        return files[place];
    }

    /** Whether the file of a place is there and looks as it did. */
    boolean isCurrent(int place) {
        Path file = files[place];
        if (file == null) {
            return true;
        }
        try {
            return FileStamp.of(file).equals(stamps[place]);
        } catch (StoreException gone) {
            return false;
        }
    }

    @Override
    public boolean isCurrent() {
        for (int place = 0; place < files.length; place++) {
            if (!isCurrent(place)) {
                return false;
            }
        }
        return true;
    }

    /** A chunk that reaches into files that are not here; null when it is not known. */
    byte @Nullable [] edge(int chunk) {
        return edges.get(chunk);
    }

    /** The chunks of which every byte is here. */
    ChunkSet present() {
        ChunkLayout chunks = id.layout();
        ChunkSet present = ChunkSet.full(chunks.chunkCount());
        for (int place = 0; place < files.length; place++) {
            if (files[place] == null) {
                int last = (int) ((layout.start(place) + layout.length(place) - 1) / chunks.chunkBytes());
                for (int chunk = (int) (layout.start(place) / chunks.chunkBytes()); chunk <= last; chunk++) {
                    if (!edges.containsKey(chunk)) {
                        present.remove(chunk);
                    }
                }
            }
        }
        return present;
    }

    @Override
    public StoredContent shared(OpenFiles openFiles) {
        return new SharedFolder(this, openFiles);
    }
}
