package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import dev.shoal.protocol.Welcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A played crowd does what as many peers would do: an index that was restarted is refilled by it. */
class PeerCrowdTest {

    private static final int PEERS = 200;
    private static final int CONTENTS = 400;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder = Path.of("");

    @Test
    void everyPeerRejoinsAndStatesWhatItHasOnceAndLookUpsFindIt() throws Exception {
        SyntheticContents world = new SyntheticContents(PEERS, CONTENTS, 4);
        List<Welcome> welcomes = CrowdTickets.make(folder, PEERS + 1);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (IndexServer index = IndexServer.start(
                        new IndexConfiguration(any, folder, Optional.empty(), IndexSettings.DEFAULT));
                PeerCrowd crowd = new PeerCrowd(
                        index.address(), world, welcomes.subList(0, PEERS), TimeUnit.MILLISECONDS.toNanos(200));
                LookupProbe probe = new LookupProbe(index.address(), welcomes.getLast(), CONTENTS)) {
            crowd.origin(System.nanoTime());
            crowd.start();
            await().atMost(LIMIT).until(() -> crowd.counted().restated() == PEERS);
            PeerCrowd.Counted counted = crowd.counted();
            assertThat(counted.rejoined()).isEqualTo(PEERS);
            assertThat(counted.refused()).isZero();
            assertThat(counted.askedBySecond().values().stream()
                            .mapToInt(each -> each)
                            .sum())
                    .isEqualTo(PEERS);
            long lookedUpFrom = System.nanoTime();
            probe.start(100);
            await().atMost(LIMIT)
                    .until(() -> probe.dueBetween(lookedUpFrom, Long.MAX_VALUE).size() >= 20);
            assertThat(probe.dueBetween(lookedUpFrom, Long.MAX_VALUE)).allSatisfy(lookup -> {
                assertThat(lookup.nanos()).isPositive();
                assertThat(lookup.sources()).isEqualTo(2);
            });
        }
    }
}
