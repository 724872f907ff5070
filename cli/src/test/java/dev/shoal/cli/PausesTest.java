package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.LimitReport;
import dev.shoal.peer.LimitWish;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionReport.Followed;
import dev.shoal.peer.SubscriptionReport.Updated;
import dev.shoal.peer.SubscriptionWish;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is paused does not move, and goes on where it was; with an index and peers that are real. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class PausesTest {

    private static final int BYTES = 3_000_000;

    /** With this limit a file takes three quarters of an hour. */
    private static final String CRAWLING = "1KiB/s";

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
    void aDownloadThatIsPausedGoesOnWhereItWas() throws Exception {
        Sample sample = Sample.of(1, BYTES);
        String link = share("data", sample);
        Network.Job getting =
                bob.begin(new Request.Get(null, link, folder.resolve("got").toString(), false, false, false, CRAWLING));
        while (getting.next(Report.Progress.class).doneBytes() == 0) {
            Thread.onSpinWait();
        }
        assertThat(bob.ask(new LimitWish.Pause("alice/data", 0), LimitReport.Paused.class))
                .containsExactly(new LimitReport.Paused("alice/data", 0));
        Report.Progress paused = getting.next(Report.Progress.class);
        while (!paused.phase().equals("paused by you")) {
            paused = getting.next(Report.Progress.class);
        }
        // Nothing else holds it back from now on.
        bob.ask(new Request.Limit("alice/data", "unlimited"), Report.class);
        bob.get(share("other", Sample.of(2, BYTES)), folder.resolve("other got"));
        assertThat(getting.end()).isNotDone();
        assertThat(bob.refusal(new LimitWish.Resume("alice/other")).reason()).isEqualTo(Reason.NOT_FOUND);
        bob.ask(new LimitWish.Resume("alice/data"), Report.class);
        Report.Got got = getting.next(Report.Got.class);
        assertThat(folder.resolve("got")).hasBinaryContent(sample.bytes());
        assertThat(got.receivedBytes()).as("nothing came twice").isEqualTo(BYTES);
        assertThat(got.sourcesUsed())
                .singleElement()
                .extracting(Report.SourceUsed::trouble)
                .isNull();
    }

    @Test
    void aSubscriptionThatIsPausedCatchesUpEvenAfterARestart() throws Exception {
        share("one", Sample.of(1, BYTES));
        share("two", Sample.of(2, BYTES));
        Path one = folder.resolve("bobs one");
        Path two = folder.resolve("bobs two");
        bob.ask(subscribe("alice/one", one), Report.class);
        bob.ask(subscribe("alice/two", two), Report.class);
        bob.ask(new LimitWish.Pause("alice/one", 0), Report.class);
        Network.Job following = bob.begin(new SubscriptionWish.ListSubscriptions(null, true));
        share("one", Sample.of(3, BYTES));
        share("two", Sample.of(4, BYTES));
        assertThat(following.next(Updated.class).name()).isEqualTo("alice/two");
        await().until(() -> state().latest() == 2);
        assertThat(state().state()).isEqualTo("paused");
        assertThat(state().trouble()).isEqualTo("by you");
        assertThat(one).hasBinaryContent(Sample.of(1, BYTES).bytes());
        following.stop();

        bob.service().close();
        bob = network.inHome(
                "bob", new Peers.Options(network.address(), null, "bob", null, null, true), PeerEvents.NONE);
        assertThat(state().state()).isEqualTo("paused");
        following = bob.begin(new SubscriptionWish.ListSubscriptions(null, true));
        await().until(() -> state().latest() == 2);
        bob.ask(new LimitWish.Resume(null), Report.class);
        assertThat(following.next(Updated.class).version()).isEqualTo(2);
        assertThat(one).hasBinaryContent(Sample.of(3, BYTES).bytes());
        assertThat(two).hasBinaryContent(Sample.of(4, BYTES).bytes());
        following.stop();
    }

    @Test
    void aRuleHoldsAtOnceAndStopsAnUpdateThatRuns() throws Exception {
        share("data", Sample.of(1, BYTES));
        Path file = folder.resolve("bobs");
        bob.ask(subscribe("alice/data", file), Report.class);
        Network.Job following = bob.begin(new SubscriptionWish.ListSubscriptions(null, true));
        bob.ask(new LimitWish.AddLimit("alice/data", null, CRAWLING, null, null, null), Report.class);
        share("data", Sample.of(5, BYTES));
        await().until(() -> !state("updating").isEmpty());
        bob.ask(new LimitWish.AddLimit(null, null, "paused", "0:00", "24:00", null), Report.class);
        assertThat(state().state()).isEqualTo("paused");
        assertThat(state().trouble()).isEqualTo("by the schedule");
        List<LimitReport.Limits> limits = bob.ask(new LimitWish.ShowLimits(), LimitReport.Limits.class);
        assertThat(limits)
                .extracting(LimitReport.Limits::downloadBytesPerSecond)
                .containsExactly(0L, 0L);
        assertThat(limits).extracting(LimitReport.Limits::uploadBytesPerSecond).containsExactly(-1L, -1L);
        assertThat(bob.ask(new LimitWish.ShowLimits(), LimitReport.Rule.class))
                .extracting(LimitReport.Rule::counts)
                .containsExactly(true, true);
        assertThat(bob.refusal(new LimitWish.RemoveLimit(3)).reason()).isEqualTo(Reason.NOT_FOUND);
        // What is on its way ends, and then the update; nothing of it is lost.
        bob.ask(new LimitWish.RemoveLimit(1), Report.class);
        assertThat(file).hasBinaryContent(Sample.of(1, BYTES).bytes());
        assertThat(bob.ask(new LimitWish.RemoveLimit(0), LimitReport.RulesRemoved.class))
                .containsExactly(new LimitReport.RulesRemoved(1));
        assertThat(following.next(Updated.class).version()).isEqualTo(2);
        assertThat(file).hasBinaryContent(Sample.of(5, BYTES).bytes());
        following.stop();
    }

    @Test
    void theLimitOfASubscriptionIsChangedForGood() throws Exception {
        share("data", Sample.of(1, BYTES));
        bob.ask(subscribe("alice/data", folder.resolve("bobs")), Report.class);
        bob.ask(new Request.Limit("alice/data", "2MiB/s"), Report.class);
        assertThat(state().limit()).isEqualTo("2MiB/s");
        bob.ask(new Request.Limit("alice/data", "unlimited"), Report.class);
        assertThat(state().limit()).isNull();
        assertThat(bob.refusal(new Request.Limit("alice/nothing", "2MiB/s")).reason())
                .isEqualTo(Reason.NOT_FOUND);
    }

    private Followed state() {
        return bob.ask(new SubscriptionWish.ListSubscriptions(null, false), Followed.class)
                .getFirst();
    }

    private List<Followed> state(String state) {
        return bob.ask(new SubscriptionWish.ListSubscriptions(null, false), Followed.class).stream()
                .filter(followed -> followed.state().equals(state))
                .toList();
    }

    private static SubscriptionWish.Subscribe subscribe(String name, Path path) {
        return new SubscriptionWish.Subscribe(null, name, path.toString(), true, null, null, true, false);
    }

    private String share(String name, Sample sample) throws Exception {
        Path file = sample.write(Files.createTempFile(folder, name, ""));
        return alice.begin(new Request.Share(null, List.of(file.toString()), name, ""))
                .next(Report.Shared.class)
                .link();
    }
}
