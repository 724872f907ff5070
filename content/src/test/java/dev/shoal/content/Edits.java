package dev.shoal.content;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Bytes that are edited at random, and how many of them were inserted or changed. */
final class Edits {

    /** Shorter pieces may have no cut where they had one before, as cuts depend on those before them for a while. */
    private static final int SMALL_BYTES = 64 * 1024;

    private final RandomGenerator random;
    private byte[] data;
    private long newBytes;
    private final StringBuilder log = new StringBuilder();

    Edits(byte[] data, RandomGenerator random) {
        this.data = data;
        this.random = random;
    }

    byte[] data() {
        return data;
    }

    /** How many bytes were inserted or changed. */
    long newBytes() {
        return newBytes;
    }

    /** One edit of a random kind. */
    void edit() {
        int at = random.nextInt(data.length + 1);
        switch (random.nextInt(6)) {
            case 0 -> insert(at, random.nextInt(1, 100_000));
            case 1 -> insert(data.length, random.nextInt(1, 100_000));
            case 2 -> change(at, Math.min(data.length - at, random.nextInt(1, 20_000)));
            case 3 -> delete(at, Math.min(data.length - at, random.nextInt(1, 200_000)));
            case 4 -> truncate(data.length - Math.min(data.length, random.nextInt(1, 200_000)));
            default -> move(at, random.nextInt(data.length + 1), random.nextInt(data.length + 1));
        }
    }

    /** Random bytes come in. */
    void insert(int at, int length) {
        log.append(" insert ").append(length).append(" at ").append(at);
        data = join(upTo(at), bytes(length), from(at));
        newBytes += length;
    }

    private void change(int at, int length) {
        log.append(" change ").append(length).append(" at ").append(at);
        data = join(upTo(at), bytes(length), from(at + length));
        newBytes += length;
    }

    private void delete(int at, int length) {
        log.append(" delete ").append(length).append(" at ").append(at);
        data = join(upTo(at), from(at + length));
    }

    private void truncate(int length) {
        log.append(" truncate to ").append(length);
        data = upTo(length);
    }

    /** Two neighbouring pieces change places. A small one may have no segment of its own: it counts as changed. */
    private void move(int one, int other, int third) {
        int[] cuts = {one, other, third};
        Arrays.sort(cuts);
        log.append(" move ").append(Arrays.toString(cuts));
        byte[] first = Arrays.copyOfRange(data, cuts[0], cuts[1]);
        byte[] second = Arrays.copyOfRange(data, cuts[1], cuts[2]);
        data = join(upTo(cuts[0]), second, first, from(cuts[2]));
        newBytes += Math.min(first.length, second.length) < SMALL_BYTES ? Math.min(first.length, second.length) : 0;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] upTo(int end) {
        return Arrays.copyOf(data, end);
    }

    private byte[] from(int start) {
        return Arrays.copyOfRange(data, start, data.length);
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    @Override
    public String toString() {
        return log.toString();
    }
}
