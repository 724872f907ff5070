package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.Home;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.KnownKeys;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The index that {@code shoal share} runs itself, at an address where the home met another one before. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OwnIndexTest {

    private static final Pattern LINK = Pattern.compile("shoal://\\S+");

    @TempDir
    Path folder;

    @Test
    void itsKeyIsKnownThoughAnotherIndexWasMetAtItsAddress() throws IOException {
        try (Network network = Network.withLease(folder, 60_000)) {
            Terminal home = terminal("home", network.address());
            assertEnds(ExitCode.DONE, home.run("ls", "--index", network.address()));
            String known = knownKeys("home");
            assertThat(known).contains(network.address());
            int port = network.index().address().getPort();
            network.index().close();

            Terminal.Running sharing = home.begin("share", file().toString());
            sharing.await(LINK);
            // These go to the process that shares, and so to its index.
            assertThat(assertEnds(ExitCode.DONE, home.run("ls"))).contains("data");
            assertThat(assertEnds(ExitCode.DONE, home.run("ls", "--index", network.address())))
                    .contains("data");
            assertThat(sharing.interrupt().exit()).isEqualTo(ExitCode.INTERRUPTED);

            assertThat(knownKeys("home")).isEqualTo(known);
            try (var back = network.startIndex(port)) {
                assertThat(back.id().fingerprint()).isIn((Object[]) known.split("\\s+"));
                assertEnds(ExitCode.DONE, home.run("ls", "--index", network.address()));
            }
        }
    }

    @Test
    void itLeavesNoKeyBehindForTheNextIndexAtItsAddress() throws IOException {
        try (Network network = Network.withLease(folder, 60_000)) {
            Terminal home = terminal("home", network.address());
            int port = network.index().address().getPort();
            network.index().close();
            Terminal.Running sharing = home.begin("share", file().toString());
            sharing.await(LINK);
            sharing.interrupt();
            assertThat(new KnownKeys(new Home(folder.resolve("home")).knownKeysFile()).index(network.address()))
                    .isEmpty();
            try (var next = network.startIndex(port)) {
                assertThat(next.address().getPort()).isEqualTo(port);
                assertEnds(ExitCode.DONE, home.run("ls", "--index", network.address()));
            }
        }
    }

    @Test
    void whoSharesAdministersItAndNoStrangerDoes() throws IOException {
        try (Network network = Network.withLease(folder, 60_000)) {
            Terminal home = terminal("home", network.address());
            Terminal stranger = terminal("stranger", network.address()).typing("a stranger's password\n");
            network.index().close();
            Terminal.Running sharing = home.begin("share", file().toString());
            sharing.await(LINK);

            assertEnds(ExitCode.DONE, stranger.run("signup", "first", "--index", network.address()));
            assertEnds(
                    ExitCode.NOT_ALLOWED, stranger.run("admin", "remove", "home/data", "--index", network.address()));
            assertThat(assertEnds(ExitCode.DONE, home.run("admin", "users"))).contains("first");
            sharing.interrupt();
        }
    }

    private static String assertEnds(int exit, Terminal.Ended ended) {
        assertThat(ended.exit()).as(ended.out() + ended.err()).isEqualTo(exit);
        return ended.out();
    }

    private String knownKeys(String home) throws IOException {
        return Files.readString(new Home(folder.resolve(home)).knownKeysFile());
    }

    private Path file() throws IOException {
        return Files.writeString(folder.resolve("data"), "data");
    }

    private Terminal terminal(String home, String index) {
        Terminal terminal = new Terminal(folder.resolve(home), folder).with(new At(HostAndPort.parse(index)));
        terminal.run("config", "user", home);
        return terminal;
    }

    /** The real services, but an own index listens where the test says. */
    private record At(HostAndPort address) implements Services {

        @Override
        public PeerService peer(Home home, Peers.Options options, PeerEvents events) {
            return new Wiring().peer(home, options, events);
        }

        @Override
        public boolean isPeerRunning(Home home) {
            return new Wiring().isPeerRunning(home);
        }

        @Override
        public RunningIndex index(IndexChoices choices) {
            return new Wiring()
                    .index(new IndexChoices(
                            address,
                            choices.data(),
                            choices.metrics(),
                            choices.leaseSeconds(),
                            choices.policy(),
                            choices.administrator(),
                            choices.requests()));
        }

        @Override
        public RunningWeb web(Home home, PeerService peer, @Nullable Integer port, PeerEvents events) {
            return new Wiring().web(home, peer, port, events);
        }

        @Override
        public @Nullable PeerPage page(Home home) {
            return new Wiring().page(home);
        }

        @Override
        public SavedIndex saveIndex(Path folder, Path file) {
            return new Wiring().saveIndex(folder, file);
        }

        @Override
        public SavedIndex restoreIndex(Path file, Path folder) {
            return new Wiring().restoreIndex(file, folder);
        }

        @Override
        public void examine(Home home, @Nullable HostAndPort index, Consumer<Finding> findings) {
            new Wiring().examine(home, index, findings);
        }
    }
}
