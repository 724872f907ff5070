package dev.shoal.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A server that only returns what it gets: the ceiling of this generator on these cores. For one thread. */
final class EchoTarget implements LoadTarget {

    /** About what a sealed look-up takes. */
    private static final int REQUEST_BYTES = 90;

    private static final int SLOTS = 10_000;

    private final Path folder;
    private final int core;
    private @Nullable LongProcess process;
    private @Nullable LoadSocket socket;
    private int next;

    EchoTarget(Path folder, int core) {
        this.folder = folder;
        this.core = core;
    }

    @Override
    public String name() {
        return "echo, unsealed";
    }

    @Override
    public void start() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        LongProcess started = LongProcess.start(
                folder.resolve("echo.log"),
                Map.of(),
                Pinned.command(
                        core,
                        List.of(
                                java,
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EchoServer.class.getName())));
        process = started;
        int port = Integer.parseInt(started.await(Pattern.compile("port (\\d+)"), Duration.ofSeconds(20)));
        socket = LoadSocket.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    @Override
    public void fill(LoadBatch batch) {
        batch.clear();
    }

    @Override
    public long filled() {
        return 0;
    }

    @Override
    public void requests(LoadBatch batch, int count) {
        batch.clear();
        for (int i = 0; i < count; i++) {
            ByteBuffer datagram = batch.begin();
            datagram.putInt(next).position(datagram.position() + REQUEST_BYTES - Integer.BYTES);
            batch.end(next);
            next = (next + 1) % SLOTS;
        }
    }

    @Override
    public int slots() {
        return SLOTS;
    }

    @Override
    public int slot(ByteBuffer answer) {
        return answer.getInt(0);
    }

    @Override
    public boolean isGood(ByteBuffer answer) {
        return answer.remaining() == REQUEST_BYTES;
    }

    @Override
    public LoadSocket socket() {
        return Objects.requireNonNull(socket);
    }

    @Override
    public double cpuSeconds() {
        return Objects.requireNonNull(process).cpuSeconds();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
