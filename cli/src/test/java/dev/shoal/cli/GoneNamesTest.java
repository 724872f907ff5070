package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.SubscriptionReport.Followed;
import dev.shoal.peer.SubscriptionReport.Updated;
import dev.shoal.peer.SubscriptionWish;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name that is followed is taken away, and comes back, in one session with the index. */
class GoneNamesTest {

    private static final String NAME = "alice/data";

    @TempDir
    Path folder;

    @Test
    void whatIsTakenAwayShowsAndComesBack() throws Exception {
        try (Network network = Network.withLease(folder, 1_000)) {
            Network.Peer alice = network.peer("alice");
            Network.Peer bob = network.peer("bob");
            share(alice, "one");
            Path file = folder.resolve("followed");
            Network.Job following = bob.begin(
                    new SubscriptionWish.Subscribe(null, NAME, file.toString(), true, null, null, true, true));
            assertThat(following.next(Updated.class).version()).isEqualTo(1);

            alice.ask(new Request.Remove(null, List.of(NAME), false), Report.class);
            await().atMost(Duration.ofSeconds(60)).until(() -> state(bob).equals("gone"));
            assertThat(file).hasContent("one");

            share(alice, "two");
            assertThat(following.next(Updated.class).version()).isEqualTo(2);
            assertThat(file).hasContent("two");
            assertThat(state(bob)).isEqualTo("current");
            following.stop();
        }
    }

    private void share(Network.Peer alice, String text) throws Exception {
        Path original = Files.writeString(folder.resolve(text), text);
        alice.begin(new Request.Share(null, List.of(original.toString()), NAME, ""))
                .next(Report.Shared.class);
    }

    private static String state(Network.Peer peer) {
        return peer.ask(new SubscriptionWish.ListSubscriptions(null, false), Followed.class)
                .getFirst()
                .state();
    }
}
