package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderLayout;
import dev.shoal.content.FolderLayout.Piece;
import dev.shoal.content.FolderListing;
import dev.shoal.content.InvalidFolderException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The disk of a folder's download: what stands in a file of the folder goes into that file at once, everything else
 * into one more, the <em>rest</em>: the head, and behind the content's length what a part file says of itself. So a
 * {@link PartialFile} works over it as over one file. Until the head is known everything is in the rest. Zeros between
 * files are not kept. Thread-safe, as a {@link BlockFile} is.
 */
final class FolderDisk implements BlockFile {

    /** Of how many files channels are open that are written in several pieces. */
    private static final int MAX_OPEN = 64;

    private static final long OPEN_WAIT_MILLIS = 10_000;

    /** From so many files on, forcing the whole disk is quicker than forcing each. */
    private static final int MANY_FILES = 32;

    private static final int COPY_BYTES = 256 * 1024;

    private final DiskFile rest;
    private final FolderTree tree;
    private final ContentId id;
    private final OpenFiles openFiles = new OpenFiles(MAX_OPEN, OPEN_WAIT_MILLIS, FolderDisk::open);
    private final Set<Integer> unforced = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Known known;

    /** What the head says. */
    private record Known(List<FolderEntry> entries, FolderLayout layout) {
        String path(int place) {
            return entries.get(layout.firstEntry(place)).path();
        }
    }

    FolderDisk(DiskFile rest, FolderTree tree, ContentId id) {
        this.rest = rest;
        this.tree = tree;
        this.id = id;
    }

    /**
     * The head is known, and was verified: from now on files are files. What came with the head's last chunk goes into
     * them; it stays in the rest as well, so that this may be done again after a crash.
     */
    void know(FolderListing listing, FolderLayout layout, long headChunksEnd) throws IOException {
        Known now = new Known(listing.entries(), layout);
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        for (long at = listing.headBytes(); at < headChunksEnd; ) {
            buffer.clear().limit((int) Math.min(COPY_BYTES, headChunksEnd - at));
            rest.readFully(buffer, at);
            buffer.flip();
            while (buffer.hasRemaining()) {
                at += write(now, buffer, at);
            }
        }
        known = now;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
        Known now = known;
        if (now == null || offset >= id.length() || offset < now.layout.headBytes()) {
            return read(now, target, offset);
        }
        Piece piece = now.layout.piece(offset);
        int limit = target.limit();
        int length = (int) Math.min(target.remaining(), piece.length());
        target.limit(target.position() + length);
        try {
            if (piece.place() == Piece.GAP) {
                target.put(new byte[length]);
            } else {
                Path file = tree.root().resolve(now.path(piece.place()));
                openFiles.read(piece.place(), file, channel -> readFully(channel, file, piece.at(), target));
            }
        } finally {
            target.limit(limit);
        }
        return length;
    }

    /** From the rest, up to where the files begin. */
    private int read(@Nullable Known now, ByteBuffer target, long offset) throws IOException {
        int limit = target.limit();
        if (now != null && offset < now.layout.headBytes()) {
            target.limit(target.position() + (int) Math.min(target.remaining(), now.layout.headBytes() - offset));
        }
        try {
            return rest.read(target, offset);
        } finally {
            target.limit(limit);
        }
    }

    private static void readFully(FileChannel channel, Path file, long offset, ByteBuffer target) throws IOException {
        long at = offset;
        while (target.hasRemaining()) {
            int read = channel.read(target, at);
            if (read < 0) {
                throw new EOFException(file + " ends at " + at);
            }
            at += read;
        }
    }

    @Override
    public int write(ByteBuffer source, long offset) throws IOException {
        Known now = known;
        return now == null || offset >= id.length() ? rest.write(source, offset) : write(now, source, offset);
    }

    private int write(Known now, ByteBuffer source, long offset) throws IOException {
        Piece piece = now.layout.piece(offset);
        int limit = source.limit();
        int length = (int) Math.min(source.remaining(), piece.length());
        source.limit(source.position() + length);
        try {
            if (piece.place() == Piece.HEAD) {
                rest.writeFully(source, offset);
            } else if (piece.place() == Piece.GAP) {
                checkZeros(source);
            } else {
                writeFile(now, piece, source);
            }
        } finally {
            source.limit(limit);
        }
        return length;
    }

    private static void checkZeros(ByteBuffer source) {
        while (source.hasRemaining()) {
            if (source.get() != 0) {
                throw new InvalidFolderException(
                        "the content of the folder has something between two files, where only zeros may be");
            }
        }
    }

    private void writeFile(Known now, Piece piece, ByteBuffer source) throws IOException {
        Path file = tree.place(now.path(piece.place()));
        if (piece.at() == 0 && source.remaining() == now.layout.length(piece.place())) {
            // All of it at once: there is no reason to keep it open.
            try (FileChannel channel = made(file)) {
                writeFully(channel, 0, source);
            }
        } else {
            writePart(piece, file, source);
        }
        // Not before: a force between the two would take it for forced.
        unforced.add(piece.place());
    }

    private void writePart(Piece piece, Path file, ByteBuffer source) throws IOException {
        OpenFiles.Reading writing = channel -> writeFully(channel, piece.at(), source);
        try {
            openFiles.read(piece.place(), file, writing);
        } catch (NoSuchFileException first) {
            made(file).close();
            openFiles.read(piece.place(), file, writing);
        }
    }

    private static void writeFully(FileChannel channel, long offset, ByteBuffer source) throws IOException {
        long at = offset;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
    }

    /** Whoever reads makes no file: one that was taken away would be there again, with other bytes. */
    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    private static FileChannel made(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void force(boolean withCut) throws IOException {
        Known now = known;
        Integer[] places = unforced.toArray(new Integer[0]);
        List.of(places).forEach(unforced::remove);
        boolean done = false;
        try {
            if (now != null && places.length > 0) {
                boolean all = places.length >= MANY_FILES && DiskSync.of(tree.root());
                if (!all) {
                    forceEach(now, places);
                }
            }
            done = true;
        } finally {
            if (!done) {
                unforced.addAll(List.of(places));
            }
        }
        rest.force(withCut);
    }

    private void forceEach(Known now, Integer[] places) throws IOException {
        Set<Path> folders = new HashSet<>();
        for (int place : places) {
            Path file = tree.root().resolve(now.path(place));
            openFiles.read(place, file, channel -> channel.force(true));
            for (Path at = file.getParent(); at != null && at.startsWith(tree.root()); at = at.getParent()) {
                folders.add(at);
            }
        }
        folders.forEach(Folders::force);
    }

    /** The files are elsewhere now, and this is of no use any more but for what is open. */
    void left() {
        unforced.clear();
    }

    @Override
    public void truncate(long size) throws IOException {
        rest.truncate(size);
    }

    @Override
    public long size() throws IOException {
        return rest.size();
    }

    @Override
    public void close() throws IOException {
        try {
            openFiles.close();
        } finally {
            rest.close();
        }
    }
}
