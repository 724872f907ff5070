package dev.shoal.bench;

import dev.shoal.content.ContentId;
import dev.shoal.index.Directory;
import dev.shoal.index.DirectoryLimits;
import dev.shoal.protocol.PackedLocations;
import dev.shoal.protocol.Pdu;
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

/** A look-up and a registration in the index's directory, ten sources a content, without a network. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LookupBenchmark {

    private static final int SOURCES = 10;

    /** Contents in the directory. */
    @Param({"1000", "1000000"})
    public int contents;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Directory directory = new Directory(DirectoryLimits.DEFAULT, random);
    private int[] peers = new int[0];
    private SyntheticContents world = new SyntheticContents(0, 0, 0);

    /** Fills the directory: a hundred contents a peer. */
    @Setup
    public void fill() {
        peers = new int[contents / SOURCES];
        world = new SyntheticContents(peers.length, contents, SOURCES * SOURCES);
        for (int i = 0; i < peers.length; i++) {
            peers[i] = directory.join(DirectoryBench.contact(i));
        }
        for (int nth = 0; nth < world.eachPeer(); nth++) {
            for (int i = 0; i < peers.length; i++) {
                directory.register(peers[i], SyntheticContents.content(world.owned(i, nth)), false);
            }
        }
    }

    /** Up to 16 sources of any content, for any peer. */
    @Benchmark
    public PackedLocations locate() {
        int asker = random.nextInt(peers.length);
        return directory.locate(
                peers[asker],
                DirectoryBench.address(asker),
                anyContent(),
                Directory.MAX_LOCATED,
                Pdu.MAX_DATAGRAM_BYTES,
                System.nanoTime(),
                random);
    }

    /** A source more, and away again. */
    @Benchmark
    public boolean registerAndWithdraw() {
        int peer = peers[random.nextInt(peers.length)];
        ContentId content = anyContent();
        return directory.register(peer, content, false) == Directory.Change.ADDED && directory.withdraw(peer, content);
    }

    private ContentId anyContent() {
        return SyntheticContents.content(random.nextInt(contents));
    }
}
