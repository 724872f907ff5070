package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the BitTorrent programs have in common: a tracker, a torrent, processes that run before anybody asks, a file
 * that appears when a peer is done. For one thread.
 */
abstract class TorrentSwarm implements SwarmContender {

    /** What most programs choose for files of some hundred MiB. */
    private static final int PIECE_BYTES = 256 * 1024;

    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(30);
    private static final long POLL_MILLIS = 10;

    private final int trackerPort;
    private final List<LongProcess> processes = new ArrayList<>();
    private @Nullable LongProcess tracker;

    /** The network. */
    protected final SwarmNetwork network;

    /** Where files may be. */
    protected final WorkFolder work;

    /**
     * Nothing runs yet.
     *
     * @param trackerPort where its own tracker shall listen
     */
    protected TorrentSwarm(SwarmNetwork network, WorkFolder work, int trackerPort) {
        this.trackerPort = trackerPort;
        this.network = network;
        this.work = work;
    }

    /**
     * Starts a peer's process, which knows of nothing yet; the seed's with number 0.
     *
     * @param folder where it finds or puts the file
     * @param done a file to make when the download is complete, or the seed has looked at its file
     */
    protected abstract LongProcess start(Job job, int peer, Path torrent, Path folder, Path done)
            throws IOException, InterruptedException;

    /** Tells a peer to begin. */
    protected abstract void begin(Job job, int peer, Path torrent, Path folder)
            throws IOException, InterruptedException;

    @Override
    public void prepare() throws IOException, InterruptedException {
        tracker = LongProcess.start(
                work.folder(name()).resolve("tracker.log"),
                Map.of(),
                OwnJava.command(
                        network.inMiddle(),
                        "tracker",
                        "--host",
                        network.middle(),
                        "--port",
                        String.valueOf(trackerPort)));
        tracker.await(Tracker.READY, READY_LIMIT);
    }

    @Override
    public void offer(Job job) throws IOException, InterruptedException {
        Torrent.write(
                torrent(job),
                job.file(),
                PIECE_BYTES,
                Map.of("announce", "http://" + network.middle() + ":" + trackerPort + "/announce"));
        for (int peer = 0; peer <= network.peers(); peer++) {
            processes.add(start(job, peer, torrent(job), folder(job, peer), done(job, peer)));
        }
        begin(job, 0, torrent(job), folder(job, 0));
        awaitFile(done(job, 0), READY_LIMIT);
    }

    @Override
    public List<Double> run(Job job) throws IOException, InterruptedException {
        return SwarmStart.together(network.peers(), peer -> () -> {
            begin(job, peer, torrent(job), folder(job, peer));
            awaitFile(done(job, peer), DOWNLOAD_LIMIT);
            return true;
        });
    }

    @Override
    public void forget(Job job) throws IOException, InterruptedException {
        stopPeers();
    }

    @Override
    public void close() {
        stopPeers();
        if (tracker != null) {
            tracker.close();
        }
    }

    private void stopPeers() {
        processes.forEach(LongProcess::close);
        processes.clear();
    }

    private Path torrent(Job job) throws IOException {
        return work.folder(name()).resolve("job" + job.number() + ".torrent");
    }

    private Path done(Job job, int peer) throws IOException {
        return work.folder(name()).resolve("done-" + job.number() + "-" + peer);
    }

    private static Path folder(Job job, int peer) {
        Path file = peer == 0 ? job.file() : job.targets().get(peer - 1);
        return WorkFolder.folderOf(file);
    }

    /** Waits until a file is there. */
    protected static void awaitFile(Path file, Duration limit) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (Files.notExists(file)) {
            if (System.nanoTime() > endNanos) {
                throw new IOException(file.getFileName() + " does not appear");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
