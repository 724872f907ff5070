package dev.shoal.bench;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.transport.Cryptography;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The hash of one chunk of 1 MiB, and the root over the chunks of 4 GiB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HashTreeBenchmark {

    /** Whose SHA-256. */
    @Param({"jdk", "boringssl"})
    public String provider = "jdk";

    private final ChunkLayout layout = new ChunkLayout(1L << 32);
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(layout.size(0));
    private final byte[] row = new byte[layout.chunkCount() * Hash.BYTES];
    private HashTree tree = new HashTree();

    /** Chooses the provider of this process. */
    @Setup
    public void prepare() {
        if (provider.equals("boringssl")) {
            Cryptography.preferNative();
        }
        tree = new HashTree();
        SplittableRandom random = new SplittableRandom(1);
        random.nextBytes(row);
        while (chunk.hasRemaining()) {
            chunk.put((byte) random.nextInt());
        }
        chunk.flip();
    }

    /** All blocks of a chunk, and the tree above them. */
    @Benchmark
    public Hash chunkHash() {
        return tree.chunkHash(layout, 0, chunk);
    }

    /** The root over 4 096 chunk hashes. */
    @Benchmark
    public Hash root() {
        return tree.root(layout, row);
    }
}
