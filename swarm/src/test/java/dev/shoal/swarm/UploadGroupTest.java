package dev.shoal.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkLayout;
import dev.shoal.swarm.UploadQueue.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a group finds at the top of its heap is what looking at all of it finds, whatever happened before. */
class UploadGroupTest {

    private static final int CHUNKS = 24;
    private static final int OTHERS = 6;
    private static final int ME = 99;

    private final ChunkLayout layout = new ChunkLayout(CHUNKS * 64L * 1024);
    private final ContentSpread spread = new ContentSpread(layout);
    private final UploadQueue queue = new UploadQueue(ME, 0);
    private final UploadGroup group = new UploadGroup(spread);
    private long nowNanos;
    private long number;

    @Test
    void theBestIsThatOfAllThatWait() {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int step = 0; step < 200; step++) {
                happens(random);
                assertThat(group.best(nowNanos))
                        .as("seed %d, step %d", seed, step)
                        .isSameAs(bestOfAll());
            }
        }
    }

    private void happens(SplittableRandom random) {
        List<Waiting> waiting = List.copyOf(group.waiting());
        Waiting some = waiting.isEmpty() ? null : waiting.get(random.nextInt(waiting.size()));
        int peer = random.nextInt(OTHERS);
        int chunk = random.nextInt(CHUNKS);
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> group.add(request(chunk, 0, 4, nowNanos, number++));
            case 3 -> spread.credit(peer, chunk);
            case 4 -> spread.credit(ME, chunk);
            case 5 -> {
                if (random.nextInt(4) == 0) {
                    spread.forget(peer);
                }
            }
            case 6 -> nowNanos += random.nextLong(Uploads.MAX_WAIT_NANOS / 20);
            case 7 -> {
                if (some != null) {
                    group.begin(some);
                }
            }
            case 8 -> {
                if (some != null && some.endBlock - some.nextBlock > 2) {
                    int first = some.nextBlock + 2;
                    group.addBehind(
                            some, request(some.chunk, first, some.endBlock - first, some.sinceNanos, some.number));
                    some.endBlock = first - 1;
                }
            }
            default -> {
                if (some != null) {
                    group.remove(some);
                }
            }
        }
    }

    private Waiting request(int chunk, int first, int count, long sinceNanos, long at) {
        return new Waiting(queue, spread, 1, new BlockRange(chunk, first, count), sinceNanos, at);
    }

    private @Nullable Waiting bestOfAll() {
        Comparator<Waiting> order = Comparator.<Waiting>comparingLong(request -> request.number)
                .thenComparingInt(request -> request.firstBlock);
        List<Waiting> overdue = new ArrayList<>(group.waiting());
        overdue.removeIf(request -> !request.isOverdue(nowNanos));
        if (!overdue.isEmpty()) {
            return overdue.stream().min(order).orElseThrow();
        }
        return group.waiting().stream()
                .min(Comparator.<Waiting, Boolean>comparing(request -> !request.begun)
                        .thenComparingInt(Waiting::copies)
                        .thenComparing(order))
                .orElse(null);
    }

    @Test
    void manyRequestsThatAreTakenBackLeaveNothingBehind() {
        Waiting kept = request(0, 0, 4, 0, number++);
        group.add(kept);
        for (int i = 0; i < 10_000; i++) {
            Waiting request = request(1, 0, 4, 0, number++);
            group.add(request);
            group.remove(request);
        }
        assertThat(group.kept()).isLessThan(100);
        assertThat(group.best(0)).isSameAs(kept);
    }
}
