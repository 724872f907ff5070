package dev.shoal.store;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A download in progress: the part file beside the target, with the chunks that are there. It can be served while it
 * grows. The part file says itself what is in it ({@link PartFormat}), so that a resume needs nothing else.
 * Thread-safe.
 *
 * <p>Whoever writes verified the chunk before. A written chunk is held from then on, but only a {@link #checkpoint}
 * makes it survive a power cut: it forces the data, then records the chunks. The caller does that when {@link
 * #isCheckpointDue} says so. After a crash nothing is believed that was not forced.
 *
 * <p>A force that fails leaves open what of the data reached the disk, and Linux forgets that it did not: from then on
 * everything but reading fails, and the file has to be opened again, which takes it back to the last record.
 */
public final class PartialFile implements StoredContent {

    /**
     * A crash may cost this much, half a second to a second of a fast disk's work; forcing less often gains nothing.
     */
    static final long CHECKPOINT_BYTES = 64L * 1024 * 1024;

    /** On a slow line, a crash costs at most this long. */
    static final long CHECKPOINT_NANOS = 2_000_000_000L;

    /** Up to this much that is not recorded yet, a finish forces everything at once, without a record in between. */
    private static final long UNRECORDED_BYTES = 1024 * 1024;

    private final PartPlace place;
    private final BlockFile file;
    private final PartFormat format;
    private final PartJournal journal;
    private final PartRescue rescue;
    private final PartChunks chunks;
    private final FileHasher hasher;

    /** Held while the journal is used. */
    private final ReentrantLock recording = new ReentrantLock();

    private final boolean isCut;
    private boolean isLost;
    private boolean nameForced;
    private volatile byte @Nullable [] row;
    private volatile @Nullable StoreException failure;
    private volatile @Nullable HashedFile finished;
    private volatile boolean closed;

    private PartialFile(PartPlace place, BlockFile file, FileHasher hasher, LongSupplier nanoClock) throws IOException {
        this.place = place;
        this.file = file;
        this.format = new PartFormat(place.id());
        this.hasher = hasher;
        this.journal = new PartJournal(file, format);
        this.rescue = new PartRescue(file, place, format, hasher);
        PartJournal.Found found = journal.read(place.name());
        this.chunks = new PartChunks(format.layout(), found.recorded(), nanoClock);
        this.row = found.row();
        this.isLost = found.isLost();
        this.isCut = found.isCut();
    }

    /**
     * Begins a download, or goes on with one that was interrupted. Takes the time of hashing the file when its record
     * was damaged, else a few milliseconds.
     *
     * @throws TargetExistsException when there is something under the target's name; see {@link TargetPath#existing}
     * @throws PartInUseException when another process or another call is downloading to it
     * @throws OtherContentException when the part file belongs to another content
     * @throws DiskFullException when the disk has no room for the rest
     */
    public static PartialFile open(TargetPath target, ContentId id, FileHasher hasher, HashProgress progress) {
        target.checkFree(id);
        return open(new PartPlace(id, target.partFile(), target), hasher, progress);
    }

    /**
     * A download that gets no name, to be written elsewhere while it comes in and discarded at the end. Its part file
     * is called after the content, in a folder that is made when it is missing and that only this user can look into.
     */
    public static PartialFile openNameless(Path folder, ContentId id, FileHasher hasher, HashProgress progress) {
        Folders.makePrivate(folder);
        return open(new PartPlace(id, folder.resolve(id + TargetPath.PART_SUFFIX), null), hasher, progress);
    }

    private static PartialFile open(PartPlace place, FileHasher hasher, HashProgress progress) {
        Path path = place.part();
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            DiskSpace.require(path, new PartFormat(place.id()).fileBytes());
        }
        DiskFile disk = DiskFile.open(path);
        boolean opened = false;
        try {
            PartialFile part = over(disk, place, hasher, System::nanoTime, progress);
            DiskSpace.require(path, part.missingBytes());
            opened = true;
            return part;
        } catch (IOException e) {
            throw Failures.of("cannot write", path, e);
        } finally {
            if (!opened) {
                closeQuietly(disk);
                if (disk.isNew()) {
                    Folders.deleteQuietly(path);
                }
            }
        }
    }

    /** Over a part file that is open and belongs to this from now on. */
    static PartialFile over(
            BlockFile file, PartPlace place, FileHasher hasher, LongSupplier nanoClock, HashProgress progress)
            throws IOException {
        PartialFile part = new PartialFile(place, file, hasher, nanoClock);
        boolean rescued = part.rescue(progress);
        part.journal.begin(part.isLost);
        if (rescued) {
            part.recordRescued();
        }
        return part;
    }

    @Override
    public ContentId id() {
        return place.id();
    }

    /** Where the data is until it has its own name. */
    public Path partFile() {
        return place.part();
    }

    @Override
    public ChunkSet chunks() {
        return chunks.held();
    }

    @Override
    public boolean holds(int chunk) {
        return chunks.holds(chunk);
    }

    /** How many bytes are still to come. */
    public long missingBytes() {
        return chunks.missingBytes();
    }

    @Override
    public Optional<byte[]> chunkRow() {
        return Optional.ofNullable(row);
    }

    /**
     * Notes the chunk hashes, so that a resume need not fetch them again. When the record was damaged, what is on the
     * disk is hashed against them now.
     *
     * @throws IllegalArgumentException when they do not lead to the root
     */
    public void recordChunkRow(byte[] chunkRow, HashProgress progress) {
        if (!PartJournal.isRow(format, chunkRow)) {
            throw new IllegalArgumentException("the chunk hashes do not lead to the root of " + id());
        }
        recording.lock();
        try {
            checkUsable();
            if (row == null) {
                journal.writeRow(chunkRow);
                row = chunkRow.clone();
                if (rescue(progress)) {
                    recordRescued();
                }
            }
        } catch (IOException e) {
            throw row == null ? DiskSpace.writeFailed(place.part(), missingBytes(), e) : failed(e);
        } finally {
            recording.unlock();
        }
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        Objects.checkFromIndexSize(offset, target.remaining(), id().length());
        checkOpen();
        int missing = target.hasRemaining() ? chunks.missingIn(offset, target.remaining()) : -1;
        if (missing >= 0) {
            throw new ChunkMissingException("chunk " + missing + " of " + place.name() + " is not there yet");
        }
        try {
            file.readFully(target, offset);
        } catch (ClosedChannelException e) {
            throw closedMeanwhile(e);
        } catch (IOException e) {
            throw Failures.of("cannot read", place.part(), e);
        }
    }

    /**
     * Writes a chunk whose hash was found right. The buffer stays as it is.
     *
     * @return whether this call stored it; false when it is there already, or another thread is writing it just now
     * @throws DiskFullException when it does not fit; everything else stays, and it can be written again later
     */
    public boolean write(int chunk, ByteBuffer data) {
        if (data.remaining() != layout().size(chunk)) {
            throw new IllegalArgumentException(
                    "chunk " + chunk + " has " + layout().size(chunk) + " bytes, not " + data.remaining());
        }
        checkUsable();
        if (!chunks.claim(chunk)) {
            return false;
        }
        boolean written = false;
        try {
            file.writeFully(data.duplicate(), layout().offset(chunk));
            written = true;
            return true;
        } catch (ClosedChannelException e) {
            throw closedMeanwhile(e);
        } catch (IOException e) {
            throw DiskSpace.writeFailed(place.part(), missingBytes(), e);
        } finally {
            chunks.settle(chunk, written);
        }
    }

    /** Whether so much was written, or so long ago, that it should be recorded, and nobody is doing that already. */
    public boolean isCheckpointDue() {
        return !recording.isLocked() && chunks.isDue(CHECKPOINT_BYTES, CHECKPOINT_NANOS);
    }

    /**
     * Forces what was written and records it. Others go on writing and reading meanwhile.
     *
     * @return the chunks that survive a power cut from now on, and did not before
     * @throws StoreException when the disk fails; then this is of no use until it is opened again
     */
    public ChunkSet checkpoint() {
        recording.lock();
        try {
            checkUsable();
            PartChunks.Unrecorded now = chunks.unrecorded();
            if (!now.added().isEmpty()) {
                journal.record(now.all(), isLost);
                forceName();
                chunks.recorded(now);
            }
            return now.added();
        } catch (IOException e) {
            throw failed(e);
        } finally {
            recording.unlock();
        }
    }

    /**
     * Hashes again what is there, and drops the chunks that are wrong from the record and from what is served.
     *
     * @return the chunks that were dropped
     * @throws IllegalStateException when the chunk hashes are not known yet
     */
    ChunkSet verify(HashProgress progress) {
        recording.lock();
        try {
            checkUsable();
            byte[] hashes = row;
            if (hashes == null || finished != null) {
                throw new IllegalStateException(place.name() + " cannot be verified: it is finished, or has no hashes");
            }
            ChunkSet wrong = chunks.held();
            ChunkSet right = rescue.matching(wrong, hashes, progress);
            for (int chunk = right.next(0); chunk >= 0; chunk = right.next(chunk + 1)) {
                wrong.remove(chunk);
            }
            if (!wrong.isEmpty()) {
                ChunkSet left = chunks.drop(wrong);
                // Twice, so that no slot names them any more.
                journal.record(left, isLost);
                journal.record(left, isLost);
            }
            return wrong;
        } catch (IOException e) {
            throw failed(e);
        } finally {
            recording.unlock();
        }
    }

    /**
     * Gives the complete file its name, which nothing else may have. Killed at any point, a new start finds either the
     * part file or the finished one. What is being read can be read on until this is closed.
     *
     * @return the file under its name; the one that was there before, if that has the same content
     * @throws TargetExistsException when something else has the name; {@link #finish(TargetPath)} can give it another
     * @throws IllegalStateException when a chunk is missing, or this download gets no name
     */
    public HashedFile finish() {
        TargetPath target = place.target();
        if (target == null) {
            throw new IllegalStateException("this download has no name to get");
        }
        return finish(target);
    }

    /** As {@link #finish()}, under another name on the same disk. */
    public HashedFile finish(TargetPath target) {
        return end(hashes -> {
            Landing landing = new Landing(place, target, hasher);
            HashedFile there = landing.existing();
            if (there == null) {
                forceAll();
                there = landing.land(hashes);
            }
            return there;
        });
    }

    /**
     * Ends the download without giving the file a name: the part file is the content from now on, whole and forced, to
     * be put in the place of another file. What is being read can be read on until this is closed.
     *
     * @throws IllegalStateException when a chunk is missing
     */
    HashedFile seal() {
        return end(hashes -> {
            forceAll();
            return new HashedFile(place.part(), FileStamp.of(place.part()), id(), hashes);
        });
    }

    private HashedFile end(Function<byte[], HashedFile> ending) {
        recording.lock();
        try {
            HashedFile present = finished;
            if (present != null) {
                return present;
            }
            checkUsable();
            byte[] hashes = row;
            if (!chunks.held().isFull() || hashes == null) {
                throw new IllegalStateException("chunks of " + place.name() + " are missing");
            }
            HashedFile ended = ending.apply(hashes);
            finished = ended;
            return ended;
        } finally {
            recording.unlock();
        }
    }

    /** Gives up the download and removes the part file. */
    public void discard() {
        recording.lock();
        try {
            boolean mine = !closed && finished == null;
            closed = true;
            if (mine) {
                Folders.deleteQuietly(place.part());
            }
            closeQuietly(file);
        } finally {
            recording.unlock();
        }
    }

    /** Whether the part file is still there and can be written. */
    @Override
    public boolean isIntact() {
        return failure == null
                && !closed
                && (finished != null || Files.exists(place.part(), LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * Records what was written and closes the part file, which stays for a resume.
     *
     * @throws StoreException when that cannot be recorded; it is closed all the same
     */
    @Override
    public void close() {
        recording.lock();
        try {
            if (!closed && failure == null && finished == null) {
                checkpoint();
            }
        } finally {
            closed = true;
            closeQuietly(file);
            recording.unlock();
        }
    }

    /** After the loss of a record: believes what has the right hash. Returns whether it could be done. */
    private boolean rescue(HashProgress progress) {
        byte[] hashes = row;
        ChunkSet all = ChunkSet.full(layout().chunkCount());
        if (!isLost) {
            return false;
        }
        if (hashes != null) {
            chunks.found(rescue.matching(all, hashes, progress));
            isLost = false;
        } else if (isCut) {
            row = rescue.rowOfWhole(progress);
            if (row != null) {
                chunks.found(all);
                isLost = false;
            }
        }
        return !isLost;
    }

    private void recordRescued() throws IOException {
        byte[] hashes = row;
        if (hashes != null && hashes.length > 0) {
            journal.writeRow(hashes);
        }
        PartChunks.Unrecorded now = chunks.unrecorded();
        journal.record(now.all(), false);
        chunks.recorded(now);
    }

    /** Cuts the trailer off and forces everything. */
    void forceAll() {
        try {
            PartChunks.Unrecorded now = chunks.unrecorded();
            if (now.bytes() > UNRECORDED_BYTES) {
                checkpoint();
                now = chunks.unrecorded();
            }
            file.truncate(id().length());
            file.force(true);
            chunks.recorded(now);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The first record is worth nothing when the file's name is not on the disk. */
    private void forceName() {
        Path folder = place.part().getParent();
        if (!nameForced && folder != null) {
            Folders.force(folder);
            nameForced = true;
        }
    }

    private StoreException failed(IOException cause) {
        StoreException reason = DiskSpace.writeFailed(place.part(), missingBytes(), cause);
        failure = reason;
        return reason;
    }

    /** The interrupt of a thread closed the file for all, and the lock on it is gone. */
    private StoreException closedMeanwhile(ClosedChannelException cause) {
        StoreException reason = Failures.of("cannot use", place.part(), cause);
        if (!closed) {
            failure = reason;
        }
        return reason;
    }

    private void checkOpen() {
        if (closed) {
            throw new ContentClosedException(place.name() + " is closed");
        }
    }

    private void checkUsable() {
        checkOpen();
        StoreException reason = failure;
        if (reason != null) {
            throw new StoreException(place.name() + " failed before and has to be opened again", reason);
        }
    }

    private static void closeQuietly(BlockFile file) {
        try {
            file.close();
        } catch (IOException nothingToDo) {
            return;
        }
    }
}
