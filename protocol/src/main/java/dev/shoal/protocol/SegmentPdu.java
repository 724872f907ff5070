package dev.shoal.protocol;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.SegmentGroup;
import dev.shoal.content.SegmentHash;
import dev.shoal.content.SegmentTable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code Z}: parts of the segment table of a content that is open, for who has something alike and wants only what
 * differs: the groups first, then the segments of some of them. First comes a kind (1). What a source does not have, or
 * not yet, it answers by {@code E} with the detail {@link Failure#SEGMENTS}.
 */
public sealed interface SegmentPdu extends PeerPdu, PduOfKind
        permits SegmentPdu.GetGroups, SegmentPdu.GetSegments, SegmentPdu.Groups, SegmentPdu.Segments {

    /** Most groups in one page. */
    int MAX_GROUPS = 4_096;

    /** Most groups whose segments are asked for at once. */
    int MAX_GROUPS_ASKED = 64;

    /** Most groups of any table. */
    int MAX_TABLE_GROUPS = SegmentTable.MAX_GROUPS;

    /** Bytes of a group in a page: its hash (12), how many segments (2), how many bytes (4). */
    int GROUP_BYTES = SegmentHash.BYTES + Short.BYTES + Integer.BYTES;

    /** Decodes what follows the header. */
    static SegmentPdu decode(boolean reply, WireReader in) {
        int kind = in.u8("kind");
        return switch (kind) {
            case 0 -> reply ? Groups.decode(in) : new GetGroups(in.count("first group", MAX_TABLE_GROUPS - 1));
            case 1 -> reply ? Segments.decode(in) : GetSegments.decode(in);
            default -> throw new MalformedPduException(ErrorCode.UNSUPPORTED, "kind: " + kind + " is not known here");
        };
    }

    @Override
    default char letter() {
        return 'Z';
    }

    /** Kind 0 as a request: a page of the groups. Layout: first group (4). */
    record GetGroups(int firstGroup) implements SegmentPdu {
        @Override
        public int kind() {
            return 0;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.count(firstGroup);
        }
    }

    /**
     * Kind 1 as a request: the segments of some groups, at most {@link #MAX_GROUPS_ASKED}. Layout: runs of groups (2 +
     * n). Answered by one {@link Segments} for each.
     */
    record GetSegments(List<ChunkRun> groups) implements SegmentPdu {

        static GetSegments decode(WireReader in) {
            List<ChunkRun> groups = Runs.decode(in, MAX_GROUPS_ASKED, MAX_TABLE_GROUPS);
            int count = groups.stream().mapToInt(ChunkRun::count).sum();
            if (count == 0 || count > MAX_GROUPS_ASKED) {
                throw in.malformed("groups", count + " groups are asked for, not 1 to " + MAX_GROUPS_ASKED);
            }
            return new GetSegments(groups);
        }

        @Override
        public int kind() {
            return 1;
        }

        @Override
        public void encodeFields(WireWriter out) {
            Runs.encode(groups, out);
        }
    }

    /**
     * Kind 0 as a reply: groups. Layout: first group (4), how many groups the table has (4), count (2), then for each
     * the start of the hash (12), how many segments (2), how many bytes (4).
     *
     * @param firstGroup as asked
     * @param tableGroups how many groups the table has
     * @param page the groups, as many as are left, at most {@link #MAX_GROUPS}
     */
    record Groups(int firstGroup, int tableGroups, List<SegmentGroup> page) implements SegmentPdu {

        static Groups decode(WireReader in) {
            int first = in.count("first group", MAX_TABLE_GROUPS);
            int all = in.count("groups of the table", MAX_TABLE_GROUPS);
            int count = in.entryCount("group count", MAX_GROUPS, GROUP_BYTES);
            if (first + count > all) {
                throw in.malformed("group count", count + " groups from " + first + " on of " + all);
            }
            List<SegmentGroup> page = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                page.add(group(in));
            }
            return new Groups(first, all, List.copyOf(page));
        }

        private static SegmentGroup group(WireReader in) {
            SegmentHash hash = SegmentHash.read(ByteBuffer.wrap(in.bytes("group hash", SegmentHash.BYTES)));
            int segments = in.u16("segment count");
            int bytes = in.count("bytes of the group");
            try {
                return new SegmentGroup(hash, segments, bytes);
            } catch (IllegalArgumentException e) {
                throw in.malformed("group", e.getMessage());
            }
        }

        @Override
        public int kind() {
            return 0;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.count(firstGroup).count(tableGroups).u16(page.size());
            for (SegmentGroup group : page) {
                ByteBuffer hash = ByteBuffer.allocate(SegmentHash.BYTES);
                group.hash().write(hash);
                out.bytes(hash.array()).u16(group.segmentCount()).count(group.bytes());
            }
        }
    }

    /**
     * Kind 1 as a reply: the segments of one group. Layout: group (4), count (2), entries (14 each).
     *
     * @param group as asked
     * @param entries of the segments, as {@link SegmentTable} has them
     */
    record Segments(int group, byte[] entries) implements SegmentPdu {

        /** Checks that the entries are whole. */
        public Segments {
            if (entries.length % SegmentTable.ENTRY_BYTES != 0) {
                throw new IllegalArgumentException(entries.length + " bytes are no entries");
            }
        }

        static Segments decode(WireReader in) {
            int group = in.count("group", MAX_TABLE_GROUPS - 1);
            int count = in.entryCount("segment count", SegmentTable.MAX_GROUP_SEGMENTS, SegmentTable.ENTRY_BYTES);
            return new Segments(group, in.bytes("entries", count * SegmentTable.ENTRY_BYTES));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Segments segments
                    && group == segments.group
                    && Arrays.equals(entries, segments.entries);
        }

        @Override
        public int hashCode() {
            return 31 * group + Arrays.hashCode(entries);
        }

        @Override
        public int kind() {
            return 1;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.count(group).u16(entries.length / SegmentTable.ENTRY_BYTES).bytes(entries);
        }
    }
}
