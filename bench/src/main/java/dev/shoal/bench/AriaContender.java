package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two aria2 over BitTorrent: one seeds, one is started to get the file. In the clear, verified with SHA-1. The clock
 * runs until aria2 says that the file is complete: its good-byes take some more seconds. For one thread.
 */
final class AriaContender implements Contender {

    /** What it is called. */
    static final String NAME = "aria2 over BitTorrent";

    private static final List<String> COMMON = List.of(
            "aria2c",
            "--no-conf=true",
            "--enable-dht=false",
            "--enable-dht6=false",
            "--bt-enable-lpd=false",
            "--enable-peer-exchange=false",
            "--disable-ipv6=true",
            "--summary-interval=0",
            "--show-console-readout=false",
            "--file-allocation=none",
            "--disk-cache=64M");

    private final WorkFolder work;
    private final Path file;
    private @Nullable LongProcess seed;
    private @Nullable OnePeerTracker tracker;

    AriaContender(WorkFolder work, Path file) {
        this.work = work;
        this.file = file;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing(Map.of("aria2c", "aria2"));
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        Path folder = work.folder("aria2");
        Torrent.write(folder.resolve("torrent"), file);
        // When a download was complete, the new file's time says.
        hook(folder.resolve("hook"), folder.resolve("complete"));
        int port = Loopback.freePort();
        tracker = new OnePeerTracker(port);
        List<String> command = command(WorkFolder.folderOf(file), port, "--seed-ratio=0", "--bt-seed-unverified=true");
        seed = Loopback.awaitListening(LongProcess.start(folder.resolve("seed.log"), Map.of(), command), port);
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        LongProcess sender = seed;
        OnePeerTracker finder = tracker;
        if (sender == null || finder == null) {
            throw new IllegalStateException("not prepared");
        }
        Path complete = work.path().resolve("aria2/complete");
        Files.deleteIfExists(complete);
        List<String> command = command(
                WorkFolder.folderOf(target),
                Loopback.freePort(),
                "--seed-time=0",
                "--bt-tracker=" + finder.url(),
                "--on-bt-download-complete=" + work.path().resolve("aria2/hook"));
        double before = sender.cpuSeconds();
        Instant start = Instant.now();
        TimedProcess done = TimedProcess.run(work.path(), Map.of(), command);
        Duration took =
                Duration.between(start, Files.getLastModifiedTime(complete).toInstant());
        return new Sample(took.toNanos() / 1e9, done.cpuSeconds(), sender.cpuSeconds() - before);
    }

    /** Makes a script that aria2 can run when something has happened: then there is a new file. */
    static Path hook(Path script, Path happened) throws IOException {
        Files.writeString(script, "#!/bin/sh\n: >'" + happened + "'\n");
        if (!script.toFile().setExecutable(true)) {
            throw new IOException("cannot make executable: " + script);
        }
        return script;
    }

    private List<String> command(Path folder, int port, String... more) {
        List<String> command = new ArrayList<>(COMMON);
        command.addAll(List.of("--dir=" + folder, "--listen-port=" + port));
        command.addAll(List.of(more));
        command.add(work.path().resolve("aria2/torrent").toString());
        return command;
    }

    @Override
    public void close() {
        if (tracker != null) {
            tracker.close();
        }
        if (seed != null) {
            seed.close();
        }
    }
}
