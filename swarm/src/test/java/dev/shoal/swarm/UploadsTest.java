package dev.shoal.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UploadsTest {

    private static final int CONTENT = 7;
    private static final ChunkLayout LAYOUT = new ChunkLayout(100 * 64 * 1024);
    private static final long LIMIT = 1024 * 1024;

    private static Uploads uploads(int slots, int peers) {
        Uploads uploads = new Uploads(slots, LIMIT);
        uploads.contentAdded(CONTENT, LAYOUT);
        for (int peer = 1; peer <= peers; peer++) {
            uploads.peerAdded(peer, 0);
        }
        return uploads;
    }

    private static BlockRange chunk(int chunk) {
        return new BlockRange(chunk, 0, 4);
    }

    private static Piece sendNext(Uploads uploads, long now) {
        Piece piece = uploads.next(now).orElseThrow();
        uploads.sent(piece, now);
        return piece;
    }

    @Test
    void aSeedSendsEachChunkOnceBeforeAnyTwice() {
        for (long seed = 0; seed < 30; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Uploads uploads = uploads(1, 5);
            for (int i = 0; i < 10; i++) {
                int wanted = i;
                int first = 1 + random.nextInt(5);
                for (int peer = first; peer < first + 2; peer++) {
                    uploads.requested(1 + peer % 5, CONTENT, chunk(wanted), 0);
                }
            }
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                order.add(sendNext(uploads, 1).range().chunk());
            }
            assertThat(order.subList(0, 10)).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(uploads.next(1)).isEmpty();
        }
    }

    @Test
    void whatOthersAlreadyHaveComesLast() {
        Uploads uploads = uploads(1, 3);
        uploads.peerHas(3, CONTENT, List.of(new ChunkRun(0, 5), new ChunkRun(90, Integer.MAX_VALUE)));
        uploads.requested(1, CONTENT, chunk(4), 0);
        uploads.requested(2, CONTENT, chunk(5), 0);
        assertThat(sendNext(uploads, 0).range().chunk()).isEqualTo(5);
        assertThat(sendNext(uploads, 0).range().chunk()).isEqualTo(4);
        uploads.requested(1, CONTENT, chunk(6), 0);
        uploads.requested(2, CONTENT, chunk(3), 0);
        uploads.peerGone(3);
        uploads.peerHas(1, CONTENT, List.of(new ChunkRun(6, 1)));
        assertThat(sendNext(uploads, 0).range().chunk()).isIn(3, 6);
    }

    @Test
    void whoGotLeastLatelyComesFirst() {
        Uploads uploads = uploads(1, 2);
        for (int i = 0; i < 8; i++) {
            uploads.requested(1, CONTENT, chunk(i), 0);
        }
        assertThat(sendNext(uploads, 0).peer()).isEqualTo(1);
        for (int i = 20; i < 23; i++) {
            uploads.requested(2, CONTENT, chunk(i), 0);
        }
        assertThat(sendNext(uploads, 0).peer()).isEqualTo(2);
        List<Integer> next =
                List.of(sendNext(uploads, 0).peer(), sendNext(uploads, 0).peer());
        assertThat(next).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void nobodyWaitsForEverBehindOthers() {
        Uploads uploads = uploads(1, 2);
        uploads.peerHas(2, CONTENT, List.of(new ChunkRun(0, 1)));
        uploads.requested(1, CONTENT, chunk(0), 0);
        uploads.requested(2, CONTENT, chunk(50), 1);
        uploads.requested(2, CONTENT, chunk(51), 1);
        assertThat(sendNext(uploads, 2).range().chunk()).isEqualTo(50);
        assertThat(sendNext(uploads, Uploads.MAX_WAIT_NANOS + 1).range().chunk())
                .isZero();
    }

    @Test
    void aChunkThatHasBegunIsFinishedAndOnlyOnePieceOfAPeerIsOnItsWay() {
        ChunkLayout large = new ChunkLayout(8L << 30);
        Uploads uploads = new Uploads(2, 16 * LIMIT);
        uploads.contentAdded(CONTENT, large);
        uploads.peerAdded(1, 0);
        uploads.peerAdded(2, 0);
        uploads.requested(1, CONTENT, new BlockRange(5, 0, 64), 0);
        uploads.requested(2, CONTENT, new BlockRange(6, 0, 64), 0);
        Piece first = uploads.next(0).orElseThrow();
        Piece second = uploads.next(0).orElseThrow();
        assertThat(first.bytes()).isEqualTo(256 * 1024);
        assertThat(second.peer()).isNotEqualTo(first.peer());
        assertThat(uploads.next(0)).isEmpty();
        uploads.sent(first, 0);
        assertThat(uploads.next(0).orElseThrow().range())
                .isEqualTo(new BlockRange(first.range().chunk(), 16, 16));
        assertThat(uploads.sendingCount()).isEqualTo(2);
    }

    @Test
    void requestsEndAtTheLimitAndOutsideTheContent() {
        Uploads uploads = uploads(1, 1);
        for (int i = 0; i < 16; i++) {
            assertThat(uploads.requested(1, CONTENT, chunk(i), 0)).isEqualTo(Verdict.WAITS);
        }
        assertThat(uploads.requested(1, CONTENT, chunk(16), 0)).isEqualTo(Verdict.OVER_LIMIT);
        assertThat(uploads.waitingBytes()).isEqualTo(LIMIT);
        assertThat(uploads.requested(1, CONTENT, new BlockRange(3, 2, 1), 0)).isEqualTo(Verdict.DUPLICATE);
        assertThat(uploads.requested(1, CONTENT, chunk(100), 0)).isEqualTo(Verdict.OUTSIDE);
        assertThat(uploads.requested(1, CONTENT, new BlockRange(0, 1, 4), 0)).isEqualTo(Verdict.OUTSIDE);
        assertThat(uploads.requested(1, 99, chunk(0), 0)).isEqualTo(Verdict.UNKNOWN);
        assertThat(uploads.requested(2, CONTENT, chunk(0), 0)).isEqualTo(Verdict.UNKNOWN);
        uploads.contentRemoved(CONTENT);
        assertThat(uploads.waitingBytes()).isZero();
        assertThat(uploads.next(0)).isEqualTo(Optional.empty());
    }

    @Test
    void blocksThatWaitAlreadyAreSentOnceAndTheRestOfTheRequestIsTaken() {
        Uploads uploads = uploads(1, 1);
        assertThat(uploads.requested(1, CONTENT, new BlockRange(3, 1, 2), 0)).isEqualTo(Verdict.WAITS);
        assertThat(uploads.requested(1, CONTENT, chunk(3), 0)).isEqualTo(Verdict.WAITS);
        assertThat(uploads.requested(1, CONTENT, chunk(3), 0)).isEqualTo(Verdict.DUPLICATE);
        assertThat(uploads.waitingBytes()).isEqualTo(4 * 16 * 1024);
        List<BlockRange> sent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sent.add(sendNext(uploads, 0).range());
        }
        assertThat(sent)
                .containsExactlyInAnyOrder(new BlockRange(3, 0, 1), new BlockRange(3, 1, 2), new BlockRange(3, 3, 1));
        assertThat(uploads.next(0)).isEmpty();
        assertThat(uploads.requested(1, CONTENT, chunk(3), 0)).isEqualTo(Verdict.WAITS);
    }

    @Test
    void whatWaitsAlreadyDoesNotCountTowardsTheLimitAgain() {
        Uploads uploads = uploads(1, 1);
        for (int i = 0; i < 15; i++) {
            uploads.requested(1, CONTENT, chunk(i), 0);
        }
        uploads.requested(1, CONTENT, new BlockRange(15, 0, 3), 0);
        assertThat(uploads.requested(1, CONTENT, chunk(15), 0)).isEqualTo(Verdict.WAITS);
        assertThat(uploads.waitingBytes()).isEqualTo(LIMIT);
        assertThat(uploads.requested(1, CONTENT, new BlockRange(16, 0, 1), 0)).isEqualTo(Verdict.OVER_LIMIT);
    }

    @Test
    void cancelledBlocksAreNotSent() {
        Uploads uploads = uploads(1, 1);
        uploads.requested(1, CONTENT, chunk(3), 0);
        assertThat(uploads.cancelled(1, CONTENT, new BlockRange(3, 1, 2))).containsExactly(new BlockRange(3, 1, 2));
        assertThat(uploads.waitingBytes()).isEqualTo(2 * 16 * 1024);
        List<BlockRange> sent =
                List.of(sendNext(uploads, 0).range(), sendNext(uploads, 0).range());
        assertThat(sent).containsExactlyInAnyOrder(new BlockRange(3, 0, 1), new BlockRange(3, 3, 1));
        assertThat(uploads.cancelled(1, CONTENT, chunk(3))).isEmpty();
        assertThat(uploads.cancelled(9, CONTENT, chunk(3))).isEmpty();
        assertThat(uploads.next(0)).isEmpty();
    }

    @Test
    void aPeerThatLeavesFreesItsSlot() {
        Uploads uploads = uploads(1, 2);
        uploads.requested(1, CONTENT, chunk(3), 0);
        uploads.requested(2, CONTENT, chunk(4), 0);
        Piece piece = uploads.next(0).orElseThrow();
        assertThat(uploads.next(0)).isEmpty();
        uploads.peerGone(piece.peer());
        assertThat(uploads.next(0)).isPresent();
        uploads.sent(piece, 0);
        assertThat(uploads.sendingCount()).isEqualTo(1);
        assertThatThrownBy(() -> new Uploads(0, LIMIT)).isInstanceOf(IllegalArgumentException.class);
    }
}
