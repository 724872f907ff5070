package dev.shoal.swarm;

import static dev.shoal.swarm.Downloads.arrive;
import static dev.shoal.swarm.Downloads.download;
import static dev.shoal.swarm.Downloads.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.swarm.DownloadAction.Finished;
import dev.shoal.swarm.DownloadAction.Request;
import dev.shoal.swarm.DownloadAction.Verify;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Downloads of which only some chunks are wanted. */
class WantedChunksTest {

    private static final long MILLI = 1_000_000L;
    private static final int LIMIT = 1 << 20;

    @Test
    void onlyWhatIsWantedIsAskedForAndMoreCanBeWanted() {
        Download download = download(10, Order.RAREST_FIRST);
        ChunkSet some = new ChunkSet(10);
        some.add(0);
        download.want(some, 0);
        download.start(0);
        download.sourceAdded(1, LIMIT, 0);
        List<Request> first = only(Request.class, download.sourceHasAll(1, 0));
        assertThat(first).extracting(request -> request.range().chunk()).containsExactly(0);
        assertThat(arrive(download, 1, first.getFirst().range(), MILLI)).contains(new Verify(0));
        some.add(7);
        List<Request> second = only(Request.class, download.want(some, MILLI));
        assertThat(second).extracting(request -> request.range().chunk()).containsExactly(7);
        assertThat(download.chunkVerified(0, MILLI)).isEmpty();
        arrive(download, 1, second.getFirst().range(), MILLI);
        assertThat(download.chunkVerified(7, MILLI)).contains(new Finished());
        assertThat(download.held().count()).isEqualTo(2);
        assertThat(download.isOfUse(1)).isFalse();
    }

    @Test
    void aSourceWithoutWhatIsWantedIsOfNoUse() {
        Download download = download(10, Order.IN_ORDER);
        ChunkSet some = new ChunkSet(10);
        some.add(new ChunkRun(4, 2));
        download.want(some, 0);
        download.start(0);
        download.sourceAdded(1, LIMIT, 0);
        assertThat(download.sourceHas(1, List.of(new ChunkRun(0, 4)), 0)).isEmpty();
        assertThat(download.isOfUse(1)).isFalse();
        assertThat(only(Request.class, download.sourceHas(1, List.of(new ChunkRun(5, 1)), 0)))
                .extracting(request -> request.range().chunk())
                .containsExactly(5);
        assertThat(download.isOfUse(1)).isTrue();
    }

    @Test
    void nothingMoreThanWhatIsHereWantedIsFinishedAtOnce() {
        Download download = download(3, Order.RAREST_FIRST);
        assertThat(download.want(new ChunkSet(3), 0)).containsExactly(new Finished());
    }
}
