package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Another contender whose file is forced to the disk after it came; the time of that counts. For one thread. */
final class ForcedContender implements Contender {

    private final Contender contender;
    private final WorkFolder work;

    ForcedContender(Contender contender, WorkFolder work) {
        this.contender = contender;
        this.work = work;
    }

    @Override
    public String name() {
        return contender.name();
    }

    @Override
    public Optional<String> missing() {
        return contender.missing().or(() -> Installed.missing(Map.of("sync", "coreutils")));
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        contender.prepare();
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        Sample moved = contender.run(target);
        TimedProcess forced = TimedProcess.run(work.path(), Map.of(), List.of("sync", target.toString()));
        return new Sample(
                moved.wallSeconds() + forced.wallSeconds(),
                moved.receiverCpuSeconds() + forced.cpuSeconds(),
                moved.senderCpuSeconds());
    }

    @Override
    public void close() {
        contender.close();
    }
}
