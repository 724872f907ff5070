package dev.shoal.store;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where things stand in a part file, and how they are written. Every area starts at a multiple of 4 096 bytes, so that
 * no page of the disk holds two of them; numbers are big-endian; what is not used is zero. Immutable.
 *
 * <pre>
 * content   as long as the content; a chunk at its offset
 * row       32 bytes a chunk; all zero, or anything that does not lead to the root, while it is not known
 * slot 0    SHA-256 of (content id ‖ sequence ‖ lost ‖ map), sequence (8), lost (1), map of the chunks (a bit each)
 * slot 1    the same; the slot of a record is its sequence modulo 2, so that the one before stays as it is
 * footer    magic (8), content id (40), SHA-256 of (magic ‖ content id)
 * </pre>
 *
 * <p>The footer ends the file: from there its content is found whatever it is. The row proves itself by the root. A
 * slot that was torn fails its checksum, and the other one, which was forced before, holds.
 */
final class PartFormat {

    static final int PAGE_BYTES = 4096;

    private static final byte[] MAGIC = "SHOALPT1".getBytes(StandardCharsets.US_ASCII);
    private static final int MAGIC_BYTES = 8;
    private static final int FOOTER_USED_BYTES = MAGIC_BYTES + ContentId.BYTES + Hash.BYTES;
    private static final int SLOT_HEAD_BYTES = Hash.BYTES + Long.BYTES + 1;

    private final ContentId id;
    private final int chunkCount;

    PartFormat(ContentId id) {
        this.id = id;
        this.chunkCount = id.layout().chunkCount();
    }

    /**
     * What was recorded.
     *
     * @param sequence the number of the record; higher ones are later
     * @param lost whether an earlier record was lost, so that there may be more chunks than these
     * @param chunks the chunks
     */
    record Slot(long sequence, boolean lost, ChunkSet chunks) {}

    ContentId id() {
        return id;
    }

    ChunkLayout layout() {
        return id.layout();
    }

    /** Where the row of chunk hashes starts. */
    long rowOffset() {
        return pages(id.length());
    }

    /** Length of the row in bytes. */
    int rowBytes() {
        return chunkCount * Hash.BYTES;
    }

    /** Where the slot of a sequence number starts. */
    long slotOffset(long sequence) {
        return rowOffset() + pages(rowBytes()) + (sequence & 1) * slotBytes();
    }

    /** Length of a slot in bytes, with what fills its last page. */
    int slotBytes() {
        return (int) pages(SLOT_HEAD_BYTES + mapBytes());
    }

    /** Where the footer starts. */
    long footerOffset() {
        return slotOffset(0) + 2L * slotBytes();
    }

    /** Length of the whole file. */
    long fileBytes() {
        return footerOffset() + PAGE_BYTES;
    }

    /** The footer, a page. */
    ByteBuffer footer() {
        ByteBuffer footer = ByteBuffer.allocate(PAGE_BYTES).put(MAGIC);
        id.write(footer);
        footer.put(sha256(footer.array(), 0, MAGIC_BYTES + ContentId.BYTES));
        return footer.rewind();
    }

    /** Whose part file it is, from its last page; null when that is no footer. */
    static @Nullable ContentId owner(byte[] footer) {
        int named = MAGIC_BYTES + ContentId.BYTES;
        boolean whole = Arrays.equals(footer, 0, MAGIC_BYTES, MAGIC, 0, MAGIC_BYTES)
                && Arrays.equals(footer, named, FOOTER_USED_BYTES, sha256(footer, 0, named), 0, Hash.BYTES);
        if (!whole) {
            return null;
        }
        try {
            return ContentId.read(ByteBuffer.wrap(footer, MAGIC_BYTES, ContentId.BYTES));
        } catch (IllegalArgumentException impossible) {
            return null;
        }
    }

    /** A slot, with what fills its last page. */
    ByteBuffer encode(Slot record) {
        ByteBuffer slot = ByteBuffer.allocate(slotBytes()).position(Hash.BYTES);
        slot.putLong(record.sequence).put((byte) (record.lost ? 1 : 0)).put(record.chunks.encode());
        return slot.put(0, slotSum(slot.array())).rewind();
    }

    /** The record in a slot; null when it is none, or torn. */
    @Nullable
    Slot decode(byte[] slot) {
        if (!Arrays.equals(slot, 0, Hash.BYTES, slotSum(slot), 0, Hash.BYTES)) {
            return null;
        }
        ByteBuffer head = ByteBuffer.wrap(slot).position(Hash.BYTES);
        long sequence = head.getLong();
        boolean lost = head.get() != 0;
        byte[] map = new byte[mapBytes()];
        head.get(map);
        try {
            return new Slot(sequence, lost, ChunkSet.decode(chunkCount, map));
        } catch (IllegalArgumentException impossible) {
            return null;
        }
    }

    private int mapBytes() {
        return (chunkCount + 7) / 8;
    }

    private byte[] slotSum(byte[] slot) {
        int used = SLOT_HEAD_BYTES - Hash.BYTES + mapBytes();
        ByteBuffer summed = ByteBuffer.allocate(ContentId.BYTES + used);
        id.write(summed);
        summed.put(slot, Hash.BYTES, used);
        return sha256(summed.array(), 0, summed.position());
    }

    private static long pages(long bytes) {
        return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }

    private static byte[] sha256(byte[] bytes, int offset, int length) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(bytes, offset, length);
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
