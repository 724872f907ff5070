package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job on real sockets: an index and peers in one process. */
class EndToEndTest {

    @TempDir
    Path folder;

    @Test
    void whatOnePeerSharesAnotherGets() throws Exception {
        try (Network network = new Network(folder)) {
            Network.Peer alice = network.peer("alice");
            Network.Peer bob = network.peer("bob");
            for (int size : new int[] {0, 1, 16_384, 70_000, 5_000_000}) {
                Path file = file("file" + size, size);
                Network.Job sharing = alice.share(file);
                Report.Shared shared = sharing.next(Report.Shared.class);
                assertThat(shared.name()).isEqualTo("alice/file" + size);
                Path target = folder.resolve("got" + size);
                Report.Got got = bob.get(shared.link(), target);
                assertThat(got.bytes()).isEqualTo(size);
                assertThat(target).hasSameBinaryContentAs(file);
                sharing.stop();
            }
        }
    }

    @Test
    void aProcessThatOnlyGetsHasNothingToWaitForAtItsEnd() throws Exception {
        try (Network network = new Network(folder)) {
            Network.Job sharing = network.peer("alice").share(file("data", 70_000));
            String link = sharing.next(Report.Shared.class).link();
            Peers.Options options = new Peers.Options(network.address(), null, "bob", null, null, false);
            Network.Peer bob = network.inHome("bob", options, PeerEvents.NONE);
            bob.get(link, folder.resolve("got"));
            assertThat(bob.ask(new Request.Status(null), Report.State.class)
                            .getFirst()
                            .downloads())
                    .isEmpty();
        }
    }

    @Test
    void listsSearchesAndDescribes() throws Exception {
        try (Network network = new Network(folder)) {
            Network.Peer alice = network.peer("alice");
            Network.Peer bob = network.peer("bob");
            Network.Job sharing = alice.share(file("genome.fa", 300_000));
            sharing.next(Report.Shared.class);
            assertThat(bob.ask(new Request.ListNames(null, false), Report.Listed.class))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.name()).isEqualTo("alice/genome.fa"));
            assertThat(bob.ask(new Request.Search(null, "genome", 10), Report.Listed.class))
                    .hasSize(1);
            assertThat(bob.ask(new Request.Users(null), Report.UserOnline.class))
                    .extracting(Report.UserOnline::callsItself)
                    .containsExactly("alice");
            Report.Details details = bob.ask(new Request.Describe(null, "alice/genome.fa"), Report.Details.class)
                    .getFirst();
            assertThat(details.seeds()).isEqualTo(1);
            assertThat(details.sourceList())
                    .singleElement()
                    .satisfies(source -> assertThat(source.percent()).isEqualTo(100));
            sharing.stop();
            assertThat(bob.ask(new Request.ListNames(null, false), Report.Listed.class))
                    .isEmpty();
            assertThat(bob.ask(new Request.ListNames(null, true), Report.Listed.class))
                    .hasSize(1);
            assertThat(alice.ask(new Request.Remove(null, List.of("alice/genome.fa"), false), Report.Removed.class))
                    .singleElement()
                    .satisfies(removed -> assertThat(removed.count()).isEqualTo(1));
        }
    }

    @Test
    void twoRequestsForTheSameContentAreOneDownload() throws Exception {
        try (Network network = new Network(folder)) {
            Network.Peer alice = network.peer("alice", "30Mbit/s", PeerEvents.NONE);
            Network.Peer bob = network.peer("bob");
            Path file = file("shared", 5_000_000);
            String link = alice.share(file).next(Report.Shared.class).link();
            Path first = folder.resolve("first");
            Path second = folder.resolve("second");
            Network.Job one = bob.begin(new Request.Get(null, link, first.toString(), false, false));
            one.next(Report.Progress.class);
            Network.Job two = bob.begin(new Request.Get(null, link, second.toString(), false, false));
            Network.Job same = bob.begin(new Request.Get(null, link, first.toString(), false, false));
            two.next(Report.Progress.class);
            assertThat(one.next(Report.Got.class).sourcesUsed()).hasSize(1);
            assertThat(two.next(Report.Got.class).sourcesUsed()).isEmpty();
            assertThat(same.next(Report.Got.class).path()).isEqualTo(first.toString());
            assertThat(first).hasSameBinaryContentAs(file);
            assertThat(second).hasSameBinaryContentAs(file);
        }
    }

    @Test
    void whatNobodyHasIsWaitedForOnlyWhenAskedTo() throws Exception {
        try (Network network = new Network(folder)) {
            Network.Peer alice = network.peer("alice");
            Network.Peer bob = network.peer("bob");
            Path file = file("shared", 100_000);
            Network.Job sharing = alice.share(file);
            String link = sharing.next(Report.Shared.class).link();
            sharing.stop();
            PeerException refusal = network.peer("carol")
                    .refusal(new Request.Get(null, link, folder.resolve("other").toString(), false, false));
            assertThat(refusal.reason()).isEqualTo(PeerException.Reason.UNREACHABLE);
            assertThat(refusal)
                    .hasMessage("Nobody who has alice/shared is on-line now. Run the same command later, or with"
                            + " --wait.");
            Path target = folder.resolve("target");
            Network.Job waiting = bob.begin(new Request.Get(null, link, target.toString(), false, false, true));
            assertThat(waiting.next(Report.Progress.class).phase()).isEqualTo("looking for sources");
            alice.share(file).next(Report.Shared.class);
            waiting.next(Report.Got.class);
            assertThat(target).hasSameBinaryContentAs(file);
        }
    }

    private Path file(String name, int size) throws IOException {
        byte[] data = new byte[size];
        new SplittableRandom(size).nextBytes(data);
        return Files.write(folder.resolve(name), data);
    }
}
