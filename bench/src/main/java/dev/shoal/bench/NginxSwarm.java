package dev.shoal.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everybody gets everything from the one that has it, with curl from nginx. As that takes as long as it is predictable,
 * only a part of the file is moved. For one thread.
 */
final class NginxSwarm implements SwarmContender {

    /** What it is called in tables. */
    static final String NAME = "all from one nginx";

    private final SwarmNetwork network;
    private final WorkFolder work;
    private @Nullable NginxServer server;

    /** Nothing runs yet. */
    NginxSwarm(SwarmNetwork network, WorkFolder work) {
        this.network = network;
        this.work = work;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing("nginx", "curl");
    }

    @Override
    public int standsFor() {
        return network.peers();
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        Path folder = work.folder("nginx");
        server = NginxServer.startBehind(folder, work.folder("nginx-www"), network.address(0), network.inPeer(0));
    }

    @Override
    public void offer(Job job) throws IOException {
        Files.copy(job.file(), work.folder("nginx-www").resolve(file(job)), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public List<Double> run(Job job) throws IOException, InterruptedException {
        NginxServer nginx = server;
        if (nginx == null) {
            throw new IllegalStateException("not prepared");
        }
        return SwarmStart.together(
                network.peers(),
                peer -> () -> fetch(
                        network, peer, nginx.plainUrl(file(job)), job.targets().get(peer - 1)));
    }

    /**
     * Gets a file as a peer.
     *
     * @return how long that took, in seconds
     */
    static double fetch(SwarmNetwork network, int peer, String url, Path target)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(network.inPeer(peer));
        command.addAll(List.of("curl", "-sf", "-w", "%{time_total}", "-o", target.toString(), url));
        Process process = new ProcessBuilder(command).start();
        try (InputStream told = process.getInputStream()) {
            String seconds = new String(told.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("curl ended with code " + process.exitValue());
            }
            return Double.parseDouble(seconds);
        }
    }

    @Override
    public void forget(Job job) throws IOException {
        Files.deleteIfExists(work.folder("nginx-www").resolve(file(job)));
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }

    private static String file(Job job) {
        return "file" + job.number();
    }
}
