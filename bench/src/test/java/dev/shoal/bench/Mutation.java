package dev.shoal.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes new inputs of those that are kept, as fuzzers do. For one thread. */
final class Mutation {

    private static final int MOST_CHANGES = 4;
    private static final long[] EDGES = {0, 1, -1, 2, 127, 128, 255, 256, 32_767, 65_535, Integer.MAX_VALUE};

    private final SplittableRandom random;
    private final List<byte[]> kept;

    /** @param kept at least one input */
    Mutation(SplittableRandom random, List<byte[]> kept) {
        this.random = random;
        this.kept = kept;
    }

    /** One of the kept ones, changed in some places. */
    byte[] next() {
        byte[] input = any().clone();
        for (int left = 1 + random.nextInt(MOST_CHANGES); left > 0; left--) {
            input = change(input);
        }
        return input;
    }

    private byte[] any() {
        return kept.get(random.nextInt(kept.size()));
    }

    private byte[] change(byte[] input) {
        if (input.length == 0) {
            return any().clone();
        }
        int at = random.nextInt(input.length);
        int other = random.nextInt(input.length);
        int from = Math.min(at, other);
        int to = Math.max(at, other);
        return switch (random.nextInt(7)) {
            case 0 -> flipped(input, at);
            case 1 -> edged(input, at);
            case 2 -> joined(Arrays.copyOf(input, from), Arrays.copyOfRange(input, to, input.length));
            case 3 -> joined(Arrays.copyOf(input, to), Arrays.copyOfRange(input, from, input.length));
            case 4 -> Arrays.copyOf(input, at);
            case 5 -> joined(Arrays.copyOf(input, at), any());
            default -> random(input, from, to);
        };
    }

    private byte[] flipped(byte[] input, int at) {
        input[at] ^= (byte) (1 << random.nextInt(8));
        return input;
    }

    /** A number at the edge of what something takes, in one to eight bytes. */
    private byte[] edged(byte[] input, int at) {
        byte[] number = ByteBuffer.allocate(Long.BYTES)
                .putLong(EDGES[random.nextInt(EDGES.length)])
                .array();
        int length = Math.min(1 << random.nextInt(4), input.length - at);
        System.arraycopy(number, Long.BYTES - length, input, at, length);
        return input;
    }

    private byte[] random(byte[] input, int from, int to) {
        byte[] noise = new byte[to - from];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, input, from, noise.length);
        return input;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] whole = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, whole, first.length, second.length);
        return whole;
    }
}
