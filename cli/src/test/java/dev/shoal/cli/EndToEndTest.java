package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerEvents;
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
                    .extracting(Report.UserOnline::user)
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

    private Path file(String name, int size) throws IOException {
        byte[] data = new byte[size];
        new SplittableRandom(size).nextBytes(data);
        return Files.write(folder.resolve(name), data);
    }
}
