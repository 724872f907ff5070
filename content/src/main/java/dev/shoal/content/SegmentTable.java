package dev.shoal.content;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;

/**
 * Into which segments a content is cut: the length and the hash of each, in order, so that offsets are sums and an
 * insertion changes only what is near it. The segments are taken together in groups, which end where the hash of a
 * segment says so; two tables are compared group by group first. A table is a hint that nobody needs to trust.
 * Immutable.
 */
public final class SegmentTable {

    /** Most segments of a table: those of about 38 GiB. A table has 14 bytes for each in memory. */
    public static final int MAX_SEGMENTS = 4 * 1024 * 1024;

    /** Most groups of a table: four times as many as that many segments usually form. */
    public static final int MAX_GROUPS = 256 * 1024;

    /** Most segments of a group. */
    public static final int MAX_GROUP_SEGMENTS = 256;

    /** Bytes of an entry: the length less one (2), and the hash (12). */
    public static final int ENTRY_BYTES = Short.BYTES + SegmentHash.BYTES;

    /** A group ends with a segment whose hash has zeros in these bits of its first byte, once in 64 segments. */
    private static final int GROUP_END_BITS = 0x3f;

    private static final int FIRST_BYTE_SHIFT = Long.SIZE - Byte.SIZE;

    private final byte[] entries;
    private final long length;
    /** The first segment of each group, and the number of segments at the end. */
    private final int[] groupStarts;

    private SegmentTable(byte[] entries, long length, int[] groupStarts) {
        this.entries = entries;
        this.length = length;
        this.groupStarts = groupStarts;
    }

    /**
     * Decodes {@link #encode}.
     *
     * @throws IllegalArgumentException when the bytes are no table
     */
    public static SegmentTable decode(byte[] encoded) {
        Builder builder = new Builder();
        builder.add(encoded);
        return builder.build();
    }

    /** All entries one after the other. */
    public byte[] encode() {
        return entries.clone();
    }

    /** The entries of all segments from one on. */
    public byte[] entriesFrom(int segment) {
        return Arrays.copyOfRange(entries, Objects.checkIndex(segment, count()) * ENTRY_BYTES, entries.length);
    }

    /** How many segments there are; none for the empty content. */
    public int count() {
        return entries.length / ENTRY_BYTES;
    }

    /** The length of the content in bytes. */
    public long length() {
        return length;
    }

    /** The length of one segment in bytes. */
    public int length(int segment) {
        return lengthAt(entries, Objects.checkIndex(segment, count()));
    }

    /** The hash of one segment. */
    public SegmentHash hash(int segment) {
        int at = Objects.checkIndex(segment, count()) * ENTRY_BYTES + Short.BYTES;
        return SegmentHash.read(ByteBuffer.wrap(entries, at, SegmentHash.BYTES));
    }

    /** The start of the hash of one segment. */
    long hashStart(int segment) {
        return ByteBuffer.wrap(entries).getLong(segment * ENTRY_BYTES + Short.BYTES);
    }

    /** Whether a segment of this table has the same length and hash as one of another. */
    boolean isSame(int segment, SegmentTable other, int otherSegment) {
        int mine = segment * ENTRY_BYTES;
        int others = otherSegment * ENTRY_BYTES;
        return Arrays.equals(entries, mine, mine + ENTRY_BYTES, other.entries, others, others + ENTRY_BYTES);
    }

    /** How many groups there are. */
    public int groupCount() {
        return groupStarts.length - 1;
    }

    /** The first segment of a group. */
    public int groupStart(int group) {
        return groupStarts[Objects.checkIndex(group, groupCount())];
    }

    /** The entries of a group's segments. */
    public byte[] groupEntries(int group) {
        return Arrays.copyOfRange(entries, groupStart(group) * ENTRY_BYTES, groupStarts[group + 1] * ENTRY_BYTES);
    }

    /** What a group is. */
    public SegmentGroup group(int group) {
        return groupOf(groupEntries(group));
    }

    /**
     * What entries are as a group.
     *
     * @throws IllegalArgumentException when they cannot be one
     */
    public static SegmentGroup groupOf(byte[] entries) {
        int count = entries.length / ENTRY_BYTES;
        if (entries.length % ENTRY_BYTES != 0 || count > MAX_GROUP_SEGMENTS) {
            throw new IllegalArgumentException(entries.length + " bytes are no entries of a group");
        }
        int bytes = 0;
        for (int segment = 0; segment < count; segment++) {
            bytes += lengthAt(entries, segment);
        }
        return new SegmentGroup(SegmentHash.of(sha256().digest(entries)), count, bytes);
    }

    private static int lengthAt(byte[] entries, int segment) {
        int at = segment * ENTRY_BYTES;
        return ((entries[at] & 0xff) << Byte.SIZE | (entries[at + 1] & 0xff)) + 1;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SegmentTable table && Arrays.equals(entries, table.entries);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(entries);
    }

    @Override
    public String toString() {
        return count() + " segments of " + length + " bytes";
    }

    /** Takes the entries of a table in order. For one thread at a time. */
    public static final class Builder {

        private static final int FIRST_SEGMENTS = 64;

        private byte[] entries = new byte[FIRST_SEGMENTS * ENTRY_BYTES];
        private int[] groupStarts = new int[FIRST_SEGMENTS];
        private int count;
        private int groups;
        private long length;

        /**
         * Adds the next segment.
         *
         * @throws IllegalArgumentException when no segment has that length, or there are too many, or too many groups
         */
        public void add(int segmentBytes, SegmentHash hash) {
            if (segmentBytes < 1 || segmentBytes > SegmentCutter.MAX_BYTES) {
                throw new IllegalArgumentException("no segment has " + segmentBytes + " bytes");
            }
            if (count == MAX_SEGMENTS) {
                throw new IllegalArgumentException("a table has at most " + MAX_SEGMENTS + " segments");
            }
            if (groups == MAX_GROUPS) {
                throw new IllegalArgumentException("a table has at most " + MAX_GROUPS + " groups");
            }
            int at = count * ENTRY_BYTES;
            if (at == entries.length) {
                entries = Arrays.copyOf(entries, 2 * at);
            }
            ByteBuffer entry = ByteBuffer.wrap(entries, at, ENTRY_BYTES);
            entry.putShort((short) (segmentBytes - 1));
            hash.write(entry);
            count++;
            length += segmentBytes;
            boolean ends = (hash.high() >>> FIRST_BYTE_SHIFT & GROUP_END_BITS) == 0;
            if (ends || count - groupStarts[groups] == MAX_GROUP_SEGMENTS) {
                endGroup();
            }
        }

        /**
         * Adds the segments of entries.
         *
         * @throws IllegalArgumentException when the bytes are no entries, or there are too many
         */
        public void add(byte[] more) {
            if (more.length % ENTRY_BYTES != 0) {
                throw new IllegalArgumentException(more.length + " bytes are no entries");
            }
            ByteBuffer in = ByteBuffer.wrap(more);
            while (in.hasRemaining()) {
                add((in.getShort() & 0xffff) + 1, SegmentHash.read(in));
            }
        }

        private void endGroup() {
            groups++;
            if (groups == groupStarts.length) {
                groupStarts = Arrays.copyOf(groupStarts, 2 * groups);
            }
            groupStarts[groups] = count;
        }

        /** The table; the builder is of no use afterwards. */
        public SegmentTable build() {
            if (groupStarts[groups] < count) {
                endGroup();
            }
            return new SegmentTable(
                    Arrays.copyOf(entries, count * ENTRY_BYTES), length, Arrays.copyOf(groupStarts, groups + 1));
        }
    }
}
