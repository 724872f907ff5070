package dev.shoal.content;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Where a content is cut into segments: by what its bytes are, not by where they stand, so that an insertion moves the
 * cuts behind it along with the bytes. It is FastCDC (Xia et al., USENIX ATC 2016) with normalised chunking: a sum over
 * the last 64 bytes ends a segment when its highest bits are zero, fourteen of them before the usual length and twelve
 * after it. A stronger preference for the usual length would let the cuts of two contents that hold the
 * same bytes run beside each other for long. Two programs have to cut alike, so all numbers here belong to the
 * protocol. Stateless.
 */
public final class SegmentCutter {

    /** No segment but the last is shorter, in bytes; the cutter need not look at these. */
    public static final int MIN_BYTES = 2 * 1024;

    /** The usual length in bytes: a cut becomes four times likelier from here on. */
    public static final int USUAL_BYTES = 8 * 1024;

    /** No segment is longer, in bytes. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final int EARLY_SHIFT = Long.SIZE - 14;
    private static final int LATE_SHIFT = Long.SIZE - 12;
    private static final int BYTE_VALUES = 256;
    private static final String GEAR_TEXT = "shoal segments";
    private static final long[] GEAR = gear();

    private SegmentCutter() {}

    /** A number for each value of a byte: the start of the SHA-256 of a text and that byte. */
    private static long[] gear() {
        byte[] text = GEAR_TEXT.getBytes(StandardCharsets.US_ASCII);
        byte[] hashed = Arrays.copyOf(text, text.length + 1);
        long[] gear = new long[BYTE_VALUES];
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (int value = 0; value < BYTE_VALUES; value++) {
                hashed[text.length] = (byte) value;
                gear[value] = ByteBuffer.wrap(sha256.digest(hashed)).getLong();
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        return gear;
    }

    /**
     * The length of the segment that begins at an offset.
     *
     * @param end where the data ends: at least {@link #MAX_BYTES} behind the offset, or at the end of the content
     */
    public static int cut(byte[] data, int from, int end) {
        long[] gear = GEAR;
        int limit = Math.min(end, from + MAX_BYTES);
        int usual = Math.min(limit, from + USUAL_BYTES);
        int at = from + MIN_BYTES;
        long sum = 0;
        while (at < usual) {
            sum = (sum << 1) + gear[data[at++] & 0xff];
            if (sum >>> EARLY_SHIFT == 0) {
                return at - from;
            }
        }
        while (at < limit) {
            sum = (sum << 1) + gear[data[at++] & 0xff];
            if (sum >>> LATE_SHIFT == 0) {
                return at - from;
            }
        }
        return limit - from;
    }
}
