package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.index.IndexConfiguration;
import dev.shoal.peer.Home;
import dev.shoal.peer.KnownKeys;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Indexes that are out of reach, or no longer who they were. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KeysTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void anIndexThatIsOutOfReachIsNamed() throws Exception {
        try (Network network = Network.withLease(folder, 60_000)) {
            // A port where nobody listens, and an address to which no connection can lead.
            for (String nowhere : List.of("127.0.0.1:1", "255.255.255.255:7800")) {
                Network.Peer peer = peer(network, "home", nowhere);
                PeerException refused = peer.refusal(new Request.ListNames(null, false));
                assertThat(refused.reason()).isEqualTo(Reason.UNREACHABLE);
                assertThat(refused).hasMessageContaining(nowhere).hasMessageContaining("shoal doctor");
                assertThat(peer.refusal(new Request.Get(nowhere, "a/b", folder.toString(), false, false))
                                .reason())
                        .isEqualTo(Reason.UNREACHABLE);
            }
            Path nobody = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n");
            List<String> start = Program.java("-Djdk.net.hosts.file=" + nobody);
            try (Program program =
                    Program.start(folder.resolve("other"), start, "ls", "--index", "nowhere.invalid:7800")) {
                assertThat(program.exit()).as(program.text()).isEqualTo(ExitCode.UNREACHABLE);
                assertThat(program.text()).contains("nowhere.invalid").doesNotContain("Exception");
            }
        }
    }

    @Test
    void oneIndexThatIsOutOfReachDoesNotKeepFromAnother() throws Exception {
        try (Network away = Network.withLease(Files.createDirectory(folder.resolve("away")), 60_000);
                Network network = Network.withLease(folder, 60_000)) {
            Path file = Files.writeString(folder.resolve("data"), "data");
            Report.Shared shared = network.peer("alice").share(file).next(Report.Shared.class);
            Network.Peer bob = peer(away, "bob", away.address());
            Network.Job sharing = bob.share(Files.writeString(folder.resolve("other"), "other"));
            sharing.next(Report.Shared.class);
            away.index().close();
            bob.get(shared.link(), folder.resolve("got"));
            assertThat(folder.resolve("got")).hasContent("data");
        }
    }

    @Test
    void aKeyThatOthersCanReadIsToldOnce() throws Exception {
        try (Network network = Network.withLease(folder, 60_000)) {
            Home home = new Home(folder.resolve("home"));
            Peers.Options options = new Peers.Options(network.address(), null, "ann", null, null, false);
            Request list = new Request.ListNames(null, false);
            Heard before = new Heard();
            network.inHome("home", options, before).ask(list, Report.Listed.class);
            assertThat(before.sentences()).noneMatch(text -> text.contains("chmod"));
            Files.setPosixFilePermissions(home.identityFile(), PosixFilePermissions.fromString("rw-r--r--"));

            Heard heard = new Heard();
            Network.Peer ann = network.inHome("home", options, heard);
            ann.ask(list, Report.Listed.class);
            ann.ask(list, Report.Listed.class);
            assertThat(heard.sentences())
                    .filteredOn(text ->
                            text.startsWith("WARNING") && text.contains("chmod 600 '" + home.identityFile() + "'"))
                    .hasSize(1);
        }
    }

    @Test
    void anIndexWithAnotherKeyIsRefusedUntilTheOldOneIsForgotten() throws Exception {
        try (Network network = new Network(folder, KeysTest::withoutDatagrams)) {
            Heard heard = new Heard();
            Network.Peer alice = network.peer("alice", null, heard);
            Network.Job sharing = alice.share(Files.writeString(folder.resolve("data"), "data"));
            Report.Shared shared = sharing.next(Report.Shared.class);
            Network.Peer bob = network.peer("bob");
            assertThat(bob.ask(new Request.ListNames(null, false), Report.Listed.class))
                    .hasSize(1);

            anotherIndexInItsPlace(network);
            PeerException refused = bob.refusal(new Request.ListNames(null, false));
            assertThat(refused.reason()).isEqualTo(Reason.VERIFICATION);
            assertThat(refused)
                    .hasMessageContaining("until now it had")
                    .hasMessageContaining("shoal config forget-index " + network.address());
            PeerException linked = bob.refusal(new Request.Get(null, shared.link(), folder.toString(), false, false));
            assertThat(linked.reason()).isEqualTo(Reason.VERIFICATION);
            assertThat(linked).hasMessageContaining("new link");
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(heard.sentences())
                            .anySatisfy(sentence -> assertThat(sentence)
                                    .startsWith("WARNING The index at")
                                    .contains("forget-index")));

            assertThat(new KnownKeys(new Home(folder.resolve("bob")).knownKeysFile()).forgetIndex(network.address()))
                    .isTrue();
            assertThat(bob.ask(new Request.ListNames(null, false), Report.Listed.class))
                    .isEmpty();
            new KnownKeys(new Home(folder.resolve("alice")).knownKeysFile()).forgetIndex(network.address());
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(heard.sentences())
                            .anySatisfy(sentence -> assertThat(sentence).contains("is back")));
            Network.Job again = alice.share(folder.resolve("data"));
            again.next(Report.Shared.class);
            assertThat(bob.ask(new Request.ListNames(null, false), Report.Listed.class))
                    .hasSize(1);
        }
    }

    /** Nobody listens on port 1: everything goes over TLS at once, and what is to be found is found sooner. */
    private static IndexConfiguration withoutDatagrams(IndexConfiguration configuration) {
        return new IndexConfiguration(
                configuration.listen(),
                configuration.data(),
                configuration.metrics(),
                configuration.settings(),
                OptionalInt.of(1),
                Optional.empty(),
                Optional.empty());
    }

    private static void anotherIndexInItsPlace(Network network) throws IOException {
        network.index().close();
        try (Stream<Path> all = Files.walk(network.folder().resolve("index"))) {
            all.sorted(Comparator.reverseOrder()).forEach(KeysTest::delete);
        }
        network.restartIndex();
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Network.Peer peer(Network network, String home, String index) {
        return network.inHome(home, new Peers.Options(index, null, home, null, null, false), PeerEvents.NONE);
    }
}
