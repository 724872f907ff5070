package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that may open few files, and strangers who take all of them: afterwards all is as it was. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class FewDescriptorsTest {

    /** What a process opens by itself, and some dozens. */
    private static final int DESCRIPTORS = 160;

    /** A connection takes up to three: with fewer left, it is given up again. */
    private static final int LEFT_OVER = 4;

    /** Most that are there at a time, so that a process that never fills is found out. */
    private static final int STRANGERS = 800;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern ADDRESS = Pattern.compile("(?<=\"address\":\"127.0.0.1:)\\d+");
    private static final Pattern LINK = Pattern.compile("(?<=\"link\":\")[^\"]+");

    @TempDir
    Path folder;

    private final List<SocketChannel> strangers = new ArrayList<>();
    private final Sample sample = Sample.of(1, 3_000_000);

    @BeforeEach
    void look() {
        Program.needs(Files.isDirectory(Path.of("/proc/self/fd")), "the folder /proc/self/fd");
    }

    @Test
    void aPeerServesAgainWhenItHasDescriptorsAgain() throws Exception {
        Path original = sample.write(folder.resolve("original"));
        try (Network network = new Network(folder);
                Program sharer = few("sharer", "share", original.toString(), "--index", network.address())) {
            String link = sharer.await(LINK);
            Network.Peer bob = network.peer("bob");
            exhaust(sharer, port(bob, link));
            Network.Job job = bob.begin(
                    new Request.Get(null, link, folder.resolve("bob-got").toString(), false, false));
            job.next(Report.Progress.class);
            free();
            job.end().get(90, TimeUnit.SECONDS);
            assertThat(Files.readAllBytes(folder.resolve("bob-got"))).isEqualTo(sample.bytes());
            network.peer("carol").get(link, folder.resolve("carol-got"));
            assertThat(Files.readAllBytes(folder.resolve("carol-got"))).isEqualTo(sample.bytes());
            assertThat(sharer.text()).doesNotContain("Exception", "\tat ");
        } finally {
            free();
        }
    }

    @Test
    void anIndexAnswersAgainWhenItHasDescriptorsAgain() throws Exception {
        Path original = sample.write(folder.resolve("original"));
        try (Program index = few(
                "index",
                "index",
                "--listen",
                "127.0.0.1:0",
                "--data",
                folder.resolve("data").toString())) {
            int port = Integer.parseInt(index.await(ADDRESS));
            try (PeerService aliceService = open("alice", port);
                    PeerService bobService = open("bob", port)) {
                String link = new Network.Peer(aliceService)
                        .share(original)
                        .next(Report.Shared.class)
                        .link();
                exhaust(index, port);
                free();
                Network.Peer bob = new Network.Peer(bobService);
                await().atMost(LIMIT)
                        .ignoreExceptions()
                        .until(() -> bob.ask(new Request.ListNames(null, false), Report.Listed.class)
                                        .size()
                                == 1);
                bob.get(link, folder.resolve("got"));
                assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(sample.bytes());
            }
            assertThat(index.text()).doesNotContain("\tat ");
        } finally {
            free();
        }
    }

    private PeerService open(String name, int port) {
        return Peers.open(
                new Home(folder.resolve(name)),
                new Peers.Options("127.0.0.1:" + port, null, name, null, null, true),
                PeerEvents.NONE);
    }

    private Program few(String home, String... arguments) throws IOException {
        List<String> start = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + DESCRIPTORS + "; exec \"$0\" \"$@\""));
        start.addAll(Program.java());
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return Program.start(folder.resolve(home), start, all.toArray(String[]::new));
    }

    private static int port(Network.Peer peer, String link) {
        String endpoint = await().atMost(LIMIT)
                .until(
                        () -> peer.ask(new Request.Describe(null, link), Report.Details.class).stream()
                                .flatMap(details -> details.sourceList().stream())
                                .flatMap(source -> source.endpoints().stream())
                                .findFirst()
                                .orElse(""),
                        found -> !found.isEmpty());
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    /**
     * Takes all that the process has left. Those whom it gives up, because several at once found too little left, or
     * closes for saying nothing, are followed by others.
     */
    private void exhaust(Program program, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Path open = Path.of("/proc/" + program.pid() + "/fd");
        await().atMost(LIMIT).until(() -> {
            leaveClosed();
            long missing;
            try (Stream<Path> files = Files.list(open)) {
                missing = DESCRIPTORS - LEFT_OVER - files.count();
            }
            for (long i = 0; i < missing && strangers.size() < STRANGERS; i++) {
                SocketChannel stranger = SocketChannel.open(address);
                stranger.configureBlocking(false);
                strangers.add(stranger);
            }
            return missing <= 0;
        });
    }

    private void leaveClosed() throws IOException {
        for (SocketChannel stranger : List.copyOf(strangers)) {
            if (isClosed(stranger)) {
                stranger.close();
                strangers.remove(stranger);
            }
        }
    }

    private static boolean isClosed(SocketChannel stranger) {
        try {
            return stranger.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private void free() throws IOException {
        for (SocketChannel stranger : strangers) {
            stranger.close();
        }
        strangers.clear();
    }
}
