package dev.shoal.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.swarm.DownloadAction.Complain;
import dev.shoal.swarm.DownloadAction.Copy;
import dev.shoal.swarm.DownloadAction.Drop;
import dev.shoal.swarm.DownloadAction.Fill;
import dev.shoal.swarm.DownloadAction.Finished;
import dev.shoal.swarm.DownloadAction.NeedLeaves;
import dev.shoal.swarm.DownloadAction.Request;
import dev.shoal.swarm.DownloadAction.Verify;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a download does of which parts are here already. */
class DownloadHereTest {

    private static final int LIMIT = 1 << 20;
    private static final int BLOCKS = 4;

    private final List<DownloadAction> actions = new ArrayList<>();

    private static Download download(int chunks) {
        ChunkLayout layout = new ChunkLayout(chunks * 64L * 1024);
        return new Download(
                layout, new ChunkSet(chunks), Order.RAREST_FIRST, new SplittableRandom(1), RequestBudget.unlimited());
    }

    private static BitSet blocks(int... blocks) {
        BitSet set = new BitSet();
        for (int block : blocks) {
            set.set(block);
        }
        return set;
    }

    private <T> List<T> only(Class<T> kind) {
        return actions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private void now(List<DownloadAction> more) {
        actions.clear();
        actions.addAll(more);
    }

    private void arrive(Download download, BlockRange range) {
        assertThat(download.claim(1, range)).isTrue();
        now(download.dataArrived(1, range, 0));
    }

    @Test
    void nothingIsRequestedBeforeItIsKnownWhatIsHere() {
        Download download = download(3);
        download.hold();
        download.start(0);
        download.sourceAdded(1, LIMIT, 0);
        now(download.sourceHasAll(1, 0));
        assertThat(only(Request.class)).isEmpty();
        now(download.tick(1_000_000_000));
        assertThat(only(Request.class)).isEmpty();
        now(download.here(Map.of(), 0));
        assertThat(only(Request.class)).isNotEmpty();
    }

    @Test
    void wholeChunksAreCopiedAndOfOthersOnlyWhatIsNotHereIsRequested() {
        Download download = download(2);
        download.hold();
        download.start(0);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceHasAll(1, 0);
        now(download.here(Map.of(0, blocks(0, 1, 2, 3), 1, blocks(0, 2)), 0));
        assertThat(only(Copy.class)).containsExactly(new Copy(0));
        assertThat(only(Fill.class)).containsExactly(new Fill(1, blocks(0, 2)));
        assertThat(only(Request.class))
                .extracting(Request::range)
                .containsExactly(new BlockRange(1, 1, 1), new BlockRange(1, 3, 1));
        arrive(download, new BlockRange(1, 1, 1));
        arrive(download, new BlockRange(1, 3, 1));
        assertThat(only(Verify.class)).isEmpty();
        now(download.filled(1));
        assertThat(only(Verify.class)).containsExactly(new Verify(1));
        now(download.chunkVerified(1, 0));
        assertThat(only(Finished.class)).isEmpty();
        now(download.chunkVerified(0, 0));
        assertThat(only(Finished.class)).hasSize(1);
        assertThat(download.reports().getFirst().receivedBytes()).isEqualTo(2 * 16 * 1024);
    }

    @Test
    void chunkThatIsNotHereAfterAllIsRequested() {
        Download download = download(2);
        download.hold();
        download.start(0);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceHasAll(1, 0);
        now(download.here(Map.of(0, blocks(0, 1, 2, 3), 1, blocks(0, 2)), 0));
        now(download.notHere(0, 0));
        assertThat(only(Request.class)).extracting(Request::range).containsExactly(new BlockRange(0, 0, BLOCKS));
        now(download.notHere(1, 0));
        assertThat(only(Request.class))
                .extracting(Request::range)
                .containsExactly(new BlockRange(1, 0, 1), new BlockRange(1, 2, 1));
        now(download.chunkVerified(0, 0));
        assertThat(download.held().count()).isZero();
    }

    @Test
    void mixedChunkThatIsWrongIsFetchedWholeBeforeAnybodyIsSuspected() {
        Download download = download(1);
        download.hold();
        download.start(0);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceHasAll(1, 0);
        now(download.here(Map.of(0, blocks(0, 2, 3)), 0));
        download.filled(0);
        arrive(download, new BlockRange(0, 1, 1));
        assertThat(only(Verify.class)).hasSize(1);
        now(download.chunkFailed(0, 0));
        assertThat(only(Drop.class)).isEmpty();
        assertThat(only(NeedLeaves.class)).isEmpty();
        assertThat(only(Request.class))
                .extracting(Request::range)
                .containsExactly(new BlockRange(0, 0, 1), new BlockRange(0, 2, 2));
        arrive(download, new BlockRange(0, 0, 1));
        arrive(download, new BlockRange(0, 2, 2));
        assertThat(only(Verify.class)).hasSize(1);
        // Now all of it came from one source.
        now(download.chunkFailed(0, 0));
        assertThat(only(Complain.class)).hasSize(1);
        assertThat(only(Drop.class)).hasSize(1);
    }

    @Test
    void whatIsHereOfChunksThatAreBegunOrHeldDoesNotCount() {
        Download download = download(2);
        download.start(0);
        download.sourceAdded(1, LIMIT, 0);
        now(download.sourceHasAll(1, 0));
        assertThat(only(Request.class)).hasSize(2);
        now(download.here(Map.of(0, blocks(0, 1, 2, 3), 1, blocks(0, 2)), 0));
        assertThat(actions).isEmpty();
        arrive(download, new BlockRange(0, 0, BLOCKS));
        assertThat(only(Verify.class)).hasSize(1);
    }

    @Test
    void blocksBeyondTheChunkAndEmptySetsAreNoHints() {
        Download download = download(2);
        download.hold();
        download.start(0);
        download.sourceAdded(1, LIMIT, 0);
        download.sourceHasAll(1, 0);
        now(download.here(Map.of(0, blocks(1, BLOCKS), 1, blocks(), 7, blocks(0)), 0));
        assertThat(only(Copy.class)).isEmpty();
        assertThat(only(Fill.class)).isEmpty();
        assertThat(only(Request.class)).hasSize(2);
    }

    /** Hints of every quality: the download ends, and no source is suspected for a hint. */
    @Test
    void everyMixtureOfRightAndWrongHintsEndsWithTheContent() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int chunks = random.nextInt(1, 12);
            Download download = download(chunks);
            Map<Integer, BitSet> here = new HashMap<>();
            Set<Integer> lies = new HashSet<>();
            for (int chunk = 0; chunk < chunks; chunk++) {
                here.put(chunk, BitSet.valueOf(new long[] {random.nextInt(1 << BLOCKS)}));
                if (!here.get(chunk).isEmpty() && random.nextInt(3) == 0) {
                    lies.add(chunk);
                }
            }
            download.hold();
            Queue<DownloadAction> todo = new ArrayDeque<>(download.start(0));
            todo.addAll(download.sourceAdded(1, LIMIT, 0));
            todo.addAll(download.sourceHasAll(1, 0));
            todo.addAll(download.here(here, 0));
            boolean finished = false;
            while (!todo.isEmpty()) {
                DownloadAction action = todo.remove();
                assertThat(action).as("seed %d", seed).isNotInstanceOfAny(Drop.class, Complain.class);
                finished |= action instanceof Finished;
                todo.addAll(carryOut(download, action, lies, random));
            }
            assertThat(finished).as("seed %d", seed).isTrue();
        }
    }

    private static List<DownloadAction> carryOut(
            Download download, DownloadAction action, Set<Integer> lies, SplittableRandom random) {
        return switch (action) {
            case Request(int source, BlockRange range) -> {
                assertThat(download.claim(source, range)).isTrue();
                yield download.dataArrived(source, range, 0);
            }
            case Copy(int chunk) -> lies.remove(chunk) ? download.notHere(chunk, 0) : download.chunkVerified(chunk, 0);
            case Fill(int chunk, BitSet blocks) ->
                lies.contains(chunk) && random.nextBoolean() ? notHere(download, chunk, lies) : download.filled(chunk);
            case Verify(int chunk) ->
                // What was here is fetched after the first failure.
                lies.remove(chunk) ? download.chunkFailed(chunk, 0) : download.chunkVerified(chunk, 0);
            default -> List.of();
        };
    }

    private static List<DownloadAction> notHere(Download download, int chunk, Set<Integer> lies) {
        lies.remove(chunk);
        return download.notHere(chunk, 0);
    }
}
