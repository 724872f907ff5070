package dev.shoal.content;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Where the files of a folder stand in the folder's content: behind the head, each different file once, in the order in
 * which the listing first names it. A file of {@value #ALIGNED_BYTES} bytes and more begins at a multiple of a block,
 * with zeros before it, so that the leaves of its hash tree stay as they are when other files change. Nothing of this
 * is stored: it follows from the listing. Immutable.
 */
public final class FolderLayout {

    /** From this length on, a file begins at a block's border: the zeros before it are less than a fiftieth of it. */
    static final long ALIGNED_BYTES = 1024L * 1024;

    private final int headBytes;
    private final long length;
    private final long[] starts;
    private final long[] lengths;
    private final int[] firstEntries;
    private final int[] placeOfEntry;

    /**
     * Of a listing.
     *
     * @throws InvalidFolderException when the files together are longer than a content can be
     */
    public FolderLayout(FolderListing listing) {
        List<FolderEntry> entries = listing.entries();
        Map<ContentId, Integer> known = new HashMap<>();
        this.headBytes = listing.headBytes();
        this.placeOfEntry = new int[entries.size()];
        long[] start = new long[entries.size()];
        long[] size = new long[entries.size()];
        int[] first = new int[entries.size()];
        long at = headBytes;
        for (int entry = 0; entry < entries.size(); entry++) {
            placeOfEntry[entry] = -1;
            if (!(entries.get(entry) instanceof FolderEntry.File file)
                    || file.content().length() == 0) {
                continue;
            }
            int place = known.size();
            Integer equal = known.putIfAbsent(file.content(), place);
            placeOfEntry[entry] = equal == null ? place : equal;
            if (equal == null) {
                start[place] = aligned(at, file.content().length());
                size[place] = file.content().length();
                first[place] = entry;
                at = start[place] + size[place];
                if (at > ContentId.MAX_LENGTH) {
                    throw FolderRules.refuse(file.path(), "with it, the folder is longer than a content can be");
                }
            }
        }
        this.length = at;
        this.starts = Arrays.copyOf(start, known.size());
        this.lengths = Arrays.copyOf(size, known.size());
        this.firstEntries = Arrays.copyOf(first, known.size());
    }

    private static long aligned(long at, long length) {
        int block = ChunkLayout.BLOCK_BYTES;
        return length < ALIGNED_BYTES ? at : (at + block - 1) / block * block;
    }

    /** Length of the whole content in bytes. */
    public long length() {
        return length;
    }

    /** Length of the head in bytes. */
    public int headBytes() {
        return headBytes;
    }

    /** How many different files there are that are not empty; each has a place. */
    public int placeCount() {
        return starts.length;
    }

    /** Where a place starts in the content, in bytes. */
    public long start(int place) {
        return starts[place];
    }

    /** Length of a place in bytes. */
    public long length(int place) {
        return lengths[place];
    }

    /** The first entry whose file is at a place. */
    public int firstEntry(int place) {
        return firstEntries[place];
    }

    /** The place of an entry's file; −1 for what has none: folders, links, and files without a byte. */
    public int placeOf(int entry) {
        return placeOfEntry[entry];
    }

    /** The last place that starts at an offset or before it; −1 in the head, and where there are no files. */
    int placeBefore(long offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found : -found - 2;
    }

    /**
     * Bytes of a content that belong together.
     *
     * @param place which file's they are; {@link Piece#HEAD} or {@link Piece#GAP} for those of none
     * @param at where they begin in the file, or in the head
     * @param length how many follow, the first one included
     */
    public record Piece(int place, long at, long length) {

        /** The head. */
        public static final int HEAD = -1;

        /** Zeros between two files. */
        public static final int GAP = -2;
    }

    /** What stands at an offset of the content, and how much of it. */
    public Piece piece(long offset) {
        if (offset < 0 || offset >= length) {
            throw new IndexOutOfBoundsException("offset " + offset + " of " + length);
        }
        if (offset < headBytes) {
            return new Piece(Piece.HEAD, offset, headBytes - offset);
        }
        int place = placeBefore(offset);
        long at = place < 0 ? 0 : offset - starts[place];
        if (place < 0 || at >= lengths[place]) {
            return new Piece(Piece.GAP, 0, starts[place + 1] - offset);
        }
        return new Piece(place, at, lengths[place] - at);
    }

    /** The chunks that have a byte of the head, or of the file of an entry that is wanted. */
    public ChunkSet chunks(IntPredicate wantedEntry) {
        ChunkLayout chunks = new ChunkLayout(length);
        ChunkSet set = new ChunkSet(chunks.chunkCount());
        add(set, chunks, 0, headBytes);
        // Each place once, however many equal files are there.
        BitSet places = new BitSet();
        for (int entry = 0; entry < placeOfEntry.length; entry++) {
            if (placeOfEntry[entry] >= 0 && wantedEntry.test(entry)) {
                places.set(placeOfEntry[entry]);
            }
        }
        places.stream().forEach(place -> add(set, chunks, starts[place], lengths[place]));
        return set;
    }

    /** The chunks of the head, by its length and that of the content. */
    public static ChunkSet headChunks(int headBytes, long contentLength) {
        ChunkLayout chunks = new ChunkLayout(contentLength);
        ChunkSet set = new ChunkSet(chunks.chunkCount());
        add(set, chunks, 0, headBytes);
        return set;
    }

    private static void add(ChunkSet set, ChunkLayout chunks, long start, long length) {
        int first = (int) (start / chunks.chunkBytes());
        int last = (int) ((start + length - 1) / chunks.chunkBytes());
        set.add(new ChunkRun(first, last - first + 1));
    }
}
