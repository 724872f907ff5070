package dev.shoal.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a content that was edited at random costs who has it as it was before. */
class DeltaTest {

    /** What may be transferred for each edit beside what it inserts or changes, in bytes. */
    private static final long EDIT_BYTES = 64 * 1024;

    /** A group's part of a page: hash, segments, bytes. */
    private static final int GROUP_BYTES = 18;

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("shoal.deltas", 30));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void editedContentCostsItsEditsAndLittleMore(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] old = Segments.random(random.nextInt(1, 3_000_000), random);
        Edits edits = new Edits(old, random);
        int count = random.nextInt(1, 5);
        for (int i = 0; i < count; i++) {
            edits.edit();
        }
        byte[] now = edits.data();
        long limit = edits.newBytes() + count * EDIT_BYTES + now.length / 500;
        assertThat(cost(old, now)).as("seed %d:%s", seed, edits).isLessThanOrEqualTo(limit);
    }

    private static long cost(byte[] old, byte[] now) {
        SegmentTable oldTable = Segments.of(old);
        SegmentTable table = Segments.of(now);
        ChunkLayout layout = new ChunkLayout(now.length);
        long cost = layout.chunkCount() <= 1 ? 0 : (long) layout.chunkCount() * Hash.BYTES;
        for (int group = 0; group < table.groupCount(); group++) {
            cost += GROUP_BYTES;
            if (!has(oldTable, table.group(group))) {
                cost += table.groupEntries(group).length;
            }
        }
        CopyPlan plan = CopyPlan.of(table, List.of(oldTable));
        GapGuesses guesses = new GapGuesses(plan, now.length, List.of((long) old.length));
        for (long block = 0; block < layout.blockCount(); block++) {
            int from = (int) block * ChunkLayout.BLOCK_BYTES;
            int to = Math.min(now.length, from + ChunkLayout.BLOCK_BYTES);
            if (!plan.covers(from, to)) {
                cost += guesses.blocks().contains(block) ? Hash.BYTES : 0;
                cost += isGuessed(guesses, block, old, ByteBuffer.wrap(now, from, to - from)) ? 0 : to - from;
            }
        }
        return cost;
    }

    private static boolean has(SegmentTable table, SegmentGroup wanted) {
        for (int group = 0; group < table.groupCount(); group++) {
            if (table.group(group).equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isGuessed(GapGuesses guesses, long block, byte[] old, ByteBuffer right) {
        if (!guesses.blocks().contains(block)) {
            return false;
        }
        for (List<Copy> guess : guesses.of(block)) {
            ByteBuffer data = ByteBuffer.allocate(ChunkLayout.BLOCK_BYTES);
            guess.forEach(copy -> data.put(old, (int) copy.offset(), (int) copy.length()));
            if (data.flip().equals(right)) {
                return true;
            }
        }
        return false;
    }
}
