package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import dev.shoal.protocol.Welcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A load of every kind of request is answered by a real index, request by request, and counted. */
class IndexLoadTest {

    private static final int PEERS = 40;
    private static final int CONTENTS = 60;

    @TempDir
    Path folder = Path.of("");

    @Test
    void everyRequestOfEveryKindIsAnsweredWell() throws Exception {
        LoadMix mix = LoadMix.of("register=1,complete=1,chunks=1,locate=1,search=1,heartbeat=1");
        LoadWorld world = new LoadWorld(new SyntheticContents(PEERS, CONTENTS, 30), CONTENTS / 2, mix);
        List<Welcome> tickets = CrowdTickets.make(folder, PEERS);
        SyntheticNames.make(folder, world.names());
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (IndexServer index = IndexServer.start(
                        new IndexConfiguration(any, folder, Optional.empty(), IndexSettings.DEFAULT));
                LoadSocket socket = LoadSocket.to(index.address());
                ShoalTarget target = new ShoalTarget(folder, world, 0, "1g")) {
            target.join(socket, tickets);
            LoadBatch batch = new LoadBatch();
            target.fill(batch);
            LoadGenerator.Outcome filled = LoadGenerator.closed(target, batch, 4);
            assertThat(filled.answered()).isEqualTo(2 * PEERS);
            target.requests(batch, 1_000);
            assertGood(LoadGenerator.closed(target, batch, 8));
            target.requests(batch, 1_000);
            LoadGenerator.Outcome open = LoadGenerator.open(target, batch, 5_000);
            assertGood(open);
            assertThat(open.micros(0.5)).isPositive().isLessThanOrEqualTo(open.micros(1));
        }
    }

    @Test
    void aMixIsReadAsItIsWritten() {
        SplittableRandom random = new SplittableRandom(1);
        Set<LoadMix.Kind> seen = EnumSet.noneOf(LoadMix.Kind.class);
        LoadMix some = LoadMix.of("locate=90,search=10");
        for (int i = 0; i < 1_000; i++) {
            seen.add(some.next(random));
        }
        assertThat(seen).containsExactlyInAnyOrder(LoadMix.Kind.LOCATE, LoadMix.Kind.SEARCH);
        assertThat(LoadMix.of("real").toString()).startsWith("real (locate=");
        assertThatThrownBy(() -> LoadMix.of("nonsense")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LoadMix.of("locate=0")).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertGood(LoadGenerator.Outcome outcome) {
        // On a busy machine a few may be so late that they count as lost.
        assertThat(outcome.answered() + outcome.lost()).isEqualTo(1_000);
        assertThat(outcome.answered()).isGreaterThan(900);
        assertThat(outcome.looked()).isPositive();
        assertThat(outcome.bad()).isZero();
    }
}
