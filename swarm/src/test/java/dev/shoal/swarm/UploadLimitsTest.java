package dev.shoal.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of all that is sent and of single contents, in virtual time, with senders that wake late. */
class UploadLimitsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final int FIRST = 1;
    private static final int SECOND_CONTENT = 2;
    /** A content whose chunks are as large as a frame, and one whose chunks are the smallest. */
    private static final ChunkLayout LARGE = new ChunkLayout(1L << 30);

    private static final ChunkLayout SMALL = new ChunkLayout(64L << 20);

    private record Sent(long nanos, int content, int peer, int bytes) {}

    /** A peer that always wants more of a content. */
    private static final class Wish {
        final int peer;
        final int content;
        final ChunkLayout layout;
        final int blocks;
        int chunk;
        long waitingBytes;

        Wish(int peer, int content, ChunkLayout layout, int blocks) {
            this.peer = peer;
            this.content = content;
            this.layout = layout;
            this.blocks = blocks;
        }

        void request(Uploads uploads, long now) {
            while (waitingBytes < MIB) {
                chunk = (chunk + 1) % layout.chunkCount();
                Verdict verdict = uploads.requested(peer, content, new BlockRange(chunk, 0, blocks), now);
                // What others have already may wait for long, until the same chunk has its turn again.
                assertThat(verdict).isIn(Verdict.WAITS, Verdict.DUPLICATE);
                waitingBytes += verdict == Verdict.WAITS ? layout.size(chunk, 0, blocks) : 0;
            }
        }
    }

    /** Some downloaders that never have enough, and a line. */
    private static final class World {
        final Uploads uploads = new Uploads(2, 16L << 20);
        final long seed;
        final SplittableRandom random;
        final long lineBytesPerSecond;
        final long mostLateNanos;
        final Map<Integer, ChunkLayout> layouts = new HashMap<>();
        final List<Wish> wishes = new ArrayList<>();
        final List<Sent> sent = new ArrayList<>();
        long now;
        int idleLooks;

        World(long seed, long lineBytesPerSecond, long mostLateNanos) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.lineBytesPerSecond = lineBytesPerSecond;
            this.mostLateNanos = mostLateNanos;
        }

        World share(int content, ChunkLayout layout) {
            uploads.contentAdded(content, layout);
            layouts.put(content, layout);
            return this;
        }

        /** A peer downloads a content, in requests of so many blocks. */
        World download(int peer, int content, int blocks) {
            uploads.peerAdded(peer, now);
            wishes.add(new Wish(peer, content, Objects.requireNonNull(layouts.get(content)), blocks));
            return this;
        }

        /** Sends for so long. */
        void run(long nanos) {
            long end = now + nanos;
            wish();
            while (now < end) {
                Optional<Piece> piece = uploads.next(now);
                if (piece.isPresent()) {
                    Piece going = piece.get();
                    now += going.bytes() * SECOND / lineBytesPerSecond;
                    uploads.sent(going, now);
                    went(going);
                    wish();
                } else {
                    idleLooks++;
                    assertThat(uploads.pauseNanos()).isPositive();
                    long late = mostLateNanos == 0 ? 0 : random.nextLong(mostLateNanos);
                    now += Math.min(uploads.pauseNanos(), SECOND) + late;
                }
            }
        }

        private void wish() {
            wishes.forEach(wish -> wish.request(uploads, now));
        }

        private void went(Piece piece) {
            sent.add(new Sent(now, piece.content(), piece.peer(), piece.bytes()));
            wishes.stream()
                    .filter(wish -> wish.peer == piece.peer() && wish.content == piece.content())
                    .forEach(wish -> wish.waitingBytes -= piece.bytes());
        }

        double rate(int content) {
            return sent.stream()
                            .filter(piece -> content == 0 || piece.content == content)
                            .mapToLong(Sent::bytes)
                            .sum()
                    * (double) SECOND
                    / now;
        }

        double rateOfPeer(int peer) {
            return sent.stream()
                            .filter(piece -> piece.peer == peer)
                            .mapToLong(Sent::bytes)
                            .sum()
                    * (double) SECOND
                    / now;
        }

        /** The most that went in any stretch of a second, of one content or of all (0). */
        long mostInASecond(int content) {
            List<Sent> pieces = sent.stream()
                    .filter(piece -> content == 0 || piece.content == content)
                    .toList();
            long most = 0;
            long sum = 0;
            int from = 0;
            for (Sent piece : pieces) {
                sum += piece.bytes;
                while (piece.nanos - pieces.get(from).nanos >= SECOND) {
                    sum -= pieces.get(from++).bytes;
                }
                most = Math.max(most, sum);
            }
            return most;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100_000, 1_000_000, 2_500_000, 5_500_000, 12_500_000, 50_000_000, 125_000_000, 250_000_000})
    void aLimitIsReachedByWhoWakesLateAndNeverExceededByMoreThanABurst(long rate) {
        for (ChunkLayout layout : List.of(LARGE, SMALL)) {
            int blocks = layout.blocksPerChunk();
            World world = new World(rate, 1_000_000_000, 5 * MILLI)
                    .share(FIRST, layout)
                    .download(1, FIRST, blocks)
                    .download(2, FIRST, blocks);
            world.uploads.limit(rate, 0);
            world.run(20 * SECOND);
            long burst = RateLimiter.burstBytes(rate, UploadLimits.LEAST_BURST_BYTES, UploadLimits.BURST_NANOS);
            assertThat(world.mostInASecond(0)).isLessThanOrEqualTo(rate + burst + 1);
            assertThat(world.rate(0)).isBetween(0.98 * rate, rate + burst / 20.0);
            assertThat(world.idleLooks).isLessThanOrEqualTo(world.sent.size() + 1);
        }
    }

    @Test
    void aLowLimitIsSmooth() {
        World world = new World(1, 1_000_000_000, 0).share(FIRST, LARGE).download(1, FIRST, 16);
        world.uploads.limit(2_500_000, 0);
        world.run(SECOND);
        assertThat(world.sent).allMatch(piece -> piece.bytes == 64 * KIB);
        world.now += 10 * SECOND;
        long before = world.now;
        world.run(10 * MILLI);
        assertThat(world.sent.stream()
                        .filter(piece -> piece.nanos >= before)
                        .mapToInt(Sent::bytes)
                        .sum())
                .isEqualTo(256 * KIB);
    }

    @Test
    void aLimitedShareGetsItsRateAndTheOtherOneTheRest() {
        for (long total : new long[] {2_000_000, 20_000_000}) {
            World world = new World(7, 1_000_000_000, 2 * MILLI)
                    .share(FIRST, SMALL)
                    .share(SECOND_CONTENT, LARGE)
                    .download(1, FIRST, 4)
                    .download(2, FIRST, 4)
                    .download(2, SECOND_CONTENT, 16)
                    .download(3, SECOND_CONTENT, 16);
            world.uploads.limit(total, 0);
            world.uploads.limit(FIRST, 500_000, 0);
            world.run(30 * SECOND);
            assertThat(world.mostInASecond(FIRST)).isLessThanOrEqualTo(500_000 + 256 * KIB);
            assertThat(world.rate(FIRST)).isBetween(0.98 * 500_000, 1.02 * 500_000);
            assertThat(world.rate(0)).isBetween(0.98 * total, 1.02 * total);
            assertThat(world.idleLooks).isLessThanOrEqualTo(world.sent.size() + 1);
        }
    }

    @Test
    void aLimitedShareTakesNothingFromTheLineThatOthersUse() {
        World world = new World(8, 10_000_000, 0)
                .share(FIRST, SMALL)
                .share(SECOND_CONTENT, LARGE)
                .download(1, FIRST, 4)
                .download(2, SECOND_CONTENT, 16);
        world.uploads.limit(FIRST, 100_000, 0);
        world.run(20 * SECOND);
        assertThat(world.rate(FIRST)).isBetween(95_000.0, 115_000.0);
        assertThat(world.rate(SECOND_CONTENT)).isGreaterThan(9_880_000);
        assertThat(world.idleLooks).isZero();
    }

    @Test
    void manyLimitedSharesAllGetWhatIsTheirs() {
        for (long seed = 0; seed < 10; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            World world = new World(seed, 1_000_000_000, MILLI);
            Map<Integer, Long> rates = new HashMap<>();
            for (int content = 1; content <= 8; content++) {
                ChunkLayout layout = random.nextBoolean() ? SMALL : LARGE;
                long rate = 1L << random.nextInt(15, 23);
                rates.put(content, rate);
                world.share(content, layout);
                world.uploads.limit(content, rate, 0);
                for (int peer = 1; peer <= 3; peer++) {
                    world.download(10 * content + peer, content, 1 + random.nextInt(layout.blocksPerChunk()));
                }
            }
            world.run(20 * SECOND);
            rates.forEach((content, rate) -> {
                long burst = RateLimiter.burstBytes(rate, UploadLimits.LEAST_BURST_BYTES, UploadLimits.BURST_NANOS);
                assertThat(world.mostInASecond(content))
                        .as("seed %d", world.seed)
                        .isLessThanOrEqualTo(rate + burst);
                assertThat(world.rate(content)).isGreaterThan(0.98 * rate - KIB);
            });
            assertThat(world.idleLooks).isLessThan(2 * world.sent.size());
        }
    }

    @Test
    void smallRequestsDoNotKeepLargeOnesOfTheSameShareWaiting() {
        World world = new World(3, 1_000_000_000, 0)
                .share(FIRST, LARGE)
                .download(1, FIRST, 16)
                .download(2, FIRST, 1);
        world.uploads.limit(FIRST, 200_000, 0);
        world.run(60 * SECOND);
        assertThat(world.rateOfPeer(1)).isGreaterThan(60_000);
        assertThat(world.rateOfPeer(2)).isGreaterThan(60_000);
    }

    @Test
    void aLimitThatIsLiftedHoldsNothingBackAnyMore() {
        World world = new World(4, 1_000_000, 0).share(FIRST, LARGE).download(1, FIRST, 16);
        world.uploads.limit(1_024, 0);
        world.uploads.limit(FIRST, 1_024, 0);
        world.run(SECOND);
        assertThat(world.uploads.next(world.now)).isEmpty();
        assertThat(world.uploads.pauseNanos()).isBetween(1L, 256 * SECOND);
        world.uploads.limit(RateLimiter.UNLIMITED, world.now);
        assertThat(world.uploads.next(world.now)).isEmpty();
        world.uploads.limit(FIRST, RateLimiter.UNLIMITED, world.now);
        assertThat(world.uploads.next(world.now)).isPresent();
        assertThat(world.uploads.next(world.now)).isEmpty();
        assertThat(world.uploads.pauseNanos()).isEqualTo(Uploads.NO_PAUSE);
    }

    @Test
    void theLimitOfAContentEndsWithIt() {
        World world = new World(5, 1_000_000, 0).share(FIRST, LARGE).download(1, FIRST, 16);
        world.uploads.limit(99, 1_024, 0);
        world.uploads.limit(FIRST, 1_024, 0);
        world.run(SECOND);
        world.uploads.contentRemoved(FIRST);
        assertThat(world.uploads.next(world.now)).isEmpty();
        assertThat(world.uploads.pauseNanos()).isEqualTo(Uploads.NO_PAUSE);
        world.share(FIRST, LARGE);
        world.uploads.requested(1, FIRST, new BlockRange(0, 0, 16), world.now);
        assertThat(world.uploads.next(world.now)).isPresent();
    }

    @Test
    void whatNobodyWantsAnyMoreCostsNothingOfTheLimit() {
        World world = new World(6, 1_000_000, 0)
                .share(FIRST, LARGE)
                .share(SECOND_CONTENT, LARGE)
                .download(1, FIRST, 16)
                .download(1, SECOND_CONTENT, 16);
        world.uploads.limit(64_000, 0);
        world.run(MILLI);
        world.uploads.contentClosed(1, FIRST);
        world.uploads.contentClosed(9, FIRST);
        int before = world.sent.size();
        world.wishes.removeFirst();
        world.run(10 * SECOND);
        assertThat(world.sent.subList(before, world.sent.size()))
                .isNotEmpty()
                .allMatch(piece -> piece.content == SECOND_CONTENT);
    }

    @Test
    void whatGoesOutBesideIsTakenFromTheSameLimits() {
        Uploads uploads = new Uploads(2, MIB);
        uploads.contentAdded(FIRST, LARGE);
        assertThat(uploads.takeBeside(FIRST, 100 * KIB, 0)).isEqualTo(100 * KIB);
        assertThat(uploads.takeBeside(FIRST, 100 * MIB, 0)).isPositive().isLessThan(MIB);
        uploads.limit(MIB, 0);
        long sent = 0;
        long waited = 0;
        for (long now = 0; now < 10 * SECOND; ) {
            long said = uploads.takeBeside(FIRST, MIB, now);
            sent += Math.max(0, said);
            waited -= Math.min(0, said);
            now += said < 0 ? -said : 0;
        }
        assertThat(sent).isBetween(10L * MIB, 10L * MIB + UploadLimits.LEAST_BURST_BYTES);
        assertThat(waited).isPositive();
        uploads.limit(FIRST, 1, 10 * SECOND);
        for (int burst = UploadLimits.LEAST_BURST_BYTES; burst > 0; ) {
            burst -= (int) uploads.takeBeside(FIRST, MIB, 20 * SECOND);
        }
        assertThat(uploads.takeBeside(FIRST, 1, 21 * SECOND)).isNegative();
        assertThat(uploads.takeBeside(SECOND_CONTENT, 1, 21 * SECOND)).isEqualTo(1);
    }
}
