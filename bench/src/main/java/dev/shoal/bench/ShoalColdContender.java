package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;

/** {@code shoal get} of a file that a running peer shares: the receiving process is started for it. */
final class ShoalColdContender implements Contender {

    /** What it is called. */
    static final String NAME = "shoal get, process started for it";

    private final ShoalWorld world;

    ShoalColdContender(ShoalWorld world) {
        this.world = world;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        world.start();
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        double before = world.sourceCpuSeconds();
        TimedProcess done = TimedProcess.run(
                world.work().path(),
                Program.environment(world.work().folder("receiver")),
                world.program()
                        .command(
                                "get",
                                "--index",
                                world.address(),
                                "--user",
                                "receiver",
                                "-o",
                                target.toString(),
                                ShoalWorld.NAME));
        return new Sample(done.wallSeconds(), done.cpuSeconds(), world.sourceCpuSeconds() - before);
    }

    @Override
    public void close() {
        world.close();
    }
}
