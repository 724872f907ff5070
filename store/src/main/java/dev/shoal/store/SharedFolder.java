package dev.shoal.store;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.FolderLayout.Piece;
import dev.shoal.content.FolderListing;
import dev.shoal.content.Hash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is shared where it lies, without a copy, or what is here of one. Its user goes on owning it. Each file
 * is looked at after each read, and once one of them changed the folder is not served any more; what is added to it
 * does not matter. Thread-safe.
 */
public final class SharedFolder implements StoredContent {

    private final HashedFolder folder;
    private final OpenFiles openFiles;
    private final ChunkSet present;
    private volatile @Nullable String refusal;
    private volatile boolean closed;

    /** The key of an open file: equal to that of another read of the same file of the same folder. */
    private record Key(SharedFolder folder, int place) {}

    SharedFolder(HashedFolder folder, OpenFiles openFiles) {
        this.folder = folder;
        this.openFiles = openFiles;
        this.present = folder.present();
    }

    /** What is in it. */
    public FolderListing listing() {
        return folder.listing();
    }

    @Override
    public ContentId id() {
        return folder.id();
    }

    @Override
    public ChunkSet chunks() {
        return refusal == null ? present.copy() : new ChunkSet(present.size());
    }

    @Override
    public boolean holds(int chunk) {
        return refusal == null && chunk >= 0 && chunk < present.size() && present.contains(chunk);
    }

    @Override
    public Optional<byte[]> chunkRow() {
        return Optional.of(folder.chunkRow());
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        Objects.checkFromIndexSize(offset, target.remaining(), id().length());
        checkServed();
        List<Integer> places = new ArrayList<>();
        int limit = target.limit();
        for (long at = offset; target.position() < limit; ) {
            Piece piece = folder.layout().piece(at);
            int length = (int) Math.min(limit - target.position(), piece.length());
            int start = target.position();
            target.limit(start + length);
            if (piece.place() >= 0 && folder.file(piece.place()) == null) {
                readEdge(at, target);
            } else {
                read(piece, target);
                places.add(piece.place());
            }
            at += target.position() - start;
        }
        target.limit(limit);
        // What is unchanged now was so while it was read.
        for (int place : places) {
            checkServed();
            if (place >= 0 && !folder.isCurrent(place)) {
                throw changed(place, null);
            }
        }
        if (closed) {
            // A read that came too late opened a file again.
            places.forEach(this::drop);
        }
    }

    private void read(Piece piece, ByteBuffer target) {
        if (piece.place() == Piece.HEAD) {
            target.put(folder.listing().head(), (int) piece.at(), target.remaining());
        } else if (piece.place() == Piece.GAP) {
            target.put(new byte[target.remaining()]);
        } else {
            readFile(piece, target);
        }
    }

    /** What is not in a file here may be in a chunk that is known; to the end of that at most. */
    private void readEdge(long offset, ByteBuffer target) {
        int chunkBytes = layout().chunkBytes();
        byte[] edge = folder.edge((int) (offset / chunkBytes));
        if (edge == null) {
            throw new ChunkMissingException("a file of " + Failures.show(folder.path()) + " is not here");
        }
        int at = (int) (offset % chunkBytes);
        target.put(edge, at, Math.min(target.remaining(), edge.length - at));
    }

    private void readFile(Piece piece, ByteBuffer target) {
        Path file = Objects.requireNonNull(folder.file(piece.place()));
        Key key = new Key(this, piece.place());
        int start = target.position();
        try {
            try {
                openFiles.read(key, file, channel -> readFully(piece, channel, target));
            } catch (ClosedByInterruptException e) {
                throw e;
            } catch (ClosedChannelException e) {
                // The interrupt of another thread closed the channel of all; with a new one it works again.
                target.position(start);
                openFiles.read(key, file, channel -> readFully(piece, channel, target));
            }
        } catch (IOException e) {
            if (!(e instanceof ClosedByInterruptException) && !folder.isCurrent(piece.place())) {
                throw changed(piece.place(), e);
            }
            drop(piece.place());
            throw Failures.of("cannot read", file, e);
        }
    }

    private void readFully(Piece piece, FileChannel channel, ByteBuffer target) throws IOException {
        long at = piece.at();
        while (target.hasRemaining()) {
            int read = channel.read(target, at);
            if (read < 0) {
                throw changed(piece.place(), null);
            }
            at += read;
        }
    }

    @Override
    public boolean recheck(int chunk) {
        Hash expected = Hash.of(folder.chunkRow(), Objects.checkIndex(chunk, layout().chunkCount()) * Hash.BYTES);
        try {
            if (new ChunkHasher(layout()).hash(this::read, chunk).equals(expected)) {
                return true;
            }
        } catch (FileChangedException e) {
            return false;
        }
        refuse("chunk " + chunk + " is not what it was, although nothing shows that a file was written to");
        return false;
    }

    @Override
    public boolean isIntact() {
        for (int place = 0;
                refusal == null && !closed && place < folder.layout().placeCount();
                place++) {
            if (!folder.isCurrent(place)) {
                refuse(reason(place));
            }
        }
        return refusal == null && !closed;
    }

    @Override
    public void close() {
        closed = true;
        dropAll();
    }

    private void checkServed() {
        if (closed) {
            throw new ContentClosedException(Failures.show(folder.path()) + " is not shared any more");
        }
        String reason = refusal;
        if (reason != null) {
            throw changed(reason, null);
        }
    }

    private FileChangedException changed(int place, @Nullable IOException cause) {
        String reason = reason(place);
        refuse(reason);
        return changed(reason, cause);
    }

    private FileChangedException changed(String reason, @Nullable IOException cause) {
        String message = Failures.show(folder.path()) + " changed since it was shared: " + reason
                + ". It is not served any more; share it again to serve what it is now";
        return cause == null ? new FileChangedException(message) : new FileChangedException(message, cause);
    }

    private String reason(int place) {
        return Failures.show(Objects.requireNonNull(folder.file(place))) + " was written to, replaced or removed";
    }

    private void refuse(String reason) {
        if (refusal == null) {
            refusal = reason;
            dropAll();
        }
    }

    private void dropAll() {
        for (int place = 0; place < folder.layout().placeCount(); place++) {
            drop(place);
        }
    }

    private void drop(int place) {
        openFiles.drop(new Key(this, place));
    }
}
