package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.content.ChunkLayout;
import dev.shoal.peer.LimitWish;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionReport;
import dev.shoal.peer.SubscriptionReport.Conflict;
import dev.shoal.peer.SubscriptionReport.Followed;
import dev.shoal.peer.SubscriptionReport.Updated;
import dev.shoal.peer.SubscriptionWish;
import dev.shoal.store.SubscribedFile.Choice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name is followed, with an index and peers that are real: versions come, and nothing of a person's is lost. */
class SubscriptionTest {

    private static final String NAME = "alice/model.bin";

    @TempDir
    Path folder;

    private Network network;
    private Network.Peer alice;
    private Network.Peer bob;
    private Network.Job sharing;
    private Path file;
    private int latest;

    @BeforeEach
    void start() throws Exception {
        network = new Network(folder);
        alice = network.peer("alice");
        bob = network.peer("bob");
        file = Files.createDirectory(folder.resolve("bobs")).resolve("model.bin");
        publish();
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void eachVersionComesAtOnceAndIsServedByWhoHasIt() throws Exception {
        Network.Job following = bob.begin(subscribe(true));
        assertThat(following.next(SubscriptionReport.Subscribed.class).fresh()).isTrue();
        assertArrived(following, 1);
        publish();
        Updated second = assertArrived(following, 2);
        // What the versions have in common did not come again.
        long needed = Sample.DIFFERENT_BYTES + 2L * ChunkLayout.BLOCK_BYTES;
        assertThat(second.fetchedBytes()).isPositive().isLessThanOrEqualTo(needed);
        assertThat(second.savedBytes()).isEqualTo(second.bytes() - second.fetchedBytes());
        assertThat(Path.of(String.valueOf(second.kept())))
                .hasBinaryContent(version(1).bytes());
        // Whoever follows is a source: the owner need not be there.
        await().atMost(Duration.ofSeconds(30)).until(() -> sources() == 2);
        sharing.stop();
        network.peer("carol").get(NAME, folder.resolve("carols"));
        assertThat(folder.resolve("carols")).hasBinaryContent(version(2).bytes());
        Followed state = states(bob).getFirst();
        assertThat(state.state()).isEqualTo("current");
        assertThat(state.kept()).containsExactly(1);
        assertThat(state.savedBytes()).isEqualTo(second.savedBytes());
        assertThat(state.latest()).isEqualTo(2);
        following.stop();
    }

    @Test
    void anEditIsKeptWhateverComesAndIsDecidedAbout() throws Exception {
        Network.Job following = bob.begin(subscribe(true));
        assertArrived(following, 1);
        Files.writeString(file, "mine");
        publish();
        Conflict conflict = following.next(Conflict.class);
        Path copy = Path.of(String.valueOf(conflict.copy()));
        assertThat(copy)
                .hasFileName("model (version 2 of alice).bin")
                .hasBinaryContent(version(2).bytes());
        assertThat(file).hasContent("mine");
        assertThat(states(bob).getFirst().state()).isEqualTo("conflict");

        bob.ask(new SubscriptionWish.Resolve(null, NAME, Choice.MINE), Report.class);
        assertThat(copy).doesNotExist();
        assertThat(states(bob).getFirst().state()).isEqualTo("edited");
        publish();
        following.next(Conflict.class);
        assertThat(file).hasContent("mine");

        bob.ask(new SubscriptionWish.Resolve(null, NAME, Choice.BOTH), Report.class);
        assertArrived(following, 3);
        assertThat(file.resolveSibling("model (edited here).bin")).hasContent("mine");
        publish();
        assertArrived(following, 4);

        Files.writeString(file, "mine again");
        bob.ask(new LimitWish.Pause(NAME, 0), Report.class);
        assertThat(bob.ask(new SubscriptionWish.Resolve(null, NAME, Choice.THEIRS), SubscriptionReport.Resolved.class))
                .as("nobody waits for the end of a pause")
                .extracting(SubscriptionReport.Resolved::paused)
                .doesNotContainNull();
        assertThat(file).hasContent("mine again");
        bob.ask(new LimitWish.Resume(NAME), Report.class);
        assertArrived(following, 4);
        assertThat(file).hasBinaryContent(version(4).bytes());
        assertThat(file.resolveSibling(".shoal-history").resolve("model (edited here).bin"))
                .hasContent("mine again");
        assertThat(bob.refusal(new SubscriptionWish.Resolve(null, NAME, Choice.MINE)))
                .hasMessageContaining("nothing to resolve");
        following.stop();
    }

    @Test
    void whatWasDeletedComesBackWithTheNextVersionAndWhatIsRestoredStaysUntilThen() throws Exception {
        Network.Job following = bob.begin(subscribe(true));
        assertArrived(following, 1);
        Files.delete(file);
        assertThat(states(bob).getFirst().state()).isEqualTo("deleted");
        publish();
        assertArrived(following, 2);
        publish();
        assertArrived(following, 3);
        assertThat(bob.ask(new SubscriptionWish.Restore(null, NAME, 0), SubscriptionReport.Restored.class))
                .extracting(SubscriptionReport.Restored::version)
                .containsExactly(2);
        assertThat(file).hasBinaryContent(version(2).bytes());
        assertThat(states(bob).getFirst().state()).isEqualTo("restored");
        publish();
        assertArrived(following, 4);
        following.stop();
    }

    @Test
    void afterTheEndNothingComesAndAllStays() throws Exception {
        Network.Job following = bob.begin(subscribe(true));
        assertArrived(following, 1);
        publish();
        assertArrived(following, 2);
        SubscriptionReport.Unsubscribed gone = bob.ask(
                        new SubscriptionWish.Unsubscribe(null, NAME), SubscriptionReport.Unsubscribed.class)
                .getFirst();
        assertThat(Path.of(String.valueOf(gone.history())).resolve("model (version 1).bin"))
                .hasBinaryContent(version(1).bytes());
        assertThat(states(bob)).isEmpty();
        publish();
        assertThat(file).hasBinaryContent(version(2).bytes());
        assertThat(bob.refusal(new SubscriptionWish.Unsubscribe(null, NAME)).reason())
                .isEqualTo(PeerException.Reason.NOT_FOUND);
        // An older version that is there is taken over; what is none is not.
        assertThat(bob.ask(subscribe(false), Updated.class))
                .extracting(Updated::version)
                .containsExactly(3);
        assertThat(file).hasBinaryContent(version(3).bytes());
        Path other = Files.writeString(folder.resolve("bobs").resolve("other"), "mine");
        assertThat(network.peer("carol").refusal(subscribe(other, false))).hasMessageContaining("already there");
        assertThat(other).hasContent("mine");
        following.stop();
    }

    @Test
    void whoWasAwayCatchesUpAndFindsWhatWasEditedMeanwhileUntouched() throws Exception {
        bob.ask(subscribe(false), Report.class);
        Path edited = folder.resolve("bobs").resolve("edited");
        Network.Peer carol = network.peer("carol");
        carol.ask(subscribe(edited, false), Report.class);
        assertThat(file).hasBinaryContent(version(1).bytes());
        bob.service().close();
        carol.service().close();
        Files.writeString(edited, "mine");
        publish();
        Network.Job bobs = network.peer("bob").begin(new SubscriptionWish.ListSubscriptions(null, true));
        assertArrived(bobs, 2);
        Network.Job carols = network.peer("carol").begin(new SubscriptionWish.ListSubscriptions(null, true));
        assertThat(carols.next(Conflict.class).version()).isEqualTo(2);
        assertThat(edited).hasContent("mine");

        // An index that is killed and started again still knows who watches what.
        network.restartIndex();
        publish();
        assertArrived(bobs, 3);
        assertThat(carols.next(Conflict.class).version()).isEqualTo(3);
        bobs.stop();
        carols.stop();
    }

    private SubscriptionWish.Subscribe subscribe(boolean stays) {
        return subscribe(file, stays);
    }

    private static SubscriptionWish.Subscribe subscribe(Path place, boolean stays) {
        return new SubscriptionWish.Subscribe(null, NAME, place.toString(), true, null, null, true, stays);
    }

    /** The owner publishes the next version, and serves that alone. */
    private void publish() throws Exception {
        latest++;
        Path original = version(latest).write(folder.resolve("version" + latest));
        Network.Job before = sharing;
        sharing = alice.begin(new Request.Share(null, List.of(original.toString()), NAME, ""));
        assertThat(sharing.next(Report.Shared.class).version()).isEqualTo(latest);
        if (before != null) {
            before.stop();
        }
    }

    private static Sample version(int number) {
        return Sample.alike(number, 700_000);
    }

    private Updated assertArrived(Network.Job following, int version) throws InterruptedException, IOException {
        Updated updated = following.next(Updated.class);
        assertThat(updated.version()).isEqualTo(version);
        assertThat(file).hasBinaryContent(version(version).bytes());
        return updated;
    }

    private static List<Followed> states(Network.Peer peer) {
        return peer.ask(new SubscriptionWish.ListSubscriptions(null, false), Followed.class);
    }

    private int sources() {
        return alice.ask(new Request.Describe(null, NAME), Report.Details.class)
                .getFirst()
                .seeds();
    }
}
