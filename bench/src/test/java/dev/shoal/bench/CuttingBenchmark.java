package dev.shoal.bench;

import dev.shoal.content.SegmentCutter;
import dev.shoal.content.SegmentHash;
import dev.shoal.content.SegmentTable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The segments of 1 MiB: only where they end, and the whole table. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CuttingBenchmark {

    private final byte[] data = new byte[1024 * 1024];

    /** Random bytes. */
    @Setup
    public void prepare() {
        new SplittableRandom(1).nextBytes(data);
    }

    /** Where the segments end. */
    @Benchmark
    public int cuts() {
        int segments = 0;
        for (int at = 0; at < data.length; at += SegmentCutter.cut(data, at, data.length)) {
            segments++;
        }
        return segments;
    }

    /** Their hashes as well. */
    @Benchmark
    public SegmentTable table() throws NoSuchAlgorithmException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        SegmentTable.Builder builder = new SegmentTable.Builder();
        int at = 0;
        while (at < data.length) {
            int length = SegmentCutter.cut(data, at, data.length);
            sha256.update(data, at, length);
            builder.add(length, SegmentHash.of(sha256.digest()));
            at += length;
        }
        return builder.build();
    }
}
