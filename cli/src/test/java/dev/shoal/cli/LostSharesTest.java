package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who shares a file is told when it changes, and only who shares it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LostSharesTest {

    @TempDir
    Path folder;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private Network network;
    private Network.Peer host;
    private Network.Peer attached;

    @BeforeEach
    void start() {
        network = Network.withLease(folder, 60_000);
        Peers.Options options = new Peers.Options(network.address(), null, "alice", null, null, true);
        host = network.inHome("home", options, (level, text) -> told.add(text));
        attached = network.inHome("home", options, PeerEvents.NONE);
    }

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void anAttachedShareThatIsLostIsToldThereAndEndsIt() throws Exception {
        Path first = Files.writeString(folder.resolve("first"), "first");
        Path second = Files.writeString(folder.resolve("second"), "second");
        Network.Job serving = host.share(first);
        serving.next(Report.Shared.class);
        Network.Job lost = attached.share(second);
        Report.Shared shared = lost.next(Report.Shared.class);

        Files.writeString(second, "something else");
        assertFails(shared);

        Report.Said said = lost.next(Report.Said.class);
        assertThat(said.level()).isEqualTo("WARNING");
        assertThat(said.text()).contains(second.toString(), "not served any more");
        assertThat(end(lost).reason()).isEqualTo(PeerException.Reason.DISK);
        assertThat(told).noneMatch(text -> text.contains("second"));
        assertThat(serving.end()).isNotDone();
    }

    @Test
    void aShareOfSeveralFilesGoesOnWithThoseThatAreLeft() throws Exception {
        Path first = Files.writeString(folder.resolve("first"), "first");
        Path second = Files.writeString(folder.resolve("second"), "second");
        Network.Job both = host.begin(new Request.Share(null, List.of(first.toString(), second.toString()), null, ""));
        Report.Shared one = both.next(Report.Shared.class);
        Report.Shared other = both.next(Report.Shared.class);

        Files.delete(first);
        assertFails(one);
        assertThat(both.next(Report.Said.class).text()).contains(first.toString());
        assertThat(both.end()).isNotDone();
        // Who does not stay is no source itself.
        Peers.Options passing = new Peers.Options(network.address(), null, "bob", null, null, false);
        network.inHome("bob", passing, PeerEvents.NONE).get(other.link(), folder.resolve("got"));
        assertThat(folder.resolve("got")).hasContent("second");

        Files.delete(second);
        assertFails(other);
        assertThat(both.next(Report.Said.class).text()).contains(second.toString());
        assertThat(end(both)).hasMessageContaining("can be served any more");
    }

    private void assertFails(Report.Shared shared) {
        PeerException failed = network.peer("carol")
                .refusal(new Request.Get(
                        null, shared.link(), folder.resolve("lost").toString(), false, false));
        assertThat(failed.reason()).isEqualTo(PeerException.Reason.UNREACHABLE);
    }

    private static PeerException end(Network.Job job) {
        PeerException failed = catchThrowableOfType(PeerException.class, () -> {
            try {
                job.end().join();
            } catch (CompletionException e) {
                throw Objects.requireNonNull(e.getCause());
            }
        });
        return Objects.requireNonNull(failed, "the share goes on");
    }
}
