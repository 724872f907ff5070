package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkLayout;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 150, unit = TimeUnit.SECONDS)
class DownloadLimitTest {

    private static final int BYTES = 3_000_000;
    private static final int RATE = 1_000_000;

    /** A burst may come at once, and all of the request that is made for its last block. */
    private static final long AT_ONCE_BYTES = 256 * 1024 + ChunkLayout.MIN_CHUNK_BYTES;

    @TempDir
    Path folder;

    @Test
    void aLimitedDownloadIsNotFasterThanItsLimitAndEnds() throws Exception {
        Sample sample = Sample.of(3, BYTES);
        try (Network network = Network.withLease(folder, 60_000)) {
            String link = network.peer("alice")
                    .share(sample.write(folder.resolve("original")))
                    .next(Report.Shared.class)
                    .link();
            Peers.Options limited = new Peers.Options(network.address(), null, "bob", null, "1 MB/s", false);
            Report.Got got = network.inHome("bob", limited, PeerEvents.NONE).get(link, folder.resolve("got"));
            assertThat(Files.readAllBytes(folder.resolve("got"))).isEqualTo(sample.bytes());
            // A bound that holds on every machine: a slow one only takes longer. That the limit is reached, too, is
            // shown in virtual time, where it can be: by RequestBudgetTest in swarm.
            assertThat(got.millis()).isGreaterThanOrEqualTo((BYTES - AT_ONCE_BYTES) * 1_000 / RATE);
        }
    }
}
