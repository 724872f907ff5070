package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may call what how, and what names may look like. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NamesTest {

    @TempDir
    Path folder;

    private Network network;
    private Network.Peer alice;
    private Network.Peer bob;

    @BeforeEach
    void start() {
        network = Network.withLease(folder, 60_000);
        alice = network.peer("alice");
        bob = network.peer("bob");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void whoHasAnothersUserNameSharesUnderHisOwnAndIsToldSo() throws Exception {
        share(alice, file("data", 1_000), null);
        Network.Peer other = peer("elsewhere", "alice");
        Network.Job sharing = other.begin(share(file("other/data", 2_000), null));
        Report.Said said = sharing.next(Report.Said.class);
        Report.Shared shared = sharing.next(Report.Shared.class);
        assertThat(shared.name()).matches("alice-[a-z2-7]{4}/data");
        assertThat(said.text()).contains("\"alice\"").contains(shared.name());
        assertThat(shared.link()).contains(shared.name());
        bob.get(shared.name(), folder.resolve("got"));
        assertThat(folder.resolve("got")).hasSameBinaryContentAs(folder.resolve("other/data"));
        Network.Job free = other.begin(share(file("other/free", 2_001), null));
        assertThat(free.next(Report.Shared.class).name())
                .isEqualTo(shared.name().replace("data", "free"));
    }

    @Test
    void aNameOfSomebodyElseThatWasAskedForIsRefused() throws Exception {
        share(alice, file("data", 1_000), null);
        PeerException taken = bob.refusal(share(file("mine", 2_000), "alice/data"));
        assertThat(taken.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(taken).hasMessageContaining("alice/data").hasMessageContaining("--name");
        PeerException owned = bob.refusal(share(file("mine", 2_000), "alice/other"));
        assertThat(owned.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(owned).hasMessageContaining("alice");
        assertThat(names(bob)).containsExactly("alice/data");
    }

    @Test
    void theSameFileUnderTheSameNameAddsASource() throws Exception {
        Report.Shared first = share(alice, file("data", 300_000), null);
        Report.Shared second = share(bob, file("copy", 300_000), "alice/data");
        assertThat(first.fresh()).isTrue();
        assertThat(second.fresh()).isFalse();
        assertThat(second.content()).isEqualTo(first.content());
        assertThat(second.link()).isEqualTo(first.link());
        assertThat(details(bob, "alice/data").seeds()).isEqualTo(2);
    }

    @Test
    void theOwnerMakesNewVersionsAndOldOnesAreStillReached() throws Exception {
        Report.Shared one = share(alice, file("one", 100_000), "data");
        Report.Shared two = share(alice, file("two", 200_000), "data");
        assertThat(List.of(one.version(), two.version())).containsExactly(1, 2);
        assertThat(two.fresh()).isTrue();
        assertThat(details(bob, "alice/data").version()).isEqualTo(2);
        assertThat(details(bob, "alice/data@1").latest()).isEqualTo(2);
        assertGets("alice/data", "two");
        assertGets("alice/data@1", "one");
        assertGets(two.link(), "two");
        assertGets(one.link() + ",c=" + one.content(), "one");
        PeerException missing = bob.refusal(get("alice/data@3", folder));
        assertThat(missing.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(missing).hasMessageContaining("version 3");
    }

    @Test
    void onlyTheOwnerRemovesANameAndEverybodyHisOwnShare() throws Exception {
        share(alice, file("data", 300_000), null);
        PeerException refused = bob.refusal(new Request.Remove(null, List.of("alice/data"), false));
        assertThat(refused.reason()).isEqualTo(Reason.NOT_ALLOWED);
        share(bob, file("copy", 300_000), "alice/data");
        assertThat(removed(bob, "alice/data")).isEqualTo(1);
        assertThat(details(bob, "alice/data").seeds()).isEqualTo(1);
        assertThat(removed(alice, "data")).isEqualTo(1);
        assertThat(bob.refusal(new Request.Describe(null, "alice/data")).reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(alice.refusal(new Request.Remove(null, List.of("data"), false))
                        .reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(folder.resolve("data")).exists();
    }

    @Test
    void everythingIsRemovedAtOnceAndTheFilesStay() throws Exception {
        for (int i = 1; i <= 3; i++) {
            share(alice, file("data" + i, i * 1_000), null);
        }
        share(bob, file("kept", 1_000), null);
        assertThat(alice.ask(new Request.Remove(null, List.of(), true), Report.Removed.class))
                .singleElement()
                .satisfies(removed -> assertThat(removed.count()).isEqualTo(3));
        assertThat(names(bob)).containsExactly("bob/kept");
        assertThat(folder.resolve("data1")).exists();
    }

    @Test
    void namesMeanTheSameInEveryFormOfUnicodeAndDifferByCase() throws Exception {
        String composed = Normalizer.normalize("Caf\u00e9 \u5927.txt", Normalizer.Form.NFC);
        String decomposed = Normalizer.normalize(composed, Normalizer.Form.NFD);
        Report.Shared shared = share(alice, file("a", 1_000), decomposed);
        assertThat(shared.name()).isEqualTo("alice/" + composed);
        assertGets("alice/" + decomposed, "a");
        assertGets("alice/" + composed, "a");
        assertGets(shared.link(), "a");
        assertThat(bob.ask(new Request.Search(null, "CAF\u00c9", 10), Report.Listed.class))
                .hasSize(1);
        share(alice, file("b", 2_000), composed.toUpperCase(Locale.ROOT));
        assertThat(names(bob)).hasSize(2);
        assertGets("alice/" + composed, "a");
    }

    @Test
    void linksCarryEveryName() throws Exception {
        for (String odd : List.of("a b", "100%", "a,o=b", "a@2", "x#y?z", "'\"$`", "\ud83d\udc1f", "a:b")) {
            Report.Shared shared = share(alice, file("f" + odd.hashCode(), Math.abs(odd.hashCode() % 5_000)), odd);
            assertThat(shared.name()).isEqualTo("alice/" + odd);
            assertThat(shared.link()).matches("[!-~]+");
            assertGets(shared.link(), "f" + odd.hashCode());
            assertGetsIntoFolder(shared.link(), odd);
        }
    }

    @Test
    void namesThatCannotBeAreRefusedWithAnAdvice() throws Exception {
        Path file = file("data", 10);
        for (String wrong : List.of("x".repeat(250), "..", "a/../b", "con", "a\nb", "a/", "", "a\\b", "end.")) {
            PeerException refused = alice.refusal(share(file, wrong));
            assertThat(refused.reason()).as(wrong).isEqualTo(Reason.USAGE);
            assertThat(refused).hasMessageContaining("--name");
        }
        Report.Shared longest = share(alice, file, "x".repeat(249));
        assertGetsIntoFolder(longest.link(), "x".repeat(249));
        PeerException none = alice.refusal(new Request.Remove(null, List.of("a/../b"), false));
        assertThat(none.reason()).isEqualTo(Reason.USAGE);
        assertThat(none.getMessage()).matches("[A-Z].*\\.").doesNotContain("\n");
        assertThat(bob.refusal(get("alice/../x", folder)).reason()).isEqualTo(Reason.USAGE);
        assertThat(bob.refusal(get("shoal://nonsense", folder)).reason()).isEqualTo(Reason.USAGE);
        assertThat(bob.refusal(get("alice/nothing", folder)).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    private Network.Peer peer(String home, String user) {
        return network.inHome(
                home, new Peers.Options(network.address(), null, user, null, null, true), PeerEvents.NONE);
    }

    private static Request.Share share(Path file, @Nullable String name) {
        return new Request.Share(null, List.of(file.toString()), name, "");
    }

    private static Report.Shared share(Network.Peer peer, Path file, @Nullable String name) throws Exception {
        return peer.begin(share(file, name)).next(Report.Shared.class);
    }

    private static Request.Get get(String target, Path output) {
        return new Request.Get(null, target, output.toString(), false, false);
    }

    private void assertGets(String target, String original) throws IOException {
        Path got = Files.createTempDirectory(folder, "got").resolve("file");
        Report.Got report = bob.get(target, got);
        assertThat(report.path()).isEqualTo(got.toRealPath().toString());
        assertThat(got).hasSameBinaryContentAs(folder.resolve(original));
    }

    private void assertGetsIntoFolder(String target, String fileName) throws IOException {
        Path into = Files.createTempDirectory(folder, "into");
        bob.get(target, into);
        assertThat(into.resolve(fileName)).exists();
        assertThat(into.toFile().list()).hasSize(1);
    }

    private static Report.Details details(Network.Peer peer, String target) {
        return peer.ask(new Request.Describe(null, target), Report.Details.class)
                .getFirst();
    }

    private static int removed(Network.Peer peer, String name) {
        return peer.ask(new Request.Remove(null, List.of(name), false), Report.Removed.class)
                .getFirst()
                .count();
    }

    private static List<String> names(Network.Peer peer) {
        return peer.ask(new Request.ListNames(null, true), Report.Listed.class).stream()
                .map(Report.Listed::name)
                .toList();
    }

    private Path file(String name, int size) throws IOException {
        byte[] data = new byte[size];
        new SplittableRandom(size).nextBytes(data);
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, data);
    }
}
