package dev.shoal.content;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in the gaps of a plan. A changed segment is mostly as it was before its change and behind it: what
 * goes on in the file behind the stretch before a gap, and what stands in the file before the stretch behind it, are
 * good guesses. Each is worth the 32 bytes of a leaf hash that tells whether it is right. Immutable.
 */
public final class GapGuesses {

    /** How many blocks from either side of a gap are guessed: further in there is hardly anything old. */
    static final int EDGE_BLOCKS = 8;

    private final CopyPlan plan;
    private final long length;
    private final List<Long> fileLengths;

    /**
     * Of a plan.
     *
     * @param length of the content in bytes
     * @param fileLengths the length of each file in bytes, at least one
     */
    public GapGuesses(CopyPlan plan, long length, List<Long> fileLengths) {
        this.plan = plan;
        this.length = length;
        this.fileLengths = List.copyOf(fileLengths);
    }

    /** A stretch that nothing covers, with the stretches beside it. */
    private record Gap(
            long from,
            long to,
            @Nullable Copy left,
            @Nullable Copy right) {}

    /** The blocks that are worth a guess, in order, counted through the whole content. */
    public List<Long> blocks() {
        TreeSet<Long> blocks = new TreeSet<>();
        for (Gap gap : gaps(0, length)) {
            long first = gap.from / ChunkLayout.BLOCK_BYTES;
            long last = (gap.to - 1) / ChunkLayout.BLOCK_BYTES;
            for (int i = 0; i < EDGE_BLOCKS && first + i <= last; i++) {
                blocks.add(first + i);
                blocks.add(last - i);
            }
        }
        return List.copyOf(blocks);
    }

    /** What a block may consist of: each guess covers all of it. */
    public List<List<Copy>> of(long block) {
        long from = block * ChunkLayout.BLOCK_BYTES;
        long to = Math.min(length, from + ChunkLayout.BLOCK_BYTES);
        List<Gap> gaps = gaps(from, to);
        List<List<Copy>> guesses = new ArrayList<>();
        for (int sides = 0; sides < (gaps.size() == 1 ? 2 : 4); sides++) {
            List<Copy> guess = new ArrayList<>(plan.within(from, to));
            for (int i = 0; i < gaps.size(); i++) {
                boolean fromLeft = i == 0 ? (sides & 1) == 0 : i < gaps.size() - 1 || (sides & 2) == 0;
                Gap gap = gaps.get(i);
                (fromLeft ? fromLeft(gap) : fromRight(gap))
                        .filter(copy -> copy.end() > from && copy.target() < to)
                        .ifPresent(copy -> guess.add(copy.within(from, to)));
            }
            CopyPlan whole = CopyPlan.of(guess);
            if (whole.covers(from, to) && !guesses.contains(whole.copies())) {
                guesses.add(whole.copies());
            }
        }
        return guesses;
    }

    /** What stands behind the stretch before the gap; at the start of the content, the start of the first file. */
    private Optional<Copy> fromLeft(Gap gap) {
        int file = gap.left == null ? 0 : gap.left.file();
        long offset = gap.left == null ? 0 : gap.left.fileEnd();
        long bytes = Math.min(gap.to - gap.from, fileLengths.get(file) - offset);
        return bytes > 0 ? Optional.of(new Copy(gap.from, file, offset, bytes)) : Optional.empty();
    }

    /** What stands before the stretch behind the gap; at the end of the content, the end of the first file. */
    private Optional<Copy> fromRight(Gap gap) {
        int file = gap.right == null ? 0 : gap.right.file();
        long end = gap.right == null ? fileLengths.get(file) : gap.right.offset();
        long bytes = Math.min(gap.to - gap.from, end);
        return bytes > 0 ? Optional.of(new Copy(gap.to - bytes, file, end - bytes, bytes)) : Optional.empty();
    }

    /** The gaps that reach into a stretch of the content, whole. */
    private List<Gap> gaps(long from, long to) {
        List<Copy> copies = plan.copies();
        List<Gap> gaps = new ArrayList<>();
        int next = plan.firstEndingAfter(from);
        while (true) {
            Copy left = next == 0 ? null : copies.get(next - 1);
            Copy right = next == copies.size() ? null : copies.get(next);
            long start = left == null ? 0 : left.end();
            long end = right == null ? length : right.target();
            if (start >= to) {
                return gaps;
            }
            if (start < end) {
                gaps.add(new Gap(start, end, left, right));
            }
            if (right == null) {
                return gaps;
            }
            next++;
        }
    }
}
