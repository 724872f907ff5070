package dev.shoal.content;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Which stretches of a content are to be copied from files that are here, in the order of the content and without
 * overlap. What it does not cover is not here. Immutable.
 */
public final class CopyPlan {

    /** No more than this many stretches: a content that is here in tinier pieces is better fetched. */
    static final int MAX_COPIES = 1024 * 1024;

    private final List<Copy> copies;

    private CopyPlan(List<Copy> copies) {
        this.copies = copies;
    }

    /** Of stretches in any order; of those that overlap, what comes later is cut off. */
    public static CopyPlan of(Collection<Copy> stretches) {
        List<Copy> sorted = new ArrayList<>(stretches);
        sorted.sort(Comparator.comparingLong(Copy::target));
        List<Copy> merged = new ArrayList<>();
        for (Copy each : sorted) {
            long covered = merged.isEmpty() ? 0 : merged.getLast().end();
            if (each.end() > covered
                    && (merged.size() < MAX_COPIES || merged.getLast().isContinuedBy(each))) {
                append(merged, each.within(covered, Long.MAX_VALUE));
            }
        }
        return new CopyPlan(List.copyOf(merged));
    }

    /** Of every segment of a content that also stands in one of the files, wherever. */
    public static CopyPlan of(SegmentTable content, List<SegmentTable> files) {
        SegmentIndex index = new SegmentIndex(files);
        List<Copy> copies = new ArrayList<>();
        long target = 0;
        SegmentIndex.Found last = new SegmentIndex.Found(-1, -1, -1);
        for (int segment = 0; segment < content.count(); segment++) {
            // What goes on where the last one ended is read in one piece, even where it also stands elsewhere.
            last = index.continues(last, content, segment) ? index.next(last) : index.find(content, segment);
            int length = content.length(segment);
            if (SegmentIndex.isThere(last) && copies.size() < MAX_COPIES) {
                append(copies, new Copy(target, last.file(), last.offset(), length));
            }
            target += length;
        }
        return new CopyPlan(List.copyOf(copies));
    }

    private static void append(List<Copy> copies, Copy next) {
        if (!copies.isEmpty() && copies.getLast().isContinuedBy(next)) {
            Copy last = copies.removeLast();
            copies.add(new Copy(last.target(), last.file(), last.offset(), last.length() + next.length()));
        } else {
            copies.add(next);
        }
    }

    /** All stretches. */
    public List<Copy> copies() {
        return copies;
    }

    /** How many bytes of the content are covered. */
    public long coveredBytes() {
        return copies.stream().mapToLong(Copy::length).sum();
    }

    /** The parts of the stretches that lie in a stretch of the content. */
    public List<Copy> within(long from, long to) {
        List<Copy> parts = new ArrayList<>();
        for (int i = firstEndingAfter(from); i < copies.size() && copies.get(i).target() < to; i++) {
            parts.add(copies.get(i).within(from, to));
        }
        return parts;
    }

    /** Whether a stretch of the content is covered as a whole. */
    public boolean covers(long from, long to) {
        long covered = from;
        for (Copy part : within(from, to)) {
            if (part.target() > covered) {
                return false;
            }
            covered = part.end();
        }
        return covered >= to;
    }

    /** This one and more: where they overlap, what begins earlier stays. */
    public CopyPlan with(Collection<Copy> more) {
        List<Copy> all = new ArrayList<>(copies);
        all.addAll(more);
        return of(all);
    }

    /** The first stretch that ends behind an offset. */
    int firstEndingAfter(long offset) {
        int low = 0;
        int high = copies.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (copies.get(middle).end() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
