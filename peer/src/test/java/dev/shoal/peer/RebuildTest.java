package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Copy;
import dev.shoal.content.CopyPlan;
import dev.shoal.content.Hash;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is here of a content, by a plan that follows from what a source has said. */
class RebuildTest {

    private static final int BLOCK = ChunkLayout.BLOCK_BYTES;

    private static ContentId content(long length) {
        return new ContentId(new Hash(1, 2, 3, 4), length);
    }

    /** Stretches of one byte each: none goes on where the one before ended. */
    private static CopyPlan crumbs(int from, int to) {
        List<Copy> copies = new ArrayList<>();
        for (int at = from; at < to; at++) {
            copies.add(new Copy(at, at % 2, 0, 1));
        }
        return CopyPlan.of(copies);
    }

    private static BitSet chunk(Map<Integer, BitSet> here, int chunk) {
        return here.getOrDefault(chunk, new BitSet());
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void countlessTinyStretchesTakeNoLongerThanTheyAreMany() {
        int blocks = 40;
        CopyPlan plan = crumbs(1, blocks * BLOCK);
        Map<Integer, BitSet> here = Rebuild.blocks(plan, content((long) blocks * BLOCK), () -> false);
        assertThat(here.values().stream().mapToInt(BitSet::cardinality).sum()).isEqualTo(blocks - 1);
        assertThat(chunk(here, 0).get(0)).as("its first byte is not here").isFalse();
    }

    @Test
    void blocksAreHereThatStretchesCoverTogetherOrAlone() {
        CopyPlan plan = CopyPlan.of(List.of(
                new Copy(100, 0, 0, BLOCK - 50),
                new Copy(BLOCK + 50, 1, 0, 3 * BLOCK),
                new Copy(5 * BLOCK, 0, 9 * BLOCK, 100)));
        Map<Integer, BitSet> here = Rebuild.blocks(plan, content(5 * BLOCK + 100), () -> false);
        assertThat(chunk(here, 0)).isEqualTo(BitSet.valueOf(new long[] {0b1110}));
        assertThat(chunk(here, 1)).isEqualTo(BitSet.valueOf(new long[] {0b10}));
    }

    @Test
    void whatIsOverIsNotLookedAtToItsEnd() {
        AtomicInteger asked = new AtomicInteger();
        Rebuild.blocks(crumbs(0, BLOCK), content(BLOCK), () -> asked.incrementAndGet() > 3);
        assertThat(asked).hasValue(4);
    }
}
