package dev.shoal.protocol;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of a PDU out of a buffer, big-endian, and checks every length before it allocates. Bytes that are
 * left over at the end belong to a newer version and are ignored. For one thread at a time.
 */
public final class WireReader {

    private final ByteBuffer buffer;

    /** Reads from the buffer's position to its limit; the buffer moves on. */
    public WireReader(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** How many bytes are left. */
    public int remaining() {
        return buffer.remaining();
    }

    /** A number of one byte, 0 to 255. */
    public int u8(String field) {
        need(field, 1);
        return buffer.get() & 0xff;
    }

    /** A number of two bytes, 0 to 65 535. */
    public int u16(String field) {
        need(field, 2);
        return buffer.getShort() & 0xffff;
    }

    /** A number of four bytes as it stands, negative from 2^31 on. */
    public int i32(String field) {
        need(field, 4);
        return buffer.getInt();
    }

    /** A number of four bytes that counts something: 0 to 2^31 − 1. */
    public int count(String field) {
        return count(field, Integer.MAX_VALUE);
    }

    /** A number of four bytes that is at most {@code max}. */
    public int count(String field, int max) {
        int value = i32(field);
        if (value < 0 || value > max) {
            throw malformed(field, Integer.toUnsignedString(value) + " is more than " + max);
        }
        return value;
    }

    /** A number of eight bytes as it stands. */
    public long i64(String field) {
        need(field, 8);
        return buffer.getLong();
    }

    /** A number of eight bytes that is at most {@code max}. */
    public long upTo(String field, long max) {
        long value = i64(field);
        if (value < 0 || value > max) {
            throw malformed(field, Long.toUnsignedString(value) + " is more than " + max);
        }
        return value;
    }

    /** Exactly {@code length} bytes in a new array. */
    public byte[] bytes(String field, int length) {
        need(field, length);
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    /** Bytes after a length of two bytes, at most {@code max}. */
    public byte[] bytes16(String field, int max) {
        int length = u16(field);
        if (length > max) {
            throw malformed(field, length + " bytes are more than " + max);
        }
        return bytes(field, length);
    }

    /** Text after a length of one byte. */
    public String string8(String field) {
        return text(field, bytes(field, u8(field)));
    }

    /** Text after a length of one byte, at most {@code max} bytes. */
    public String string8(String field, int max) {
        int length = u8(field);
        if (length > max) {
            throw malformed(field, length + " bytes are more than " + max);
        }
        return text(field, bytes(field, length));
    }

    /** Text after a length of two bytes, at most {@code max} bytes. */
    public String string16(String field, int max) {
        return text(field, bytes16(field, max));
    }

    /** A hash of 32 bytes. */
    public Hash hash(String field) {
        need(field, Hash.BYTES);
        return new Hash(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    /** A content's identity of 40 bytes. */
    public ContentId contentId(String field) {
        need(field, ContentId.BYTES);
        try {
            return ContentId.read(buffer);
        } catch (IllegalArgumentException e) {
            throw malformed(field, e.getMessage());
        }
    }

    /** A name after a length of one byte. */
    public Name name(String field) {
        return name(field, string8(field));
    }

    /** The first component of names, after a length of one byte: what an account may be called. */
    public String owner(String field) {
        return owner(field, string8(field, Name.MAX_OWNER_BYTES));
    }

    /** A name or the first component of names, after a length of one byte. */
    public String subject(String field) {
        String text = string8(field);
        return text.indexOf('/') >= 0 ? name(field, text).text() : owner(field, text);
    }

    /** A public key of 65 bytes. Whether the point is on the curve shows when the key is used. */
    public PeerKey peerKey(String field) {
        try {
            return PeerKey.of(bytes(field, PeerKey.BYTES));
        } catch (IllegalArgumentException e) {
            throw malformed(field, e.getMessage());
        }
    }

    /**
     * How many entries a list has, after a length of two bytes: at most {@code max}, and not more than can be there
     * when each takes {@code minEntryBytes}. So a list is never made larger than the bytes that came.
     */
    public int entryCount(String field, int max, int minEntryBytes) {
        int count = u16(field);
        if (count > max) {
            throw malformed(field, count + " entries are more than " + max);
        }
        if (count * minEntryBytes > buffer.remaining()) {
            throw malformed(field, count + " entries do not fit into " + buffer.remaining() + " bytes");
        }
        return count;
    }

    /** That a letter is not known, as an exception to throw. */
    MalformedPduException unknownLetter(char letter) {
        String shown = letter > ' ' && letter < 0x7f ? "'" + letter + "'" : "number " + (int) letter;
        return new MalformedPduException(ErrorCode.UNSUPPORTED, "letter: " + shown + " is not known here");
    }

    /** What is wrong with a field, as an exception to throw. */
    public MalformedPduException malformed(String field, @Nullable String reason) {
        return new MalformedPduException(field + ": " + reason);
    }

    private void need(String field, int length) {
        if (buffer.remaining() < length) {
            throw malformed(field, (length - buffer.remaining()) + " bytes are missing");
        }
    }

    private Name name(String field, String text) {
        try {
            Name name = new Name(text);
            if (!name.text().equals(text)) {
                throw malformed(field, "the name is not in normal form C");
            }
            return name;
        } catch (InvalidNameException e) {
            throw malformed(field, e.getMessage());
        }
    }

    private String owner(String field, String text) {
        try {
            if (!Name.checkOwner(text).equals(text)) {
                throw malformed(field, "the name is not in normal form C");
            }
            return text;
        } catch (InvalidNameException e) {
            throw malformed(field, e.getMessage());
        }
    }

    private String text(String field, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed(field, "it is not UTF-8");
        }
    }
}
