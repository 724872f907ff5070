package dev.shoal.store;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes what a part file says of itself. For one thread at a time.
 *
 * <p>The order in which things reach the disk is all that counts: data, force, slot, force. A record therefore never
 * names a chunk that was not forced, whatever part of the later writes a power cut leaves.
 */
final class PartJournal {

    private final BlockFile file;
    private final PartFormat format;
    private long sequence;
    private boolean isOwned;

    PartJournal(BlockFile file, PartFormat format) {
        this.file = file;
        this.format = format;
    }

    /**
     * What a part file turned out to hold.
     *
     * @param recorded the chunks that were recorded, all of them forced before
     * @param row the chunk hashes, when they are known
     * @param isLost whether a record is lost, so that there may be more chunks than were recorded
     * @param isCut whether the trailer is cut off exactly at the end of the content: a finish was interrupted
     */
    record Found(ChunkSet recorded, byte @Nullable [] row, boolean isLost, boolean isCut) {}

    /**
     * Reads the trailer of a file that may be new, whole, torn or cut. Writes nothing: what can be rescued from a
     * damaged file is rescued first.
     *
     * @param name what the file is called in an error
     * @throws OtherContentException when it is the part file of another content, or none at all
     */
    Found read(String name) throws IOException {
        long size = file.size();
        isOwned = checkOwner(name, size);
        byte[] row = readRow(size);
        PartFormat.Slot latest = latest(readSlot(0, size), readSlot(1, size));
        if (latest == null) {
            sequence = 0;
            boolean cut = size == format.id().length() && size > 0;
            return new Found(new ChunkSet(format.layout().chunkCount()), row, size > 0, cut);
        }
        sequence = latest.sequence();
        return new Found(latest.chunks(), row, latest.lost(), false);
    }

    /** Writes what of the trailer is missing. */
    void begin(boolean isLost) throws IOException {
        if (sequence == 0) {
            // No slot is valid, so none can come to life again behind the back of this one.
            sequence = 1;
            ChunkSet none = new ChunkSet(format.layout().chunkCount());
            write(format.encode(new PartFormat.Slot(1, isLost, none)), format.slotOffset(1));
            write(ByteBuffer.allocate(format.slotBytes()), format.slotOffset(0));
        }
        if (!isOwned) {
            write(format.footer(), format.footerOffset());
            isOwned = true;
        }
    }

    /** Writes the chunk hashes; they are forced with the next record. */
    void writeRow(byte[] row) throws IOException {
        write(ByteBuffer.wrap(row), format.rowOffset());
    }

    /** Forces the data, then records a chunk set in the older slot, and forces that. */
    void record(ChunkSet chunks, boolean isLost) throws IOException {
        file.force(false);
        write(format.encode(new PartFormat.Slot(sequence + 1, isLost, chunks)), format.slotOffset(sequence + 1));
        file.force(false);
        sequence++;
    }

    /** Whether the chunk hashes lead to the root. */
    static boolean isRow(PartFormat format, byte[] row) {
        return row.length == format.rowBytes()
                && new HashTree().root(format.layout(), row).equals(format.id().root());
    }

    /** Returns whether the footer is there. */
    private boolean checkOwner(String name, long size) throws IOException {
        ContentId last = PartFormat.owner(readOrZeros(size - PartFormat.PAGE_BYTES, PartFormat.PAGE_BYTES, size));
        if (last != null && !last.equals(format.id())) {
            throw new OtherContentException(name + " belongs to the download of another content (" + last
                    + "). Finish or remove that, or choose another name");
        }
        ContentId owner = PartFormat.owner(readOrZeros(format.footerOffset(), PartFormat.PAGE_BYTES, size));
        if (owner == null && size > format.fileBytes()) {
            throw new OtherContentException(
                    name + " is no part file of this download. Move it away, or choose another name");
        }
        return format.id().equals(owner);
    }

    private byte @Nullable [] readRow(long size) throws IOException {
        if (format.layout().chunkCount() <= 1) {
            // The only chunk's hash is the root.
            return Arrays.copyOf(format.id().root().toBytes(), format.layout().chunkCount() * Hash.BYTES);
        }
        if (size < format.rowOffset() + format.rowBytes()) {
            return null;
        }
        byte[] row = readOrZeros(format.rowOffset(), format.rowBytes(), size);
        return isRow(format, row) ? row : null;
    }

    private PartFormat.@Nullable Slot readSlot(long number, long size) throws IOException {
        PartFormat.Slot slot = format.decode(readOrZeros(format.slotOffset(number), format.slotBytes(), size));
        return slot != null && slot.sequence() > 0 && (slot.sequence() & 1) == number ? slot : null;
    }

    private static PartFormat.@Nullable Slot latest(PartFormat.@Nullable Slot one, PartFormat.@Nullable Slot other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.sequence() > other.sequence() ? one : other;
    }

    /** What is not there reads as zeros. */
    private byte[] readOrZeros(long offset, int length, long size) throws IOException {
        byte[] bytes = new byte[length];
        if (offset >= 0 && offset < size) {
            file.readFully(ByteBuffer.wrap(bytes, 0, (int) Math.min(length, size - offset)), offset);
        }
        return bytes;
    }

    private void write(ByteBuffer bytes, long offset) throws IOException {
        file.writeFully(bytes, offset);
    }
}
