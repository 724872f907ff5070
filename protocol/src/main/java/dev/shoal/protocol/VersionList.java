package dev.shoal.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code v}: a page of the versions of a name, the newest first, as many as fit. Layout: entry count (2), entries,
 * flags (1; bit 0: more pages follow; bit 1: changed bytes), changed bytes of each entry (8 each, −1 where nobody said)
 * where bit 1 says so.
 *
 * @param entries the versions, with falling numbers
 * @param more whether there are older ones than the last of these
 */
public record VersionList(List<Entry> entries, boolean more) implements IndexReply {

    /** Most versions of a page. */
    public static final int MAX_ENTRIES = 1_000;

    /**
     * One version. Layout: record (2 + n), seeds (4), sources (4), flags (1; bit 0: private), when private audience
     * (16).
     *
     * @param record the signed record
     * @param seeds how many peers have all chunks of it
     * @param sources how many have at least one
     * @param audience who may get it; null for everybody
     * @param changedBytes how many of its bytes are not in the version before, at most, as who published it said; null
     *     where nobody did
     */
    public record Entry(
            VersionRecord record,
            int seeds,
            int sources,
            @Nullable AudienceId audience,
            @Nullable Long changedBytes) {

        /** What is beside the record. */
        private static final int OTHER_BYTES = 11;

        /** What is behind all entries for it. */
        private static final int CHANGED_BYTES = 8;

        /** One of which nobody said what changed. */
        public Entry(VersionRecord record, int seeds, int sources, @Nullable AudienceId audience) {
            this(record, seeds, sources, audience, null);
        }

        /** With the longest record, to an audience. */
        public static final int MAX_BYTES = OTHER_BYTES + CHANGED_BYTES + VersionRecord.MAX_BYTES + AudienceId.BYTES;

        /** How long it is in a PDU, if what changed is known of any. */
        public int encodedBytes() {
            return OTHER_BYTES + CHANGED_BYTES + record.encode().length + (audience == null ? 0 : AudienceId.BYTES);
        }

        private Entry changed(long bytes) {
            return new Entry(record, seeds, sources, audience, bytes < 0 ? null : bytes);
        }

        static Entry decode(WireReader in) {
            return new Entry(
                    VersionRecord.decode(in.bytes16("record", VersionRecord.MAX_BYTES)),
                    in.count("seeds"),
                    in.count("sources"),
                    (in.u8("flags") & 1) == 0 ? null : AudienceId.decode(in),
                    null);
        }

        void encode(WireWriter out) {
            out.bytes16(record.encode()).count(seeds).count(sources).u8(audience == null ? 0 : 1);
            if (audience != null) {
                audience.encode(out);
            }
        }
    }

    static VersionList decode(WireReader in) {
        int count = in.entryCount("entry count", MAX_ENTRIES, Entry.OTHER_BYTES);
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(Entry.decode(in));
        }
        int flags = in.u8("flags");
        if ((flags & 2) != 0) {
            entries.replaceAll(entry -> entry.changed(in.i64("changed bytes")));
        }
        return new VersionList(List.copyOf(entries), (flags & 1) != 0);
    }

    @Override
    public char letter() {
        return 'v';
    }

    @Override
    public void encodeBody(WireWriter out) {
        out.u16(entries.size());
        entries.forEach(entry -> entry.encode(out));
        boolean isChangeKnown = entries.stream().anyMatch(entry -> entry.changedBytes != null);
        out.u8((more ? 1 : 0) | (isChangeKnown ? 2 : 0));
        if (isChangeKnown) {
            entries.forEach(entry -> out.i64(entry.changedBytes == null ? -1 : entry.changedBytes));
        }
    }
}
