package dev.shoal.content;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a content is: the root of its hash tree and its length. The root alone does not bind the length (a file of 64
 * bytes can have the root of one of 32 KiB), so the two always travel together: 40 bytes. Immutable.
 *
 * @param root root of the hash tree, see {@link HashTree}
 * @param length length of the content in bytes, 0 to {@link #MAX_LENGTH}
 */
public record ContentId(Hash root, long length) {

    /** Length of an encoded identity in bytes. */
    public static final int BYTES = 40;

    /** Length of an identity as text: 40 bytes in base 32. */
    public static final int TEXT_LENGTH = 64;

    /** The longest content, in bytes: 64 TiB, which is 4 194 304 chunks of 16 MiB. */
    public static final long MAX_LENGTH = 1L << 46;

    /** The identity of the content without a byte. */
    public static final ContentId EMPTY = new ContentId(Hash.ZERO, 0);

    /** Checks the length, and that only the empty content has length 0. */
    public ContentId {
        if (length < 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException("a content has 0 to " + MAX_LENGTH + " bytes, not " + length);
        }
        if (length == 0 && !root.equals(Hash.ZERO)) {
            throw new IllegalArgumentException("the empty content has a root of zeros");
        }
    }

    /** Reads the 40 bytes at the buffer's position; the buffer moves on. */
    public static ContentId read(ByteBuffer buffer) {
        byte[] root = new byte[Hash.BYTES];
        buffer.get(root);
        return new ContentId(Hash.of(root), buffer.getLong());
    }

    /**
     * Parses the text form.
     *
     * @throws IllegalArgumentException when the text is not one
     */
    public static ContentId parse(String text) {
        if (text.length() != TEXT_LENGTH) {
            throw new IllegalArgumentException("a content id has 64 characters, not " + text.length());
        }
        return read(ByteBuffer.wrap(Base32.decode(text)));
    }

    /** Writes the 40 bytes at the buffer's position; the buffer moves on. */
    public void write(ByteBuffer buffer) {
        buffer.putLong(root.word0()).putLong(root.word1()).putLong(root.word2()).putLong(root.word3());
        buffer.putLong(length);
    }

    /** The 40 bytes in a new array: root, then length, big-endian. */
    public byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        write(buffer);
        return buffer.array();
    }

    /** How the content is cut into chunks. */
    public ChunkLayout layout() {
        return new ChunkLayout(length);
    }

    /** The text form: 64 characters of base 32. */
    @Override
    public String toString() {
        return Base32.encode(toBytes());
    }

    /** Written out, as is {@link #equals}: what Java makes for a record, it makes anew at each start of the program. */
    @Override
    public int hashCode() {
        return root.hashCode() * 31 + Long.hashCode(length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ContentId id && length == id.length && root.equals(id.root);
    }
}
