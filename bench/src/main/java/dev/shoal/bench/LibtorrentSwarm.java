package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** libtorrent through its Python binding, with settings for small fast swarms. For one thread. */
final class LibtorrentSwarm extends TorrentSwarm {

    private static final int TRACKER_PORT = 6970;
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Pattern READY = Pattern.compile("ready");

    /** Nothing runs yet. */
    LibtorrentSwarm(SwarmNetwork network, WorkFolder work) {
        super(network, work, TRACKER_PORT);
    }

    @Override
    public String name() {
        return "libtorrent, tuned";
    }

    @Override
    public Optional<String> missing() {
        return LibtorrentContender.missing(work);
    }

    @Override
    protected LongProcess start(Job job, int peer, Path torrent, Path folder, Path done)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(network.inPeer(peer));
        command.addAll(List.of(
                LibtorrentContender.PYTHON,
                Program.here()
                        .root()
                        .resolve("bench/src/main/resources/dev/shoal/bench/libtorrent_swarm.py")
                        .toString(),
                peer == 0 ? "seed" : "get",
                network.address(peer),
                torrent.toString(),
                folder.toString(),
                go(job, peer).toString(),
                done.toString()));
        LongProcess process = LongProcess.start(
                work.folder(name()).resolve("peer-" + job.number() + "-" + peer + ".log"), Map.of(), command);
        process.await(READY, READY_LIMIT);
        return process;
    }

    @Override
    protected void begin(Job job, int peer, Path torrent, Path folder) throws IOException {
        Files.createFile(go(job, peer));
    }

    private Path go(Job job, int peer) throws IOException {
        return work.folder(name()).resolve("go-" + job.number() + "-" + peer);
    }
}
