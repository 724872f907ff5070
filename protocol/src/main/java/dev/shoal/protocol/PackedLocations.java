package dev.shoal.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code F} without chunks, as an index makes it that answers very many: the entries are bytes already. It is read
 * as {@link IndexReply.Locations}.
 *
 * @param seeds how many peers have all chunks
 * @param sources how many peers have at least one chunk
 * @param count how many entries there are
 * @param entries as {@link IndexReply.Source#toBytes} gives them, one after the other
 * @param length how many of the bytes are entries
 * @param ticket what the sources of a private share want to see; null for public ones
 */
public record PackedLocations(
        int seeds,
        int sources,
        int count,
        byte[] entries,
        int length,
        @Nullable AccessTicket ticket) implements IndexReply {

    /** Nobody has it. */
    public static final PackedLocations NONE = new PackedLocations(0, 0, 0, new byte[0], 0);

    /** Of a public share. */
    public PackedLocations(int seeds, int sources, int count, byte[] entries, int length) {
        this(seeds, sources, count, entries, length, null);
    }

    /** The same with a ticket. */
    public PackedLocations with(AccessTicket shown) {
        return new PackedLocations(seeds, sources, count, entries, length, shown);
    }

    /** What the other side reads. */
    public IndexReply.Locations unpacked() {
        WireReader in = new WireReader(ByteBuffer.wrap(entries, 0, length));
        List<IndexReply.Source> unpacked = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            unpacked.add(IndexReply.Source.decode(in, false));
        }
        return new IndexReply.Locations(false, seeds, sources, List.copyOf(unpacked), ticket);
    }

    @Override
    public char letter() {
        return 'F';
    }

    @Override
    public void encodeBody(WireWriter out) {
        out.u8(ticket == null ? 0 : 2).count(seeds).count(sources).u16(count).bytes(entries, length);
        if (ticket != null) {
            ticket.encode(out);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PackedLocations packed
                && seeds == packed.seeds
                && sources == packed.sources
                && count == packed.count
                && Objects.equals(ticket, packed.ticket)
                && Arrays.equals(entries, 0, length, packed.entries, 0, packed.length);
    }

    @Override
    public int hashCode() {
        return 31 * seeds + sources + Arrays.hashCode(Arrays.copyOf(entries, length));
    }
}
