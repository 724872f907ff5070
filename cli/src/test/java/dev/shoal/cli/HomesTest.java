package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Homes that are damaged, oddly named, or used by several commands at once. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HomesTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Network network;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        network = Network.withLease(folder, 60_000);
        byte[] data = new byte[200_000];
        new SplittableRandom(3).nextBytes(data);
        file = Files.write(folder.resolve("data"), data);
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void aDamagedKeyIsNamedAndNotReplaced() throws Exception {
        Home home = new Home(folder.resolve("home")).create();
        Files.writeString(home.identityFile(), "-----BEGIN PRIVATE KEY-----\nMIGH");
        assertDamaged("home", new Request.ListNames(null, false), home.identityFile(), Reason.DISK);
        assertDamaged("home", share(), home.identityFile(), Reason.DISK);
        Files.writeString(home.identityFile(), "");
        assertDamaged("home", share(), home.identityFile(), Reason.DISK);
    }

    @Test
    void damagedSettingsAreNamedAndNotReplaced() throws Exception {
        Home home = new Home(folder.resolve("home")).create();
        for (String wrong :
                List.of("colour = red", "listen = 70000", "upload-limit = fast", "user = a/b", "x = \\u00")) {
            Files.writeString(home.configurationFile(), wrong);
            PeerException refused = catchThrowableOfType(PeerException.class, () -> peer("home", PeerEvents.NONE));
            assertThat(refused).as(wrong).isNotNull();
            assertThat(refused.reason()).isIn(Reason.USAGE, Reason.DISK);
            assertThat(refused).hasMessageContaining(home.configurationFile().toString());
            assertThat(home.configurationFile()).hasContent(wrong);
        }
        byte[] garbage = {(byte) 0xff, (byte) 0xfe, 0, 1};
        Files.write(home.configurationFile(), garbage);
        PeerException refused = catchThrowableOfType(PeerException.class, () -> peer("home", PeerEvents.NONE));
        assertThat(refused).hasMessageContaining(home.configurationFile().toString());
        assertThat(home.configurationFile()).hasBinaryContent(garbage);
    }

    @Test
    void damagedKnownKeysAreNamedAndNotReplaced() throws Exception {
        Home home = new Home(folder.resolve("home")).create();
        Files.write(home.knownKeysFile(), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertDamaged("home", new Request.ListNames(null, false), home.knownKeysFile(), Reason.DISK);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 5_000})
    void aDamagedCatalogOnlyCostsHashingAgain(int damagedFrom) throws Exception {
        Home home = new Home(folder.resolve("home")).create();
        try (var first = Peers.open(home, options("home"), PeerEvents.NONE)) {
            new Network.Peer(first).share(file).next(Report.Shared.class);
        }
        byte[] catalog = Files.readAllBytes(home.catalogFile());
        for (int i = damagedFrom; i < catalog.length; i++) {
            catalog[i] = (byte) (i * 31);
        }
        Files.write(home.catalogFile(), catalog);
        Network.Peer peer = peer("home", PeerEvents.NONE);
        assertThat(peer.share(file).next(Report.Shared.class).name()).isEqualTo("home/data");
        Network.Peer bob = network.peer("bob");
        bob.get("home/data", folder.resolve("got"));
        assertThat(folder.resolve("got")).hasSameBinaryContentAs(file);
    }

    @Test
    void aHomeThatCannotBeMadeIsNamed() {
        PeerException refused = catchThrowableOfType(
                PeerException.class, () -> Peers.open(new Home(file.resolve("home")), options("x"), PeerEvents.NONE));
        assertThat(refused.reason()).isEqualTo(Reason.DISK);
        assertThat(refused).hasMessageContaining("data").hasMessageContaining("SHOAL_HOME");
    }

    @Test
    void commandsOfOneHomeWorkTogether() throws Exception {
        Network.Peer first = peer("home", PeerEvents.NONE);
        Network.Peer second = peer("home", PeerEvents.NONE);
        first.share(file).next(Report.Shared.class);
        Network.Job attached = second.share(Files.writeString(folder.resolve("more"), "more"));
        assertThat(attached.next(Report.Shared.class).name()).isEqualTo("home/more");
        Report.State state =
                second.ask(new Request.Status(null), Report.State.class).getFirst();
        assertThat(state.shares()).extracting(Report.ShareState::name).containsExactly("home/data", "home/more");
        assertThat(users()).containsExactly("home");

        Report.Shared others = network.peer("carol")
                .share(Files.writeString(folder.resolve("others"), "others"))
                .next(Report.Shared.class);
        second.get(others.link(), folder.resolve("got"));
        assertThat(folder.resolve("got")).hasContent("others");
        PeerException refused = second.refusal(new Request.Get(null, "carol/none", folder.toString(), false, false));
        assertThat(refused.reason()).isEqualTo(Reason.NOT_FOUND);

        attached.stop();
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(first.ask(new Request.Status(null), Report.State.class)
                                .getFirst()
                                .shares())
                        .extracting(Report.ShareState::name)
                        .containsExactly("home/data", "carol/others"));
    }

    @Test
    void anAttachedCommandTakesOverWhenTheProcessThatRanItEnds() throws Exception {
        Network.Peer first = peer("home", PeerEvents.NONE);
        Network.Peer second = peer("home", PeerEvents.NONE);
        Network.Job begun = first.share(file);
        begun.next(Report.Shared.class);
        Network.Job attached = second.share(Files.writeString(folder.resolve("more"), "more"));
        attached.next(Report.Shared.class);
        begun.stop();
        first.service().close();
        assertThat(attached.next(Report.Shared.class).name()).isEqualTo("home/more");
        Network.Peer bob = network.peer("bob");
        bob.get("home/more", folder.resolve("got"));
        assertThat(folder.resolve("got")).hasContent("more");
        assertThat(Peers.isRunning(new Home(folder.resolve("home")))).isTrue();
    }

    @Test
    void homesMayBeFarAwayAndOddlyNamed() throws Exception {
        String deep = String.join("/", List.of("x".repeat(60), "y".repeat(60), "z".repeat(60)));
        int number = 0;
        for (String name : List.of(deep, "with spaces and $igns", "\u5bb6 \u2013 caf\u00e9")) {
            Network.Peer first = inHome(name, "user" + number);
            Network.Peer second = inHome(name, "user" + number);
            first.share(file).next(Report.Shared.class);
            assertThat(Peers.isRunning(new Home(folder.resolve(name)))).isTrue();
            assertThat(second.ask(new Request.Status(null), Report.State.class)
                            .getFirst()
                            .shares())
                    .hasSize(1);
            first.service().close();
            assertThat(Peers.isRunning(new Home(folder.resolve(name)))).isFalse();
            number++;
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void inAFolderThatOthersLookIntoTheyReadNothingAndReachNoSocket() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"), rights("rwxrwxrwx"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path older = Files.createFile(home.resolve("known-keys"), rights("rw-r--r--"));
        Network.Peer peer = peer("home", PeerEvents.NONE);
        peer.share(file).next(Report.Shared.class);
        assertThat(Peers.isRunning(new Home(home))).isTrue();
        assertThat(rights(home.resolve("peer.sock"))).isEqualTo("rw-------");
        assertThat(rights(older)).isEqualTo("rw-------");
        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files.filter(path -> !path.equals(home) && !rights(path).endsWith("------"))
                            .map(path -> home.relativize(path).toString()))
                    .containsExactly("peer.pid");
        }
        assertThat(rights(home)).isEqualTo("rwxrwxrwx");
    }

    private static FileAttribute<?> rights(String rights) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights));
    }

    private static String rights(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aShareEndsAtOnceThoughTheIndexIsGone() throws Exception {
        Network.Peer alice = peer("alice", PeerEvents.NONE);
        Network.Job sharing = alice.share(file);
        sharing.next(Report.Shared.class);
        await().atMost(LONG)
                .until(() -> alice.ask(new Request.Status(null), Report.State.class)
                        .getFirst()
                        .datagrams());
        network.index().close();
        sharing.cancellation().cancel();
        // Nobody waits for the index's answer, which takes 10 s and more to fail to come.
        sharing.end().get(9, TimeUnit.SECONDS);
    }

    private Network.Peer peer(String home, PeerEvents events) {
        return network.inHome(home, options(home), events);
    }

    private Network.Peer inHome(String home, String user) {
        return network.inHome(home, options(user), PeerEvents.NONE);
    }

    private Peers.Options options(String user) {
        return new Peers.Options(network.address(), null, user, null, null, false);
    }

    private Request.Share share() {
        return new Request.Share(null, List.of(file.toString()), null, "");
    }

    private List<String> users() {
        return network.peer("asking").ask(new Request.Users(null), Report.UserOnline.class).stream()
                .map(Report.UserOnline::callsItself)
                .toList();
    }

    private void assertDamaged(String home, Request request, Path damaged, Reason reason) throws IOException {
        byte[] before = Files.readAllBytes(damaged);
        PeerException refused = peer(home, PeerEvents.NONE).refusal(request);
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused).hasMessageContaining(damaged.toString());
        assertThat(refused.getMessage())
                .endsWith(".")
                .doesNotContain("Exception")
                .doesNotContain("Input length");
        assertThat(damaged).hasBinaryContent(before);
    }
}
