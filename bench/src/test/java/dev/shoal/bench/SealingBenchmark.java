package dev.shoal.bench;

import dev.shoal.transport.Cryptography;
import dev.shoal.transport.Sealing;
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

/** One datagram of the index: sealed by one side, opened by the other. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SealingBenchmark {

    private static final long SESSION = 7;

    /** Whose AES-GCM. */
    @Param({"jdk", "boringssl"})
    public String provider = "jdk";

    /** Of a look-up, and of an answer with 16 sources. */
    @Param({"60", "900"})
    public int pduBytes;

    private final byte[] key = new byte[16];
    private final ByteBuffer opened = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
    private final ByteBuffer sealed = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
    private final ByteBuffer datagram = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
    private ByteBuffer pdu = ByteBuffer.allocate(0);
    private Sealing sealing = new Sealing();
    private long counter;

    /** Chooses the provider of this process, and seals what is opened. */
    @Setup
    public void prepare() {
        if (provider.equals("boringssl")) {
            Cryptography.preferNative();
        }
        sealing = new Sealing();
        SplittableRandom random = new SplittableRandom(1);
        random.nextBytes(key);
        pdu = ByteBuffer.allocate(pduBytes);
        random.nextBytes(pdu.array());
        sealing.seal(key, SESSION, 0, pdu.duplicate(), datagram);
        datagram.flip();
    }

    /** Seals under the next counter. */
    @Benchmark
    public int seal() {
        counter++;
        sealing.seal(key, SESSION, counter, pdu.rewind(), sealed.clear());
        return sealed.position();
    }

    /** Opens and checks. */
    @Benchmark
    public boolean open() {
        return sealing.open(key, datagram.rewind(), opened.clear());
    }
}
