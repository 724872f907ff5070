package dev.shoal.content;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/** Tables of bytes that are in memory. */
final class Segments {

    private Segments() {}

    /** The table of some bytes, made in the plainest way. */
    static SegmentTable of(byte[] data) {
        SegmentTable.Builder builder = new SegmentTable.Builder();
        int at = 0;
        while (at < data.length) {
            int length = SegmentCutter.cut(data, at, data.length);
            MessageDigest sha256 = sha256();
            sha256.update(data, at, length);
            builder.add(length, SegmentHash.of(sha256.digest()));
            at += length;
        }
        return builder.build();
    }

    /** Bytes that anybody can make: the SHA-256 of 0, 1, 2 and so on, each in 8 bytes, one after the other. */
    static byte[] sample(int length) {
        ByteBuffer data = ByteBuffer.allocate(length + Hash.BYTES);
        for (long number = 0; data.position() < length; number++) {
            data.put(sha256().digest(
                            ByteBuffer.allocate(Long.BYTES).putLong(number).array()));
        }
        byte[] cut = new byte[length];
        data.flip().get(cut);
        return cut;
    }

    /** Random bytes. */
    static byte[] random(int length, RandomGenerator random) {
        byte[] data = new byte[length];
        random.nextBytes(data);
        return data;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
