package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One pass of SHA-256 over the file, by a program that uses what the processor has for it. Moves nothing; measured
 * among the others because what verifies has to be compared with what does not. For one thread.
 */
final class HashPass implements Contender {

    /** What it is called. */
    static final String NAME = "openssl dgst -sha256 alone (moves nothing)";

    private final WorkFolder work;
    private final Path file;

    HashPass(WorkFolder work, Path file) {
        this.work = work;
        this.file = file;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing("openssl");
    }

    @Override
    public boolean delivers() {
        return false;
    }

    @Override
    public void prepare() {
        // The file is there.
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        TimedProcess done =
                TimedProcess.run(work.path(), Map.of(), List.of("openssl", "dgst", "-sha256", file.toString()));
        return new Sample(done.wallSeconds(), done.cpuSeconds(), 0);
    }

    @Override
    public void close() {
        // Nothing runs between rounds.
    }
}
