package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A source of which nothing comes for some seconds, as when a line is out of order. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OutageTest {

    private static final int LEASE_MILLIS = 60_000;

    /** So long a content is got over two connections, which fail together. */
    private static final int TWO_CONNECTIONS_BYTES = 36_000_000;

    private static final String SILENCE = "sent nothing for too long";

    /** Far below any pause that would be too long, far above what goes on at once takes. */
    private static final long SOON_SECONDS = 25;

    @TempDir
    Path folder;

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final PeerEvents events = (level, text) -> {
        if (level != PeerEvents.Level.DETAIL) {
            said.add(text);
        }
    };

    @Test
    void aDownloadFromASingleSourceGoesOnSoonAfterASilence() throws Exception {
        Sample sample = Sample.of(11, TWO_CONNECTIONS_BYTES);
        Path original = sample.write(folder.resolve("original"));
        Path target = folder.resolve("target");
        try (Network network = Network.withLease(folder, LEASE_MILLIS);
                PeerProcess sharer =
                        PeerProcess.share(folder.resolve("sharer"), network.address(), "8MiB/s", original)) {
            Network.Peer bob =
                    network.inHome("bob", new Peers.Options(network.address(), null, "bob", null, null, true), events);
            Network.Job job = bob.begin(new Request.Get(null, sharer.await("shared"), target.toString(), false, false));
            while (job.next(Report.Progress.class).doneBytes() == 0) {
                assertThat(job.end()).isNotDone();
            }
            Program.needs(sharer.standStill(true), "the program kill, to let a process stand still");
            String first = nextAbout(SILENCE);
            assertThat(first).contains("asked again soon");
            assertThat(sharer.standStill(false)).isTrue();
            job.end().get(SOON_SECONDS, TimeUnit.SECONDS);
            assertThat(Files.readAllBytes(target)).isEqualTo(sample.bytes());
            assertThat(List.copyOf(said)).as("what bob said besides").noneMatch(text -> text.contains(SILENCE));
        }
    }

    private String nextAbout(String what) throws InterruptedException {
        while (true) {
            String text = said.poll(60, TimeUnit.SECONDS);
            if (text == null) {
                throw new AssertionError("nothing was said that contains \"" + what + '"');
            }
            if (text.contains(what)) {
                return text;
            }
        }
    }
}
