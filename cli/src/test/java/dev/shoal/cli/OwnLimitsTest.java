package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Limits of one share and of one download. What is asserted are bounds that time only makes wider, and that others end
 * beside something that does not: neither depends on how quick the machine is.
 */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class OwnLimitsTest {

    private static final int BYTES = 3_000_000;

    /** What goes at once after a pause. */
    private static final long BURST_BYTES = 256 * 1024;

    /** With this limit a file takes three quarters of an hour. */
    private static final String CRAWLING = "1KiB/s";

    private static final long CRAWLING_BYTES_PER_SECOND = 1_024;

    @TempDir
    Path folder;

    private Network network;

    @BeforeEach
    void start() {
        network = Network.withLease(folder, 60_000);
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void aLimitedShareIsNotFasterThanItsLimit() throws Exception {
        Sample sample = Sample.of(1, BYTES);
        Network.Peer alice = network.peer("alice");
        String link = share(alice, sample, "data", "1 MB/s").link();
        Report.Got got = network.peer("bob").get(link, folder.resolve("got"));
        assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(sample.bytes());
        assertThat(got.millis()).isGreaterThanOrEqualTo((BYTES - BURST_BYTES) / 1_000);
    }

    @Test
    void otherSharesDoNotWaitForALimitedOne() throws Exception {
        Sample fast = Sample.of(2, BYTES);
        Network.Peer alice = network.peer("alice");
        long start = System.nanoTime();
        String slow = share(alice, Sample.of(1, BYTES), "slow", CRAWLING).link();
        String quick = share(alice, fast, "quick", null).link();
        Network.Peer bob = network.peer("bob");
        Network.Job getting = bob.begin(get(slow, "got slow", null));
        getting.next(Report.Progress.class);
        bob.get(quick, folder.resolve("got"));
        assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(fast.bytes());
        assertThat(getting.end()).isNotDone();
        Report.ShareState limited = state(alice).getFirst();
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(limited.name()).isEqualTo("alice/slow");
        assertThat(limited.limitBytesPerSecond()).isEqualTo(CRAWLING_BYTES_PER_SECOND);
        assertThat(limited.uploadedBytes()).isLessThanOrEqualTo(BURST_BYTES + Math.round(seconds * 1_024) + 1);
        assertThat(state(alice).getLast().limitBytesPerSecond()).isEqualTo(-1);
    }

    @Test
    void aShareThatIsNoLongerLimitedIsFreeAtOnce() throws Exception {
        Sample sample = Sample.of(1, BYTES);
        Network.Peer alice = network.peer("alice");
        Path file = sample.write(folder.resolve("data"));
        Network.Job limited = alice.begin(new Request.Share(null, List.of(file.toString()), null, "", CRAWLING, null));
        limited.next(Report.Shared.class);
        String link = alice.begin(new Request.Share(null, List.of(file.toString()), "again", ""))
                .next(Report.Shared.class)
                .link();
        Network.Job getting = network.peer("bob").begin(get(link, "got", null));
        while (getting.next(Report.Progress.class).doneBytes() == 0) {
            Thread.onSpinWait();
        }
        assertThat(getting.end()).as("the lower limit holds under every name").isNotDone();
        limited.stop();
        getting.next(Report.Got.class);
        assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(sample.bytes());
    }

    @Test
    void aLimitedDownloadLeavesTheLineToOthers() throws Exception {
        Sample fast = Sample.of(2, BYTES);
        Network.Peer alice = network.peer("alice");
        String slow = share(alice, Sample.of(1, BYTES), "slow", null).link();
        String quick = share(alice, fast, "quick", null).link();
        Peers.Options limited = new Peers.Options(network.address(), null, "bob", null, "10 MB/s", true);
        Network.Peer bob = network.inHome("bob", limited, PeerEvents.NONE);
        Network.Job getting = bob.begin(get(slow, "got slow", CRAWLING));
        getting.next(Report.Progress.class);
        bob.get(quick, folder.resolve("got"));
        assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(fast.bytes());
        assertThat(getting.end()).isNotDone();
        getting.stop();
    }

    @Test
    void aLimitedDownloadIsNotFasterThanItsLimit() throws Exception {
        Sample sample = Sample.of(1, BYTES);
        String link = share(network.peer("alice"), sample, "data", null).link();
        Report.Got got = network.peer("bob")
                .ask(get(link, "got", "1 MB/s"), Report.Got.class)
                .getFirst();
        assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(sample.bytes());
        assertThat(got.millis()).isGreaterThanOrEqualTo((BYTES - 2 * BURST_BYTES) / 1_000);
    }

    @Test
    void theLimitOfAnAttachedCommandGoesWithItsRequestAndStaysWhenItTakesOver() throws Exception {
        Network.Peer first = inHome();
        Network.Peer second = inHome();
        share(first, Sample.of(1, 10), "first", null);
        Path file = Sample.of(2, 10).write(folder.resolve("second"));
        Network.Job attached =
                second.begin(new Request.Share(null, List.of(file.toString()), null, "", CRAWLING, null));
        attached.next(Report.Shared.class);
        assertThat(state(first).getLast().limitBytesPerSecond()).isEqualTo(CRAWLING_BYTES_PER_SECOND);
        first.service().close();
        attached.next(Report.Shared.class);
        assertThat(state(second))
                .singleElement()
                .satisfies(share -> assertThat(share.limitBytesPerSecond()).isEqualTo(CRAWLING_BYTES_PER_SECOND));
    }

    @Test
    void theLimitOfAShareChangesWhileItRuns() throws Exception {
        Sample sample = Sample.of(1, BYTES);
        Network.Peer alice = network.peer("alice");
        String link = share(alice, sample, "data", CRAWLING).link();
        Network.Job getting = network.peer("bob").begin(get(link, "got", null));
        while (getting.next(Report.Progress.class).doneBytes() == 0) {
            Thread.onSpinWait();
        }
        alice.ask(new Request.Limit("data", "2 KiB/s"), Report.class);
        assertThat(state(alice).getFirst().limitBytesPerSecond()).isEqualTo(2 * CRAWLING_BYTES_PER_SECOND);
        assertThat(getting.end()).isNotDone();
        alice.ask(new Request.Limit("alice/data", "unlimited"), Report.class);
        getting.next(Report.Got.class);
        assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(sample.bytes());
        assertThat(state(alice).getFirst().limitBytesPerSecond()).isEqualTo(-1);
    }

    @Test
    void theLimitOfADownloadChangesWhileItRuns() throws Exception {
        Sample sample = Sample.of(1, BYTES);
        String link = share(network.peer("alice"), sample, "data", null).link();
        Network.Peer bob = network.peer("bob");
        Network.Job getting = bob.begin(get(link, "got", CRAWLING));
        while (getting.next(Report.Progress.class).doneBytes() == 0) {
            Thread.onSpinWait();
        }
        assertThat(getting.end()).isNotDone();
        bob.ask(new Request.Limit(link, "unlimited"), Report.class);
        getting.next(Report.Got.class);
        assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(sample.bytes());
    }

    @Test
    void aLimitOfWhatDoesNotRunIsRefused() throws Exception {
        Network.Peer alice = network.peer("alice");
        assertThat(alice.refusal(new Request.Limit("data", "1MB/s")).reason()).isEqualTo(Reason.NOT_FOUND);
        share(alice, Sample.of(1, 10), "data", CRAWLING);
        assertThat(alice.refusal(new Request.Limit("other", "1MB/s")).reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(alice.refusal(new Request.Limit("data", "fast")).reason()).isEqualTo(Reason.USAGE);
        assertThat(state(alice).getFirst().limitBytesPerSecond()).isEqualTo(CRAWLING_BYTES_PER_SECOND);
    }

    @Test
    void whatIsNoRateIsRefused() throws Exception {
        Path file = Sample.of(1, 10).write(folder.resolve("data"));
        Network.Peer alice = network.peer("alice");
        Request.Share wrong = new Request.Share(null, List.of(file.toString()), null, "", "fast", null);
        assertThat(alice.refusal(wrong)).hasMessageContaining("\"fast\" is no limit");
        assertThat(alice.refusal(wrong).reason()).isEqualTo(Reason.USAGE);
        String link = share(alice, Sample.of(1, 10), "data", null).link();
        assertThat(network.peer("bob").refusal(get(link, "got", "3 b/s")).reason())
                .isEqualTo(Reason.USAGE);
        assertThat(folder.resolve("got")).doesNotExist();
        assertThat(folder.resolve("got.shoal-part")).doesNotExist();
    }

    private Network.Peer inHome() {
        Peers.Options options = new Peers.Options(network.address(), null, "home", null, null, false);
        return network.inHome("home", options, PeerEvents.NONE);
    }

    private Report.Shared share(Network.Peer peer, Sample sample, String name, @Nullable String limit)
            throws Exception {
        Path file = sample.write(folder.resolve(name));
        return peer.begin(new Request.Share(null, List.of(file.toString()), null, "", limit, null))
                .next(Report.Shared.class);
    }

    private Request.Get get(String link, String target, @Nullable String limit) {
        String output = folder.resolve(target).toString();
        return new Request.Get(null, link, output, false, false, false, limit);
    }

    private static List<Report.ShareState> state(Network.Peer peer) {
        return peer.ask(new Request.Status(null), Report.State.class).getFirst().shares();
    }
}
