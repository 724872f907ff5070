package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One seed on a line of 20 Mbit/s, and eight peers on lines like that which want the same file at the same time. */
class SwarmOfEightTest {

    private static final String LINE = "20Mbit/s";
    private static final int PEERS = 8;
    private static final int LENGTH = 64 * 1024 * 1024;
    private static final double MOST_COPIES = 2.5;

    @TempDir
    Path folder;

    @Test
    void eightPeersGetAFileOfWhichTheSeedSendsLittleMoreThanOneCopy() throws Exception {
        Sample sample = Sample.of(20, LENGTH);
        try (Network network = new Network(folder)) {
            Network.Peer seed = network.peer("seed", LINE, PeerEvents.NONE);
            String link = seed.share(sample.write(folder.resolve("original")))
                    .next(Report.Shared.class)
                    .link();
            List<Network.Job> jobs = new ArrayList<>();
            long start = System.nanoTime();
            for (int number = 0; number < PEERS; number++) {
                Path target = folder.resolve("target" + number);
                jobs.add(network.peer("peer" + number, LINE, PeerEvents.NONE)
                        .begin(new Request.Get(null, link, target.toString(), false, false)));
            }
            for (Network.Job job : jobs) {
                job.end().get(240, TimeUnit.SECONDS);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            for (int number = 0; number < PEERS; number++) {
                assertThat(Files.readAllBytes(folder.resolve("target" + number)))
                        .isEqualTo(sample.bytes());
            }
            long sent = seed.ask(new Request.Status(null), Report.State.class)
                    .getFirst()
                    .uploadedBytes();
            double copies = (double) sent / LENGTH;
            System.out.printf(
                    "%d peers had %d MiB after %.1f s; the seed sent %.2f copies%n",
                    PEERS, LENGTH >> 20, seconds, copies);
            assertThat(copies).isLessThanOrEqualTo(MOST_COPIES);
        }
    }
}
