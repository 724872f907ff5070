package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import dev.shoal.peer.Home;
import dev.shoal.peer.KnownKeys;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The number of a name's versions never goes back, whatever becomes of the name at the index. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class VersionNumbersTest {

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
    void aNameThatWasTakenAwayGoesOnForThoseWhoKnewIt() throws Exception {
        share("one");
        share("two");
        assertThat(share("three")).isEqualTo(3);
        assertGets("three");
        alice.ask(new Request.Remove(null, List.of("data"), false), Report.Removed.class);
        assertThat(bob.refusal(new Request.Describe(null, "alice/data")).reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(share("four")).isEqualTo(4);
        assertGets("four");
        alice.ask(new Request.Remove(null, List.of(), true), Report.Removed.class);
        assertThat(share("four")).as("the same content again").isEqualTo(5);
        assertGets("four");
        assertThat(share("four")).as("nothing new").isEqualTo(5);
    }

    @Test
    void anIndexThatLostItsNamesIsToldToGoOn() throws Exception {
        share("one");
        share("two");
        assertGets("two");
        network.index().close();
        deleteNames();
        network.restartIndex();
        assertThat(share("three")).isEqualTo(3);
        assertGets("three");
    }

    @Test
    void anIndexThatWasRestoredFromAnOldCopyIsToldToGoOn() throws Exception {
        share("one");
        network.index().close();
        Path copy = Files.createDirectory(folder.resolve("copy"));
        copyNames(folder.resolve("index"), copy);
        network.restartIndex();
        share("two");
        assertGets("two");
        network.index().close();
        deleteNames();
        copyNames(copy, folder.resolve("index"));
        network.restartIndex();
        PeerException refused = bob.refusal(new Request.Describe(null, "alice/data"));
        assertThat(refused.reason()).isEqualTo(Reason.VERIFICATION);
        // The latest version of that index is this content, but the number is an old one.
        assertThat(share("one")).isEqualTo(3);
        assertGets("one");
    }

    @Test
    void whereNobodyRemembersTheNumberAGetterIsToldWhatToDo() throws Exception {
        share("one");
        assertThat(share("two")).isEqualTo(2);
        assertGets("two");
        alice.ask(new Request.Remove(null, List.of("data"), false), Report.Removed.class);
        Files.delete(folder.resolve("alice/known-versions"));
        assertThat(share("three")).isEqualTo(1);
        PeerException refused = bob.refusal(new Request.Describe(null, "alice/data"));
        assertThat(refused.reason()).isEqualTo(Reason.VERIFICATION);
        assertThat(refused).hasMessageContaining("`shoal config forget-version alice/data`");
        assertThat(new KnownKeys(new Home(folder.resolve("bob")).knownKeysFile()).forgetVersion(new Name("alice/data")))
                .isTrue();
        assertGets("three");
    }

    private int share(String text) throws Exception {
        Path file = Files.writeString(folder.resolve(text), text);
        return alice.begin(new Request.Share(null, List.of(file.toString()), "data", ""))
                .next(Report.Shared.class)
                .version();
    }

    private void assertGets(String text) throws IOException {
        Path got = Files.createTempDirectory(folder, "got").resolve("file");
        bob.get("alice/data", got);
        assertThat(got).hasContent(text);
    }

    private void deleteNames() throws IOException {
        for (Path file : names(folder.resolve("index"))) {
            Files.delete(file);
        }
    }

    private static void copyNames(Path from, Path to) throws IOException {
        for (Path file : names(from)) {
            Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static List<Path> names(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            return files.filter(file -> file.getFileName().toString().startsWith("index.db"))
                    .toList();
        }
    }
}
