package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One content that a peer shares twice, or shares and gets at the same time: the end of one leaves the other alone. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class SharedTwiceTest {

    @TempDir
    Path folder;

    private final Sample sample = Sample.of(7, 20 * 65_536 + 5);
    private final Heard heard = new Heard();
    private Network network;
    private Network.Peer alice;
    private int getters;
    private Network.Job first;
    private Report.Shared shared;

    @BeforeEach
    void share() throws Exception {
        network = Network.withLease(folder, 60_000);
        alice = network.peer("alice", null, heard);
        first = alice.share(sample.write(folder.resolve("first")));
        shared = first.next(Report.Shared.class);
    }

    @AfterEach
    void end() {
        network.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndOfOneOfTwoSharesLeavesTheOther(boolean newer) throws Exception {
        Network.Job second = alice.share(sample.write(folder.resolve("second")));
        Report.Shared copy = second.next(Report.Shared.class);
        (newer ? second : first).stop();
        isServed(newer ? shared.link() : copy.link());
        (newer ? first : second).stop();
        assertThat(state().shares()).isEmpty();
        assertThat(state().registered()).isZero();
    }

    @Test
    void whatIsPassedOnFromAShareLeavesTheShare() throws Exception {
        Path stream = folder.resolve("stream");
        alice.ask(new Request.Get(null, shared.link(), stream.toString(), false, true), Report.Got.class);
        assertThat(Files.readAllBytes(stream)).isEqualTo(sample.bytes());
        isServed(shared.link());
    }

    @Test
    void aDownloadOfAShareToAnotherPathThatIsDoneLeavesTheShare() throws Exception {
        alice.get(shared.link(), folder.resolve("other"));
        assertThat(Files.readAllBytes(folder.resolve("other"))).isEqualTo(sample.bytes());
        isServed(shared.link());
    }

    @Test
    void aDownloadOfAShareThatIsSharedAndEndsLeavesTheShare() throws Exception {
        Network.Job seeding = alice.begin(
                new Request.Get(null, shared.link(), folder.resolve("other").toString(), true, false));
        seeding.next(Report.Got.class);
        isServed(shared.link());
        seeding.stop();
        isServed(shared.link());
    }

    @Test
    void aDownloadOfAShareThatIsCancelledLeavesTheShare() throws Exception {
        for (boolean stream : new boolean[] {true, false}) {
            Network.Job cancelled = alice.begin(new Request.Get(
                    null, shared.link(), folder.resolve("other " + stream).toString(), false, stream));
            cancelled.cancellation().cancel();
            cancelled.stop();
        }
        isServed(shared.link());
    }

    @Test
    void aDownloadOfAShareThatFailsLeavesTheShare() throws Exception {
        Path missing = folder.resolve("no such folder").resolve("stream");
        assertThat(alice.refusal(new Request.Get(null, shared.link(), missing.toString(), false, true)))
                .isNotNull();
        isServed(shared.link());
        // What the failed one held is free again.
        Files.createDirectory(missing.getParent());
        alice.ask(new Request.Get(null, shared.link(), missing.toString(), false, true), Report.Got.class);
        assertThat(Files.readAllBytes(missing)).isEqualTo(sample.bytes());
    }

    @Test
    void aShareWhoseFileChangedGivesWayToAnother() throws Exception {
        Report.Shared copy = alice.share(sample.write(folder.resolve("second"))).next(Report.Shared.class);
        Files.write(folder.resolve("first"), new byte[sample.bytes().length]);
        isServed(copy.link());
        await().atMost(Duration.ofSeconds(30)).until(() -> state().shares().size() == 1);
        isServed(copy.link());
    }

    private Report.State state() {
        return alice.ask(new Request.Status(null), Report.State.class).getFirst();
    }

    /** Somebody who has nothing of it yet gets it. */
    private void isServed(String link) throws IOException {
        getters++;
        Path target = folder.resolve("got " + getters);
        Peers.Options leaving = new Peers.Options(network.address(), null, "getter", null, null, false);
        network.inHome("getter" + getters, leaving, PeerEvents.NONE).get(link, target);
        assertThat(Files.readAllBytes(target)).isEqualTo(sample.bytes());
        assertThat(heard.sentences()).noneMatch(sentence -> sentence.contains("not shared any more"));
    }
}
