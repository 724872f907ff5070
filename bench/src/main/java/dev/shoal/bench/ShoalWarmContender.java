package dev.shoal.bench;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Two peers that have been running for a while: the receiving one is a {@code shoal share} of a small file, and is
 * asked for the large one through the socket of its home, as {@code shoal get} in the same home asks it. The clock runs
 * from the question until the answer that the file is complete.
 */
final class ShoalWarmContender implements Contender {

    /** What it is called. */
    static final String NAME = "shoal, both peers warm";

    /** Compilers of a virtual machine are busy with the first transfers; these are not counted. */
    private static final int WARM_UPS = 3;

    /** Takes away what was received. */
    @FunctionalInterface
    interface Clearing {
        void away(Path target) throws IOException;
    }

    private final ShoalWorld world;
    private final Path target;
    private final Clearing clear;
    private @Nullable LongProcess receiver;
    private @Nullable PeerService service;

    /**
     * Warm peers.
     *
     * @param target where transfers go before the clock runs
     * @param clear takes away what came there
     */
    ShoalWarmContender(ShoalWorld world, Path target, Clearing clear) {
        this.world = world;
        this.target = target;
        this.clear = clear;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        world.start();
        Path home = world.work().folder("warm");
        Path small = world.work().randomFile("small/small", 1_024);
        receiver = world.program().share(home, small, world.address(), "small");
        service = Peers.open(new Home(home), Peers.Options.CONFIGURED, PeerEvents.NONE);
        for (int i = 0; i < WARM_UPS; i++) {
            run(target);
            clear.away(target);
        }
    }

    @Override
    public Sample run(Path to) throws IOException {
        PeerService peer = service;
        LongProcess process = receiver;
        if (peer == null || process == null) {
            throw new IllegalStateException("not prepared");
        }
        AtomicBoolean got = new AtomicBoolean();
        double receiverBefore = process.cpuSeconds();
        double senderBefore = world.sourceCpuSeconds();
        long startNanos = System.nanoTime();
        peer.run(
                new Request.Get(world.address(), ShoalWorld.NAME, to.toString(), false, false),
                report -> got.compareAndSet(false, report instanceof Report.Got),
                new Cancellation());
        double wallSeconds = (System.nanoTime() - startNanos) / 1e9;
        if (!got.get()) {
            throw new IOException("the receiving peer gave up");
        }
        return new Sample(wallSeconds, process.cpuSeconds() - receiverBefore, world.sourceCpuSeconds() - senderBefore);
    }

    @Override
    public void close() {
        if (service != null) {
            service.close();
        }
        if (receiver != null) {
            receiver.close();
        }
        world.close();
    }
}
