package dev.shoal.content;

/**
 * A run of segments that stands for itself in the comparison of two contents: where the hash is the same, so are the
 * segments. Immutable.
 *
 * @param hash of the segments' entries
 * @param segmentCount how many segments, 1 to {@link SegmentTable#MAX_GROUP_SEGMENTS}
 * @param bytes how long they are together
 */
public record SegmentGroup(SegmentHash hash, int segmentCount, int bytes) {

    /** Most bytes of a group. */
    public static final int MAX_BYTES = SegmentTable.MAX_GROUP_SEGMENTS * SegmentCutter.MAX_BYTES;

    /** Checks that so many segments can have so many bytes. */
    public SegmentGroup {
        if (segmentCount < 1
                || segmentCount > SegmentTable.MAX_GROUP_SEGMENTS
                || bytes < segmentCount
                || bytes > segmentCount * SegmentCutter.MAX_BYTES) {
            throw new IllegalArgumentException("no group has " + segmentCount + " segments of " + bytes + " bytes");
        }
    }
}
