package dev.shoal.swarm;

import static dev.shoal.swarm.Downloads.arrive;
import static dev.shoal.swarm.Downloads.download;
import static dev.shoal.swarm.Downloads.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.swarm.DownloadAction.Cancel;
import dev.shoal.swarm.DownloadAction.Complain;
import dev.shoal.swarm.DownloadAction.Drop;
import dev.shoal.swarm.DownloadAction.Finished;
import dev.shoal.swarm.DownloadAction.NeedLeaves;
import dev.shoal.swarm.DownloadAction.NeedSources;
import dev.shoal.swarm.DownloadAction.Request;
import dev.shoal.swarm.DownloadAction.Verify;
import dev.shoal.swarm.DownloadAction.Withdraw;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DownloadTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final int LIMIT = 1 << 20;

    @Test
    void asksForSourcesAndThenForChunksAndEnds() {
        Download download = download(3, Order.RAREST_FIRST);
        assertThat(download.start(0)).containsExactly(new NeedSources(true));
        assertThat(download.sourceAdded(1, LIMIT, 0)).isEmpty();
        List<Request> requests = new ArrayList<>(only(Request.class, download.sourceHasAll(1, 0)));
        assertThat(requests).hasSize(2);
        boolean finished = false;
        while (!requests.isEmpty()) {
            Request request = requests.removeFirst();
            List<DownloadAction> actions = arrive(download, 1, request.range(), MILLI);
            requests.addAll(only(Request.class, actions));
            assertThat(actions).contains(new Verify(request.range().chunk()));
            finished = download.chunkVerified(request.range().chunk(), MILLI).contains(new Finished());
        }
        assertThat(finished).isTrue();
        assertThat(download.isFinished()).isTrue();
        assertThat(download.held().isFull()).isTrue();
        assertThat(download.reports().getFirst().receivedBytes()).isEqualTo(3 * 64 * 1024);
    }

    @Test
    void nothingMissingIsFinishedAtOnce() {
        Download empty = new Download(
                new ChunkLayout(0),
                new ChunkSet(0),
                Order.RAREST_FIRST,
                new SplittableRandom(1),
                RequestBudget.unlimited());
        assertThat(empty.start(0)).containsExactly(new Finished());
    }

    @Test
    void theRarestChunkIsAskedForFirst() {
        Download download = download(10, Order.RAREST_FIRST);
        for (int source = 1; source <= 3; source++) {
            download.sourceAdded(source, LIMIT, 0);
        }
        download.sourceHas(1, List.of(new ChunkRun(0, 6), new ChunkRun(7, 3)), 0);
        download.sourceHas(2, List.of(new ChunkRun(0, 6), new ChunkRun(7, 3)), 0);
        List<Request> requests = only(Request.class, download.sourceHasAll(3, 0));
        assertThat(requests).extracting(request -> request.range().chunk()).contains(6);
    }

    @Test
    void inOrderTheEarliestChunkIsAskedForFirst() {
        Download download = download(1000, Order.IN_ORDER);
        download.sourceAdded(1, LIMIT, 0);
        assertThat(only(Request.class, download.sourceHasAll(1, 0)))
                .extracting(request -> request.range().chunk())
                .containsExactly(0, 1);
    }

    @Test
    void theLimitOfASourceIsKept() {
        Download download = download(100, Order.RAREST_FIRST);
        download.sourceAdded(1, 40_000, 0);
        long bytes = only(Request.class, download.sourceHasAll(1, 0)).stream()
                .mapToLong(request -> request.range().blockCount() * 16L * 1024)
                .sum();
        assertThat(bytes).isEqualTo(32 * 1024);
    }

    @Test
    void whatALostSourceWasAskedForIsAskedFromAnother() {
        Download download = download(2, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        List<Request> first = only(Request.class, download.sourceHasAll(1, 0));
        download.sourceAdded(2, LIMIT, MILLI);
        download.sourceHasAll(2, MILLI);
        List<Request> second = only(Request.class, download.sourceLost(1, 2 * MILLI));
        assertThat(second)
                .extracting(Request::range)
                .containsExactlyInAnyOrderElementsOf(
                        first.stream().map(Request::range).toList());
        assertThat(download.reports().getLast().dropped()).isEqualTo(DropReason.GONE);
    }

    @Test
    void aSilentSourceLosesItsRequestsAndIsDropped() {
        Download download = download(2, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceHasAll(1, 0);
        download.sourceAdded(2, LIMIT, SECOND);
        List<DownloadAction> actions = new ArrayList<>(download.sourceHasAll(2, SECOND));
        for (long now = SECOND; now < 20 * SECOND; now += Download.TICK_NANOS) {
            actions.addAll(download.tick(now));
            download.sourceAlive(2, now);
        }
        assertThat(only(Request.class, actions)).extracting(Request::source).contains(2);
        assertThat(actions).contains(new Drop(1, DropReason.STALLED, false));
    }

    @Test
    void aSourceThatOnlySaysThatItLivesIsDroppedToo() {
        Download download = download(1, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceHasAll(1, 0);
        List<DownloadAction> actions = new ArrayList<>();
        for (long now = 0; now < 50 * SECOND; now += Download.TICK_NANOS) {
            download.sourceAlive(1, now);
            actions.addAll(download.tick(now));
        }
        assertThat(actions).contains(new Drop(1, DropReason.STALLED, false));
    }

    @Test
    void aSourceThatSentAWholeWrongChunkIsBanned() {
        Download download = download(2, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        Request request = only(Request.class, download.sourceHasAll(1, 0)).getFirst();
        arrive(download, 1, request.range(), 0);
        int chunk = request.range().chunk();
        assertThat(download.chunkFailed(chunk, 0))
                .startsWith(new Complain(1, chunk), new Drop(1, DropReason.WRONG_DATA, true));
        download.sourceLost(1, 0);
        assertThat(only(Drop.class, download.sourceAdded(1, LIMIT, 1))).isNotEmpty();
        download.sourceAdded(2, LIMIT, 1);
        assertThat(only(Request.class, download.sourceHasAll(2, 1)))
                .extracting(again -> again.range().chunk())
                .contains(chunk);
    }

    @Test
    void theLeafHashesTellWhoSentTheWrongBlockAndTheRightOnesAreKept() {
        Download download = download(1, Order.RAREST_FIRST);
        download.sourceAdded(1, 32 * 1024, 0);
        download.sourceAdded(2, 32 * 1024, 0);
        List<DownloadAction> actions = new ArrayList<>(download.sourceHasAll(1, 0));
        actions.addAll(download.sourceHasAll(2, 0));
        List<Request> requests = only(Request.class, actions);
        assertThat(requests).hasSize(2);
        requests.forEach(request -> arrive(download, request.source(), request.range(), 0));
        assertThat(only(NeedLeaves.class, download.chunkFailed(0, 0)).getFirst().sources())
                .containsExactlyInAnyOrder(1, 2);
        int culprit = requests.getFirst().source();
        BitSet wrong = new BitSet();
        wrong.set(requests.getFirst().range().firstBlock());
        List<DownloadAction> after = download.wrongBlocks(0, wrong, 0);
        assertThat(after).contains(new Drop(culprit, DropReason.WRONG_DATA, true));
        assertThat(only(Request.class, after))
                .containsExactly(new Request(
                        3 - culprit,
                        new BlockRange(0, requests.getFirst().range().firstBlock(), 1)));
    }

    @Test
    void withoutLeafHashesAFailedChunkIsFetchedFromOneSource() {
        Download download = download(1, Order.RAREST_FIRST);
        download.sourceAdded(1, 32 * 1024, 0);
        download.sourceAdded(2, 32 * 1024, 0);
        List<DownloadAction> actions = new ArrayList<>(download.sourceHasAll(1, 0));
        actions.addAll(download.sourceHasAll(2, 0));
        only(Request.class, actions).forEach(request -> arrive(download, request.source(), request.range(), 0));
        download.chunkFailed(0, 0);
        List<Request> again = only(Request.class, download.tick(11 * SECOND));
        assertThat(again).isNotEmpty();
        assertThat(again)
                .extracting(Request::source)
                .containsOnly(again.getFirst().source());
    }

    @Test
    void aSourceThatRefusesWhatItAnnouncedIsDropped() {
        Download download = download(50, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        List<DownloadAction> actions = new ArrayList<>(download.sourceHasAll(1, 0));
        for (int i = 0; i < SourceWatch.MAX_REFUSALS; i++) {
            assertThat(only(Drop.class, actions)).isEmpty();
            Request request = only(Request.class, actions).get(i);
            actions.addAll(download.requestRefused(1, request.range(), 0, i));
        }
        assertThat(actions).contains(new Drop(1, DropReason.REFUSES, false));
        assertThat(only(Request.class, actions).stream().map(Request::range).distinct())
                .hasSameSizeAs(only(Request.class, actions));
    }

    @Test
    void aBusySourceIsAskedAgainLater() {
        Download download = download(2, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        BlockRange range =
                only(Request.class, download.sourceHasAll(1, 0)).getFirst().range();
        assertThat(only(Request.class, download.requestRefused(1, range, SECOND, 0)))
                .isEmpty();
        assertThat(only(Request.class, download.tick(SECOND - 1))).isEmpty();
        assertThat(only(Request.class, download.tick(SECOND))).containsExactly(new Request(1, range));
    }

    @Test
    void aSourceThatIsBusyForEverIsAskedLessAndLessOftenAndThenDropped() {
        Download download = download(50, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        List<Request> asked = only(Request.class, download.sourceHasAll(1, 0));
        int rounds = 0;
        long now = 0;
        List<DownloadAction> actions = new ArrayList<>();
        while (only(Drop.class, actions).isEmpty()) {
            if (!asked.isEmpty()) {
                rounds++;
            }
            for (Request request : asked) {
                actions.addAll(download.requestRefused(1, request.range(), 1, now));
            }
            now += Download.TICK_NANOS;
            asked = only(Request.class, download.tick(now));
        }
        assertThat(only(Drop.class, actions)).containsExactly(new Drop(1, DropReason.BUSY, false));
        assertThat(rounds).isEqualTo(SourceWatch.MAX_BUSY_TIMES);
        assertThat(now).isGreaterThan(12 * SECOND);
    }

    @Test
    void aSourceThatIsBusyForTooLongIsDroppedAtOnce() {
        Download download = download(2, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        BlockRange range =
                only(Request.class, download.sourceHasAll(1, 0)).getFirst().range();
        assertThat(download.requestRefused(1, range, SourceWatch.MAX_BUSY_NANOS + 1, 0))
                .contains(new Drop(1, DropReason.BUSY, false));
    }

    @Test
    void aRefusalEndsTheRequestThatBeginsThereAndNoOther() {
        Download download = download(1, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        BlockRange range =
                only(Request.class, download.sourceHasAll(1, 0)).getFirst().range();
        BlockRange other = new BlockRange(range.chunk(), range.firstBlock() + 1, 1);
        download.requestRefused(1, other, SECOND, 0);
        assertThat(download.claim(1, range)).isTrue();
        assertThat(only(Drop.class, download.dataArrived(1, range, 0))).isEmpty();
        assertThat(download.reports().getFirst().receivedBytes()).isEqualTo(64 * 1024);
    }

    @Test
    void aRefusalEndsWhatIsLeftOfARequestOfWhichBlocksCameFromElsewhere() {
        Download download = download(1, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        BlockRange range =
                only(Request.class, download.sourceHasAll(1, 0)).getFirst().range();
        download.sourceAdded(2, ChunkLayout.BLOCK_BYTES, SECOND);
        BlockRange block = new BlockRange(0, 0, 1);
        assertThat(only(Request.class, download.sourceHasAll(2, SECOND))).containsExactly(new Request(2, block));
        arrive(download, 2, block, SECOND + MILLI);
        assertThat(download.reports().getFirst().requestedBytes()).isEqualTo(3L * ChunkLayout.BLOCK_BYTES);
        download.requestRefused(1, range, 0, SECOND + 2 * MILLI);
        assertThat(download.reports().getFirst().requestedBytes()).isZero();
    }

    @Test
    void aSourceIsOfUseAsLongAsItHasWhatIsMissing() {
        Download download = download(2, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        assertThat(download.hasChunks(1)).isFalse();
        assertThat(download.isOfUse(1)).isFalse();
        download.sourceHas(1, List.of(new ChunkRun(1, 1)), 0);
        assertThat(download.hasChunks(1)).isTrue();
        assertThat(download.isOfUse(1)).isTrue();
        BlockRange range = new BlockRange(1, 0, 4);
        download.claim(1, range);
        download.dataArrived(1, range, 0);
        download.chunkVerified(1, 0);
        assertThat(download.isOfUse(1)).isFalse();
        assertThat(download.isOfUse(2)).isFalse();
    }

    @Test
    void aLowerLimitHoldsForWhatIsRequestedFromThenOn() {
        Download download = download(50, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceLimit(1, 64 * 1024);
        assertThat(only(Request.class, download.sourceHasAll(1, 0)).stream()
                        .mapToInt(request -> request.range().blockCount())
                        .sum())
                .isEqualTo(4);
        download.sourceLimit(2, 1);
    }

    @Test
    void dataThatNobodyAskedForIsNotTakenAndTooMuchOfItEndsTheSource() {
        Download download = download(50, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        List<Request> requests = only(Request.class, download.sourceHasAll(1, 0));
        int other = requests.stream().anyMatch(request -> request.range().chunk() == 9) ? 8 : 9;
        BlockRange unwanted = new BlockRange(other, 0, 4);
        List<DownloadAction> actions = new ArrayList<>();
        for (int i = 0; i <= SourceWatch.MAX_UNREQUESTED_BYTES / (64 * 1024); i++) {
            assertThat(only(Drop.class, actions)).isEmpty();
            assertThat(download.claim(1, unwanted)).isFalse();
            actions.addAll(download.dataArrived(1, unwanted, i));
        }
        assertThat(actions).contains(new Drop(1, DropReason.FLOODS, true));
        assertThat(download.claim(1, requests.getFirst().range())).isFalse();
        assertThat(download.claim(1, new BlockRange(999, 0, 1))).isFalse();
        assertThatThrownBy(() -> download.sourceHas(1, List.of(new ChunkRun(49, 2)), 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void blocksThatAreBeingReadAreNobodyElses() {
        Download download = download(1, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        BlockRange range =
                only(Request.class, download.sourceHasAll(1, 0)).getFirst().range();
        assertThat(download.claim(1, range)).isTrue();
        download.sourceAdded(2, LIMIT, 0);
        List<DownloadAction> actions = new ArrayList<>(download.sourceHasAll(2, 0));
        for (long now = 0; now < 17 * SECOND; now += Download.TICK_NANOS) {
            actions.addAll(download.tick(now));
        }
        assertThat(actions).contains(new Drop(1, DropReason.STALLED, false));
        assertThat(only(Request.class, actions)).isEmpty();
        assertThat(only(Request.class, download.sourceLost(1, 17 * SECOND))).containsExactly(new Request(2, range));
    }

    @Test
    void theLastBlocksAreAskedForTwiceAndCancelledOnce() {
        Download download = download(1, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        BlockRange range =
                only(Request.class, download.sourceHasAll(1, 0)).getFirst().range();
        download.sourceAdded(2, LIMIT, SECOND);
        assertThat(only(Request.class, download.sourceHasAll(2, SECOND))).containsExactly(new Request(2, range));
        List<DownloadAction> actions = arrive(download, 1, range, SECOND + MILLI);
        assertThat(actions).containsExactly(new Cancel(2, range), new Verify(0));
        assertThat(download.claim(2, range)).isFalse();
        assertThat(download.dataArrived(2, range, SECOND + 2 * MILLI)).isEmpty();
        assertThat(download.reports().getLast().wastedBytes()).isEqualTo(64 * 1024);
    }

    @Test
    void aRequestIsAskedBackBeforeAnotherSourceGetsIt() {
        Download download = download(20, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceHas(1, List.of(new ChunkRun(0, 12)), 0);
        download.sourceAlive(1, 2 * SECOND);
        download.sourceAdded(2, LIMIT, 2 * SECOND);
        List<DownloadAction> actions = new ArrayList<>(download.sourceHas(2, List.of(new ChunkRun(0, 12)), 2 * SECOND));
        for (Request request : only(Request.class, actions)) {
            actions.addAll(arrive(download, 2, request.range(), 2 * SECOND + MILLI));
        }
        for (int i = 0; only(Withdraw.class, actions).isEmpty() && i < 20; i++) {
            Request last = only(Request.class, actions).getLast();
            if (download.claim(2, last.range())) {
                actions.addAll(download.dataArrived(2, last.range(), 2 * SECOND + i * MILLI));
            }
            actions.addAll(download.tick(2 * SECOND + i * Download.TICK_NANOS));
            download.sourceAlive(1, 2 * SECOND + i * Download.TICK_NANOS);
        }
        Withdraw withdraw = only(Withdraw.class, actions).getFirst();
        assertThat(withdraw.source()).isEqualTo(1);
        assertThat(only(Request.class, actions)).doesNotContain(new Request(2, withdraw.range()));
        assertThat(only(Request.class, download.requestWithdrawn(1, withdraw.range(), 5 * SECOND)))
                .extracting(Request::source)
                .contains(2);
    }

    @Test
    void aCompleteSourceIsAskedForWhatNobodyElseHasInstead() {
        Download download = download(50, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceAdded(2, 0, 0);
        BlockRange range =
                only(Request.class, download.sourceHasAll(1, 0)).getFirst().range();
        List<DownloadAction> actions = download.sourceHas(2, List.of(new ChunkRun(range.chunk(), 1)), MILLI);
        assertThat(actions).containsExactly(new Withdraw(1, range));
        List<Request> next = only(Request.class, download.requestWithdrawn(1, range, 2 * MILLI));
        assertThat(next).extracting(Request::source).contains(1);
        assertThat(next).doesNotContain(new Request(1, range));
    }

    @Test
    void onlyTheBlocksThatWereGivenBackAreAskedForAgain() {
        Download download = download(50, Order.RAREST_FIRST);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceAdded(2, 0, 0);
        BlockRange range =
                only(Request.class, download.sourceHasAll(1, 0)).getFirst().range();
        download.sourceHas(2, List.of(new ChunkRun(range.chunk(), 1)), MILLI);
        BlockRange middle = new BlockRange(range.chunk(), 1, 1);
        List<DownloadAction> actions = new ArrayList<>(download.requestWithdrawn(1, middle, 2 * MILLI));
        actions.addAll(download.requestWithdrawn(1, middle, 2 * MILLI));
        actions.addAll(download.tick(3 * MILLI));
        assertThat(only(Request.class, actions))
                .extracting(Request::range)
                .filteredOn(again -> again.chunk() == range.chunk())
                .allMatch(again -> again.equals(middle))
                .hasSizeLessThanOrEqualTo(1);
        BlockRange tail = new BlockRange(range.chunk(), 2, 2);
        assertThat(download.claim(1, tail)).isTrue();
        assertThat(only(Drop.class, download.dataArrived(1, tail, 4 * MILLI))).isEmpty();
    }

    @Test
    void whatIsWantedAndWhatIsBegunCanBeTold() {
        Download download = download(3, Order.IN_ORDER);
        ChunkSet two = new ChunkSet(3);
        two.add(new ChunkRun(1, 2));
        download.want(two, 0);
        assertThat(download.wanted().runs()).containsExactly(new ChunkRun(1, 2));
        assertThat(download.begun().isEmpty()).isTrue();
        download.sourceAdded(1, LIMIT, 0);
        download.sourceHas(1, List.of(new ChunkRun(0, 2)), 0);
        assertThat(download.begun().runs()).containsExactly(new ChunkRun(1, 1));
    }

    @Test
    void noMoreSourcesThanTheLimitAreTaken() {
        Download download = download(1, Order.RAREST_FIRST);
        for (int source = 0; source < Download.MAX_SOURCES; source++) {
            assertThat(download.sourceAdded(source, LIMIT, 0)).isEmpty();
        }
        assertThat(download.sourceAdded(999, LIMIT, 0)).containsExactly(new Drop(999, DropReason.TOO_MANY, false));
        for (int source = 0; source < Download.MAX_SOURCES; source++) {
            download.sourceLost(source, 0);
        }
        assertThat(download.reports()).hasSize(Download.MAX_PAST_REPORTS);
    }

    @Test
    void chunksInWorkStayWithinTheirBytes() {
        ChunkLayout layout = new ChunkLayout(64L << 30);
        Download download = new Download(
                layout,
                new ChunkSet(layout.chunkCount()),
                Order.RAREST_FIRST,
                new SplittableRandom(1),
                RequestBudget.unlimited());
        List<DownloadAction> actions = new ArrayList<>();
        for (int source = 0; source < 100; source++) {
            actions.addAll(download.sourceAdded(source, 64 << 20, 0));
            actions.addAll(download.sourceHasAll(source, 0));
        }
        List<Request> requests = new ArrayList<>(only(Request.class, actions));
        for (int i = 0; i < requests.size() && i < 2000; i++) {
            Request request = requests.get(i);
            if (download.claim(request.source(), request.range())) {
                List<DownloadAction> next = download.dataArrived(request.source(), request.range(), i * 1000L);
                requests.addAll(only(Request.class, next));
            }
        }
        assertThat(requests.stream().map(request -> request.range().chunk()).distinct())
                .hasSizeLessThanOrEqualTo((int) (RequestPlan.MAX_ASSEMBLY_BYTES / layout.chunkBytes()));
        assertThat(requests.stream()
                                .mapToInt(request -> request.range().blockCount())
                                .max()
                                .orElse(0)
                        * 16
                        * 1024)
                .isLessThanOrEqualTo(Source.MAX_REQUEST_BYTES);
    }
}
