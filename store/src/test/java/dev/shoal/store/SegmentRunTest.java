package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.SegmentCutter;
import dev.shoal.content.SegmentHash;
import dev.shoal.content.SegmentTable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class SegmentRunTest {

    private static SegmentBytes of(byte[] data) {
        return (offset, target) -> target.put(ByteBuffer.wrap(data, (int) offset, target.remaining()));
    }

    private static SegmentTable plainly(byte[] data) throws NoSuchAlgorithmException {
        SegmentTable.Builder table = new SegmentTable.Builder();
        int at = 0;
        while (at < data.length) {
            int length = SegmentCutter.cut(data, at, data.length);
            byte[] segment = Arrays.copyOfRange(data, at, at + length);
            table.add(
                    length, SegmentHash.of(MessageDigest.getInstance("SHA-256").digest(segment)));
            at += length;
        }
        return table.build();
    }

    @Test
    void severalThreadsCutAsOneDoes() throws NoSuchAlgorithmException {
        try (ExecutorService workers = Executors.newFixedThreadPool(3)) {
            for (long seed = 0; seed < 40; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                byte[] data = new byte[random.nextInt(2_500_000)];
                if (seed % 4 > 0) {
                    random.nextBytes(data);
                    // Where nothing changes, cuts that began at different places never meet.
                    Arrays.fill(data, random.nextInt(data.length + 1) / 2, data.length / 2, (byte) 0);
                }
                SegmentRun run = new SegmentRun(data.length, of(data), 200_000);
                assertThat(run.run(workers, 3)).as("seed %d", seed).isEqualTo(plainly(data));
            }
        }
    }

    @Test
    void whatCannotBeReadIsNoTable() {
        SegmentBytes broken = (offset, target) -> {
            if (offset > 1_000_000) {
                throw new StoreException("the disk fails");
            }
            target.position(target.limit());
        };
        try (FileHasher hasher = new FileHasher(2)) {
            assertThatThrownBy(() -> hasher.segments(100_000_000, broken, 2)).isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> hasher.segments(1L << 40, broken, 2)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
