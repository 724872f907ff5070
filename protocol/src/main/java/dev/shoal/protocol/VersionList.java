package dev.shoal.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code v}: a page of the versions of a name, the newest first, as many as fit. Layout: entry count (2), entries,
 * flags (1; bit 0: more pages follow).
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
     */
    public record Entry(
            VersionRecord record,
            int seeds,
            int sources,
            @Nullable AudienceId audience) {

        /** What is beside the record. */
        private static final int OTHER_BYTES = 11;

        /** With the longest record, to an audience. */
        public static final int MAX_BYTES = OTHER_BYTES + VersionRecord.MAX_BYTES + AudienceId.BYTES;

        /** How long it is in a PDU. */
        public int encodedBytes() {
            return OTHER_BYTES + record.encode().length + (audience == null ? 0 : AudienceId.BYTES);
        }

        static Entry decode(WireReader in) {
            return new Entry(
                    VersionRecord.decode(in.bytes16("record", VersionRecord.MAX_BYTES)),
                    in.count("seeds"),
                    in.count("sources"),
                    (in.u8("flags") & 1) == 0 ? null : AudienceId.decode(in));
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
        return new VersionList(List.copyOf(entries), (in.u8("flags") & 1) != 0);
    }

    @Override
    public char letter() {
        return 'v';
    }

    @Override
    public void encodeBody(WireWriter out) {
        out.u16(entries.size());
        entries.forEach(entry -> entry.encode(out));
        out.u8(more ? 1 : 0);
    }
}
