package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** aria2 over BitTorrent, told through its own interface. For one thread. */
final class AriaSwarm extends TorrentSwarm {

    private static final int CONTROL_PORT = 6800;
    private static final int TRACKER_PORT = 6969;

    /** Nothing runs yet. */
    AriaSwarm(SwarmNetwork network, WorkFolder work) {
        super(network, work, TRACKER_PORT);
    }

    @Override
    public String name() {
        return "aria2";
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing(Map.of("aria2c", "aria2", "curl", "curl"));
    }

    @Override
    protected LongProcess start(Job job, int peer, Path torrent, Path folder, Path done) throws IOException {
        Path tell = AriaContender.hook(work.folder(name()).resolve("tell-" + job.number() + "-" + peer), done);
        List<String> command = new ArrayList<>(network.inPeer(peer));
        command.addAll(List.of(
                "aria2c",
                "--no-conf=true",
                "--enable-rpc=true",
                "--rpc-listen-port=" + CONTROL_PORT,
                "--enable-dht=false",
                "--enable-dht6=false",
                "--disable-ipv6=true",
                "--bt-enable-lpd=false",
                "--bt-max-peers=200",
                "--bt-seed-unverified=" + (peer == 0),
                "--check-integrity=false",
                "--allow-overwrite=true",
                "--file-allocation=none",
                "--disk-cache=64M",
                "--seed-ratio=0.0",
                "--bt-request-peer-speed-limit=100M",
                "--on-bt-download-complete=" + tell,
                "--on-download-start=" + (peer == 0 ? tell : "/bin/true"),
                "--console-log-level=warn",
                "--summary-interval=0",
                "--dir=" + folder));
        return LongProcess.start(
                work.folder(name()).resolve("peer-" + job.number() + "-" + peer + ".log"), Map.of(), command);
    }

    @Override
    protected void begin(Job job, int peer, Path torrent, Path folder) throws IOException, InterruptedException {
        Path request = work.folder(name()).resolve("request-" + job.number() + "-" + peer);
        String encoded = Base64.getEncoder().encodeToString(Files.readAllBytes(torrent));
        Files.writeString(
                request,
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"aria2.addTorrent\",\"params\":[\"" + encoded + "\"]}");
        List<String> command = new ArrayList<>(network.inPeer(peer));
        command.addAll(List.of(
                "curl",
                "-sf",
                "--retry",
                "50",
                "--retry-delay",
                "1",
                "--retry-connrefused",
                "-o",
                "/dev/null",
                "-d",
                "@" + request,
                "http://127.0.0.1:" + CONTROL_PORT + "/jsonrpc"));
        Process process = new ProcessBuilder(command).start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("aria2 does not take the torrent");
        }
    }
}
