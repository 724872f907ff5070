package dev.shoal.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.swarm.DownloadAction.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RequestBudgetTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final int LIMIT = 1 << 20;

    @Test
    void noMoreIsRequestedThanWasGranted() {
        RequestBudget budget = RequestBudget.ofGrants();
        ChunkLayout layout = new ChunkLayout(100 * 64L * 1024);
        Download download = new Download(layout, new ChunkSet(100), Order.IN_ORDER, new SplittableRandom(1), budget);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceAdded(2, LIMIT, 0);
        assertThat(requests(download.sourceHasAll(1, 0))).isEmpty();
        assertThat(requests(download.sourceHasAll(2, 0))).isEmpty();
        long granted = 0;
        long arrived = 0;
        List<Request> waiting = new ArrayList<>();
        for (long now = MILLI; now < 2 * SECOND; now += 50 * MILLI) {
            budget.grant(50_000);
            granted += 50_000;
            for (Request request : List.copyOf(waiting)) {
                long bytes = request.range().blockCount() * 16L * 1024;
                budget.arrived(bytes);
                arrived += bytes;
                waiting.addAll(requests(arrive(download, request, now)));
                waiting.remove(request);
            }
            waiting.addAll(requests(download.tick(now)));
            long requested = waiting.stream()
                    .mapToLong(request -> request.range().blockCount() * 16L * 1024)
                    .sum();
            assertThat(arrived + requested).isLessThan(granted + 256 * 1024);
        }
        assertThat(arrived).isGreaterThan(granted - 512 * 1024);
    }

    @Test
    void aLimitThatBeginsCountsWhatIsUnderWayAndOneThatEndsHoldsNothingBack() {
        RequestBudget budget = RequestBudget.unlimited();
        ChunkLayout layout = new ChunkLayout(100 * 64L * 1024);
        Download download = new Download(layout, new ChunkSet(100), Order.IN_ORDER, new SplittableRandom(1), budget);
        download.sourceAdded(1, LIMIT, 0);
        List<Request> first = requests(download.sourceHasAll(1, 0));
        assertThat(first).hasSizeGreaterThan(1);
        budget.limited(true);
        for (Request request : first) {
            budget.arrived(request.range().blockCount() * 16L * 1024);
            assertThat(requests(arrive(download, request, MILLI))).isEmpty();
        }
        assertThat(budget.unusedBytes()).isZero();
        budget.grant(64 * 1024);
        assertThat(requests(download.tick(2 * MILLI))).hasSize(1);
        assertThat(budget.unusedBytes()).isZero();
        assertThat(requests(download.tick(3 * MILLI))).isEmpty();
        budget.limited(false);
        assertThat(requests(download.tick(4 * MILLI))).isNotEmpty();
    }

    @Test
    void whatALostSourceWasAskedForIsFreeThoughNobodyElseIsThere() {
        RequestBudget budget = RequestBudget.ofGrants();
        ChunkLayout layout = new ChunkLayout(100 * 64L * 1024);
        Download download = new Download(layout, new ChunkSet(100), Order.IN_ORDER, new SplittableRandom(1), budget);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceHasAll(1, 0);
        budget.grant(128 * 1024);
        assertThat(requests(download.tick(MILLI))).hasSize(2);
        download.sourceLost(1, 2 * MILLI);
        download.tick(3 * MILLI);
        assertThat(budget.unusedBytes()).isEqualTo(128 * 1024);
    }

    private static List<Request> requests(List<DownloadAction> actions) {
        return actions.stream()
                .filter(Request.class::isInstance)
                .map(Request.class::cast)
                .toList();
    }

    private static List<DownloadAction> arrive(Download download, Request request, long now) {
        assertThat(download.claim(request.source(), request.range())).isTrue();
        return download.dataArrived(request.source(), request.range(), now);
    }
}
