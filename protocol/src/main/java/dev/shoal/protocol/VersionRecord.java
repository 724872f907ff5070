package dev.shoal.protocol;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Says that a name's version is a content, signed by the owner of the name. The index stores and hands it out, it
 * cannot make one. Immutable.
 *
 * <p>Layout: format (1 byte, value 1), kind (1), number (4), content (40), time (8), hash of the record before (32),
 * key of the owner (65), name (1 + n), note (1 + n), signature (64). The signature covers {@link #SIGNED_PREFIX} and
 * everything before it.
 *
 * @param kind whether the content is a file or a folder's listing
 * @param number above every number that the name had at this index before, usually one more; at least 1
 * @param content what the version is
 * @param publishedMillis when, in milliseconds since 1970 by the owner's clock
 * @param previous {@link #hash()} of the record before; zeros where the index has none
 * @param owner key of the owner
 * @param name the name
 * @param note free text of the owner, at most 255 bytes
 * @param signature 64 bytes, r and s (IEEE P1363)
 */
public record VersionRecord(
        Kind kind,
        int number,
        ContentId content,
        long publishedMillis,
        Hash previous,
        PeerKey owner,
        Name name,
        String note,
        byte[] signature) {

    /** What is signed starts with these bytes, so that no other signature of the key can pass for one of these. */
    public static final String SIGNED_PREFIX = "shoal version record\n";

    /** The longest note in bytes of UTF-8. */
    public static final int MAX_NOTE_BYTES = 255;

    /** The longest encoded record in bytes. */
    public static final int MAX_BYTES = 217 + Name.MAX_BYTES + MAX_NOTE_BYTES;

    private static final int FORMAT = 1;

    /** What a version is. */
    public enum Kind {
        /** One file. */
        FILE(0),
        /** A folder: the content is its listing. */
        FOLDER(1);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** Checks the number and the signature's length. */
    public VersionRecord {
        if (number < 1 || signature.length != PeerKey.SIGNATURE_BYTES) {
            throw new IllegalArgumentException("version " + number + ", signature of " + signature.length + " bytes");
        }
        signature = signature.clone();
    }

    /** Makes and signs a record. */
    public static VersionRecord sign(
            Kind kind,
            int number,
            ContentId content,
            long publishedMillis,
            Hash previous,
            PeerKey owner,
            Name name,
            String note,
            PrivateKey key) {
        VersionRecord unsigned = new VersionRecord(
                kind, number, content, publishedMillis, previous, owner, name, note, new byte[PeerKey.SIGNATURE_BYTES]);
        byte[] signature = PeerKey.sign(unsigned.signedBytes(), key);
        return new VersionRecord(kind, number, content, publishedMillis, previous, owner, name, note, signature);
    }

    /**
     * Decodes a whole record. The signature is not checked here: see {@link #isAuthentic()}.
     *
     * @throws MalformedPduException when the bytes are not one
     */
    public static VersionRecord decode(byte[] bytes) {
        WireReader in = new WireReader(ByteBuffer.wrap(bytes));
        int format = in.u8("record format");
        if (format != FORMAT) {
            throw in.malformed("record format", format + " is not known");
        }
        int kindNumber = in.u8("record kind");
        Kind kind = Stream.of(Kind.values())
                .filter(known -> known.number == kindNumber)
                .findFirst()
                .orElseThrow(() -> in.malformed("record kind", kindNumber + " is not known"));
        int number = in.count("version number");
        ContentId content = in.contentId("content");
        long publishedMillis = in.i64("time");
        Hash previous = in.hash("hash of the record before");
        byte[] owner = in.bytes("owner", PeerKey.BYTES);
        Name name = in.name("name");
        String note = in.string8("note");
        byte[] signature = in.bytes("signature", PeerKey.SIGNATURE_BYTES);
        if (in.remaining() > 0) {
            throw in.malformed("record", in.remaining() + " bytes too many");
        }
        try {
            return new VersionRecord(
                    kind, number, content, publishedMillis, previous, PeerKey.of(owner), name, note, signature);
        } catch (IllegalArgumentException e) {
            throw in.malformed("record", e.getMessage());
        }
    }

    /** The whole record, at most {@link #MAX_BYTES}. */
    public byte[] encode() {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
        WireWriter out = new WireWriter(buffer);
        out.u8(FORMAT)
                .u8(kind.number)
                .count(number)
                .contentId(content)
                .i64(publishedMillis)
                .hash(previous);
        out.bytes(owner.toBytes()).string8(name.text()).string8(note).bytes(signature);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** Whether the owner's key signed exactly this. */
    public boolean isAuthentic() {
        return owner.verifies(signedBytes(), signature);
    }

    /** SHA-256 of the whole encoded record: what the next one names as the one before. */
    public Hash hash() {
        try {
            return Hash.of(MessageDigest.getInstance("SHA-256").digest(encode()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private byte[] signedBytes() {
        byte[] prefix = SIGNED_PREFIX.getBytes(StandardCharsets.US_ASCII);
        byte[] record = encode();
        byte[] signed = Arrays.copyOf(prefix, prefix.length + record.length - PeerKey.SIGNATURE_BYTES);
        System.arraycopy(record, 0, signed, prefix.length, signed.length - prefix.length);
        return signed;
    }

    @Override
    public byte[] signature() {
        return signature.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VersionRecord record && Arrays.equals(encode(), record.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }
}
