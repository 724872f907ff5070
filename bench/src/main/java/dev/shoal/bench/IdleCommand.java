package dev.shoal.bench;

import dev.shoal.protocol.Hello;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.TransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code idle}: thousands of connections from many addresses that say nothing, before or after they have greeted, to an
 * index and to a peer; what they cost, and whether an honest peer is served meanwhile.
 */
@Command(
        name = "idle",
        mixinStandardHelpOptions = true,
        description = "Thousands of idle connections to an index and to a peer: what they cost, and who is served.")
final class IdleCommand implements Callable<Integer> {

    private static final int FILE_BYTES = 1024 * 1024;
    private static final int OF_ONE_ADDRESS = 200;
    private static final int DIALLERS = 32;
    private static final int MAX_REQUESTED_BYTES = 1 << 20;
    private static final double MEBIBYTE = 1024.0 * 1024.0;

    @Option(names = "--connections", defaultValue = "10000", description = "How many; ${DEFAULT-VALUE}.")
    int connections;

    @Option(names = "--folder", defaultValue = "/dev/shm", description = "Where homes and files are.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    private final Program program = Program.here();
    private final Tls tls = new Tls(Identity.generate());
    private final Queue<AutoCloseable> open = new ConcurrentLinkedQueue<>();
    private final AtomicInteger instances = new AtomicInteger();
    private final List<Object> measured = new ArrayList<>();
    private final TextTable table = new TextTable(
            "idle connections", "dialled", "turned away", "resident MiB before", "with them", "honest one s");

    /** Something that keeps a connection open and idle. */
    private interface Dialling {
        AutoCloseable dial(InetSocketAddress from, InetSocketAddress to) throws IOException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(folder);
                Program.RunningIndex index = program.index(work.path());
                LongProcess source = program.share(
                        work.folder("source"), work.randomFile("file", FILE_BYTES), index.address(), "file")) {
            InetSocketAddress toIndex = index.socketAddress();
            InetSocketAddress toPeer =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port(work, index.address()));
            List<String> list = program.command("ls", "--json", "--index", index.address());
            List<String> get = program.command(
                    "get",
                    "bench/file",
                    "--index",
                    index.address(),
                    "--output",
                    work.path().resolve("got").toString());
            measure(work, "to the index, silent", index.process(), toIndex, this::silent, list);
            measure(work, "to the index, greeted", index.process(), toIndex, this::greetedIndex, list);
            measure(work, "to a peer, silent", source, toPeer, this::silent, get);
            measure(work, "to a peer, greeted", source, toPeer, this::greetedPeer, get);
        }
        System.out.println(table);
        Path file = json != null ? json : program.root().resolve("bench/target/results/idle.json");
        ResultFile.write(file, Main.commandLine(), Map.of("measured", measured));
        return 0;
    }

    private void measure(
            WorkFolder work,
            String name,
            LongProcess target,
            InetSocketAddress to,
            Dialling dialling,
            List<String> honest)
            throws IOException, InterruptedException {
        double before = ProcessState.of(target.pid()).residentBytes() / MEBIBYTE;
        AtomicInteger turnedAway = new AtomicInteger();
        AtomicInteger dialled = new AtomicInteger();
        try (ExecutorService diallers = Executors.newFixedThreadPool(DIALLERS)) {
            for (int number = 0; number < connections; number++) {
                int group = number / OF_ONE_ADDRESS;
                String from = "127.77." + group / 250 + "." + (1 + group % 250);
                diallers.execute(() -> {
                    try {
                        open.add(dialling.dial(new InetSocketAddress(from, 0), to));
                        dialled.incrementAndGet();
                    } catch (IOException | TransportException | MalformedPduException e) {
                        turnedAway.incrementAndGet();
                    }
                });
            }
            // Those in the middle of it are as idle as any.
            diallers.shutdown();
            diallers.awaitTermination(1, TimeUnit.MINUTES);
            Files.deleteIfExists(work.path().resolve("got"));
            double seconds = TimedProcess.run(
                            work.path(), Program.environment(work.path().resolve("home-honest")), honest)
                    .wallSeconds();
            double with = ProcessState.residentBytes(target.pid()) / MEBIBYTE;
            table.row(
                    name,
                    "" + dialled.get(),
                    "" + turnedAway.get(),
                    String.format(Locale.ROOT, "%.0f", before),
                    String.format(Locale.ROOT, "%.0f", with),
                    String.format(Locale.ROOT, "%.2f", seconds));
            measured.add(Map.of(
                    "connections", name,
                    "dialled", dialled.get(),
                    "turnedAway", turnedAway.get(),
                    "residentMebibytesBefore", before,
                    "residentMebibytesWith", with,
                    "honestSeconds", seconds));
            closeAll();
            diallers.shutdownNow();
        }
        closeAll();
    }

    private void closeAll() throws IOException {
        for (AutoCloseable each = open.poll(); each != null; each = open.poll()) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    private AutoCloseable silent(InetSocketAddress from, InetSocketAddress to) throws IOException {
        return Loopback.connect(from, to);
    }

    private AutoCloseable greetedIndex(InetSocketAddress from, InetSocketAddress to) throws IOException {
        Hello hello = new Hello(Hello.VERSION, instances.incrementAndGet(), 0, "", 0, List.of(), "idle");
        return greeted(TlsStream.over(Loopback.connect(from, to), tls, true, Tls.INDEX_PROTOCOL), hello);
    }

    private AutoCloseable greetedPeer(InetSocketAddress from, InetSocketAddress to) throws IOException {
        PeerPdu.PeerHello hello =
                new PeerPdu.PeerHello(Hello.VERSION, instances.incrementAndGet(), 0, MAX_REQUESTED_BYTES, "idle");
        return greeted(TlsStream.over(Loopback.connect(from, to), tls, true, Tls.PEER_PROTOCOL), hello);
    }

    private static AutoCloseable greeted(TlsStream stream, Pdu hello) throws IOException {
        FrameStream frames = new FrameStream(stream, Pdu.MAX_STREAM_BYTES);
        try {
            frames.sendRequest(0, hello);
            frames.readHeader();
            frames.readBody();
            return frames;
        } catch (IOException | MalformedPduException e) {
            frames.close();
            throw e;
        }
    }

    private int port(WorkFolder work, String index) throws IOException, InterruptedException {
        TimedProcess status = TimedProcess.run(
                work.path(),
                Program.environment(work.path().resolve("source")),
                program.command("status", "--json", "--index", index));
        return Integer.parseInt(status.output().replaceAll("(?s).*\"listenPort\":(\\d+).*", "$1"));
    }
}
