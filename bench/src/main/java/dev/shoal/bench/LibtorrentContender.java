package dev.shoal.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Two processes with libtorrent: one seeds, one is started to get the file. In the clear, verified with SHA-1. The
 * clock runs from the moment that the torrent is added until it is finished; the start of Python does not count. For
 * one thread.
 */
final class LibtorrentContender implements Contender {

    /** What it is called. */
    static final String NAME = "libtorrent, process started for it";

    /** The system's Python has Debian's binding; another one, earlier on the path, may not. */
    static final String PYTHON = "/usr/bin/python3";

    private static final Duration READY_LIMIT = Duration.ofSeconds(20);
    private static final Pattern LISTENING = Pattern.compile("LISTENING (\\d+)");
    private static final Pattern RESULT = Pattern.compile("RESULT wall=([\\d.]+)");

    private final WorkFolder work;
    private final Path file;
    private @Nullable LongProcess seed;
    private String port = "";

    LibtorrentContender(WorkFolder work, Path file) {
        this.work = work;
        this.file = file;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return missing(work);
    }

    /** What is missing to use libtorrent, and how to install it; empty when nothing is. */
    static Optional<String> missing(WorkFolder work) {
        try {
            TimedProcess.run(work.path(), Map.of(), List.of(PYTHON, "-c", "import libtorrent"));
            return Optional.empty();
        } catch (IOException absent) {
            return Optional.of(
                    "Not installed: libtorrent for " + PYTHON + "; on Debian: apt install python3-libtorrent");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("The question whether it is installed was interrupted");
        }
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        Path folder = work.folder("libtorrent");
        Torrent.write(folder.resolve("torrent"), file);
        try (InputStream script = LibtorrentContender.class.getResourceAsStream("libtorrent_peer.py")) {
            if (script == null) {
                throw new IOException("the script for libtorrent is not beside the program");
            }
            Files.copy(script, folder.resolve("peer.py"));
        }
        Path source = WorkFolder.folderOf(file);
        seed = LongProcess.start(folder.resolve("seed.log"), Map.of(), command("seed", source));
        port = seed.await(LISTENING, READY_LIMIT);
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        LongProcess sender = seed;
        if (sender == null) {
            throw new IllegalStateException("not prepared");
        }
        double before = sender.cpuSeconds();
        TimedProcess done = TimedProcess.run(work.path(), Map.of(), command(port, WorkFolder.folderOf(target)));
        Matcher wall = RESULT.matcher(done.output());
        if (!wall.find()) {
            throw new IOException("the receiver told no result: " + done.output());
        }
        return new Sample(Double.parseDouble(wall.group(1)), done.cpuSeconds(), sender.cpuSeconds() - before);
    }

    private List<String> command(String what, Path folder) {
        Path own = work.path().resolve("libtorrent");
        return List.of(
                PYTHON,
                own.resolve("peer.py").toString(),
                own.resolve("torrent").toString(),
                folder.toString(),
                what);
    }

    @Override
    public void close() {
        if (seed != null) {
            seed.close();
        }
    }
}
