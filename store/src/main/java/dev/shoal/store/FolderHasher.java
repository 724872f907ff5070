package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderLayout;
import dev.shoal.content.FolderLayout.Piece;
import dev.shoal.content.FolderListing;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hashes a folder: first each file for itself, which makes the listing, then the content of which that is the head.
 * Small files are kept in memory in between, as far as they fit, since opening one costs more than hashing it; large
 * ones are read twice. Works on all processors, through a {@link FileHasher}. For one folder.
 */
public final class FolderHasher {

    /** How much of small files is kept from the first look to the second. */
    private static final long MAX_KEPT_BYTES = 64L * 1024 * 1024;

    /** Of how many files channels are open while the content is hashed. */
    private static final int MAX_OPEN = 64;

    private static final long OPEN_WAIT_MILLIS = 10_000;

    private final FileHasher hasher;
    private final Path path;
    private final FolderScan scan;
    private final FolderMemory memory;
    private final List<FolderScan.FoundFile> files = new ArrayList<>();
    private final ContentId[] contents;
    private final @Nullable Kept[] kept;
    private final AtomicLong keptBytes = new AtomicLong();

    /** Which files were read, or are about to be. */
    private final BitSet read = new BitSet();

    /** What is in a small file. */
    private record Kept(byte[] bytes) {}

    /**
     * Looks through a folder; nothing is read yet.
     *
     * @throws dev.shoal.content.InvalidFolderException when something in it cannot be shared
     */
    public FolderHasher(FileHasher hasher, Path folder) {
        this(hasher, folder, new FolderMemory());
    }

    /**
     * Looks through a folder that may have been hashed before, unless somebody has done so just now.
     *
     * @param memory what was found then; it is what was found now, once it has been hashed
     * @throws dev.shoal.content.InvalidFolderException when something in it cannot be shared
     */
    public FolderHasher(FileHasher hasher, Path folder, FolderMemory memory) {
        this.hasher = hasher;
        this.memory = memory;
        this.path = folder.toAbsolutePath().normalize();
        this.scan = memory.scan(path);
        for (FolderScan.Found one : scan.found()) {
            if (one instanceof FolderScan.FoundFile file) {
                files.add(file);
            }
        }
        this.contents = new ContentId[files.size()];
        this.kept = new Kept[files.size()];
    }

    /** How much there is to hash: each file for itself, and then all of them together. */
    public long bytes() {
        return 2 * scan.bytes();
    }

    /** How many things are left out that are neither files, folders nor links. */
    public int leftOut() {
        return scan.leftOut();
    }

    /**
     * Hashes it.
     *
     * @throws FileChangedException when one of the files was written to or replaced meanwhile
     * @throws dev.shoal.content.InvalidFolderException when what is in it cannot be together in a folder
     */
    public HashedFolder hash(HashProgress progress) {
        AtomicLong done = new AtomicLong();
        hashFiles(done, progress);
        FolderListing listing = listing();
        FolderLayout layout = new FolderLayout(listing);
        Map<String, Integer> numbers = new HashMap<>();
        for (int number = 0; number < files.size(); number++) {
            numbers.put(files.get(number).path(), number);
        }
        int[] numberOfPlace = new int[layout.placeCount()];
        @Nullable Path[] paths = new Path[layout.placeCount()];
        @Nullable FileStamp[] stamps = new FileStamp[layout.placeCount()];
        for (int place = 0; place < layout.placeCount(); place++) {
            FolderEntry entry = listing.entries().get(layout.firstEntry(place));
            int number = numbers.getOrDefault(entry.path(), 0);
            numberOfPlace[place] = number;
            paths[place] = files.get(number).file();
            stamps[place] = files.get(number).stamp();
        }
        byte[] row = row(listing, layout, numberOfPlace, sum -> progress.hashed(done.get() + sum));
        read.stream().mapToObj(files::get).forEach(FolderHasher::checkUnchanged);
        memory.remember(scan, listing, layout, row);
        ContentId id = new ContentId(new HashTree().root(new ChunkLayout(layout.length()), row), layout.length());
        return new HashedFolder(path, listing, layout, id, row, paths, stamps, Map.of());
    }

    /** Each file for itself, but for those that look as they did. */
    private void hashFiles(AtomicLong done, HashProgress progress) {
        for (int number = 0; number < files.size(); number++) {
            Optional<ContentId> known = memory.content(files.get(number));
            if (known.isPresent()) {
                contents[number] = known.get();
                done.addAndGet(known.get().length());
            } else {
                read.set(number);
            }
        }
        int[] fresh = read.stream().toArray();
        hasher.forEach(fresh.length, at -> {
            int number = fresh[at];
            if (isSmall(number)) {
                contents[number] = content(files.get(number), number);
                tell(progress, done.addAndGet(contents[number].length()));
            }
        });
        for (int number : fresh) {
            if (!isSmall(number)) {
                long before = done.get();
                contents[number] = hasher.hash(files.get(number).file(), sum -> tell(progress, before + sum))
                        .id();
                done.addAndGet(contents[number].length());
            }
        }
    }

    private FolderListing listing() {
        List<FolderEntry> entries = new ArrayList<>(scan.found().size());
        for (int number = 0; number < files.size(); number++) {
            FolderScan.FoundFile file = files.get(number);
            entries.add(new FolderEntry.File(file.path(), contents[number], file.executable()));
        }
        for (FolderScan.Found one : scan.found()) {
            if (one instanceof FolderScan.FoundEmpty empty) {
                entries.add(new FolderEntry.EmptyFolder(empty.path()));
            } else if (one instanceof FolderScan.FoundLink link) {
                entries.add(new FolderEntry.Link(link.path(), link.target()));
            }
        }
        return FolderListing.of(entries);
    }

    private synchronized void tell(HashProgress progress, long sum) {
        progress.hashed(sum);
    }

    private boolean isSmall(int number) {
        return files.get(number).stamp().size() <= FileHasher.SMALL_BYTES;
    }

    private ContentId content(FolderScan.FoundFile file, int number) {
        long length = file.stamp().size();
        if (length == 0) {
            return ContentId.EMPTY;
        }
        byte[] bytes = new byte[(int) length];
        try (FileChannel channel = open(file.file())) {
            fill(channel, file.file(), 0, ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw Failures.of("cannot read", file.file(), e);
        }
        if (keptBytes.addAndGet(length) <= MAX_KEPT_BYTES) {
            kept[number] = new Kept(bytes);
        }
        HashTree tree = new HashTree();
        ChunkLayout layout = new ChunkLayout(length);
        return new ContentId(tree.subtreeRoot(tree.leaves(bytes, 0, bytes.length), 0, layout.height()), length);
    }

    private byte[] row(FolderListing listing, FolderLayout layout, int[] numberOfPlace, HashProgress progress) {
        ChunkLayout chunks = new ChunkLayout(layout.length());
        byte[] row = new byte[chunks.chunkCount() * Hash.BYTES];
        ChunkSet fresh = new ChunkSet(chunks.chunkCount());
        for (int chunk = 0; chunk < chunks.chunkCount(); chunk++) {
            Hash known = memory.chunk(listing, layout, chunk);
            if (known == null) {
                fresh.add(chunk);
                markRead(layout, numberOfPlace, chunks.offset(chunk), chunks.size(chunk));
            } else {
                known.writeTo(row, chunk * Hash.BYTES);
            }
        }
        try (OpenFiles open = new OpenFiles(MAX_OPEN, OPEN_WAIT_MILLIS, FolderHasher::open)) {
            hasher.hashChunks(
                    chunks,
                    fresh,
                    (offset, target) -> read(listing, layout, numberOfPlace, open, offset, target),
                    (chunk, hash) -> hash.writeTo(row, chunk * Hash.BYTES),
                    progress);
        }
        return row;
    }

    private void markRead(FolderLayout layout, int[] numberOfPlace, long offset, int size) {
        for (long at = offset; at < offset + size; ) {
            Piece piece = layout.piece(at);
            if (piece.place() >= 0) {
                read.set(numberOfPlace[piece.place()]);
            }
            at += piece.length();
        }
    }

    private void read(
            FolderListing listing,
            FolderLayout layout,
            int[] numberOfPlace,
            OpenFiles open,
            long offset,
            ByteBuffer target) {
        int limit = target.limit();
        for (long at = offset; target.position() < limit; ) {
            Piece piece = layout.piece(at);
            int length = (int) Math.min(limit - target.position(), piece.length());
            target.limit(target.position() + length);
            if (piece.place() == Piece.HEAD) {
                target.put(listing.head(), (int) piece.at(), length);
            } else if (piece.place() == Piece.GAP) {
                target.put(new byte[length]);
            } else {
                read(numberOfPlace[piece.place()], piece, open, target);
            }
            at += length;
        }
        target.limit(limit);
    }

    private void read(int number, Piece piece, OpenFiles open, ByteBuffer target) {
        Kept known = kept[number];
        if (known != null) {
            target.put(known.bytes, (int) piece.at(), target.remaining());
            return;
        }
        Path file = files.get(number).file();
        try {
            open.read(number, file, channel -> fill(channel, file, piece.at(), target));
        } catch (IOException e) {
            throw Failures.of("cannot read", file, e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private static void fill(FileChannel channel, Path file, long offset, ByteBuffer target) throws IOException {
        long at = offset;
        while (target.hasRemaining()) {
            int read = channel.read(target, at);
            if (read < 0) {
                throw changed(file);
            }
            at += read;
        }
    }

    private static void checkUnchanged(FolderScan.FoundFile file) {
        try {
            if (FileStamp.of(file.file()).equals(file.stamp())) {
                return;
            }
        } catch (FileAccessException gone) {
            throw changed(file.file());
        }
        throw changed(file.file());
    }

    private static FileChangedException changed(Path file) {
        return new FileChangedException(
                Failures.show(file) + " changed while it was hashed. Wait until nothing writes to it, then try again");
    }
}
