package dev.shoal.bench;

import dev.shoal.transport.Sealing;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Datagrams that were made before time is measured, one after the other in memory that is used again for the next
 * batch. Each belongs to a slot: at most one of a slot may be on its way, so that its answer is known by the slot. For
 * one thread at a time.
 */
final class LoadBatch {

    private ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 20);
    private int[] ends = new int[1 << 12];
    private int[] slots = new int[1 << 12];
    private int count;

    /** Forgets all. */
    LoadBatch clear() {
        bytes.clear();
        count = 0;
        return this;
    }

    /** Room for the next datagram, from the position on; {@link #end} takes what was written. */
    ByteBuffer begin() {
        if (bytes.remaining() < Sealing.MAX_DATAGRAM_BYTES) {
            bytes = ByteBuffer.allocateDirect(2 * bytes.capacity()).put(bytes.flip());
        }
        return bytes;
    }

    /** The next datagram ends at the position, and is of this slot. */
    void end(int slot) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
            slots = Arrays.copyOf(slots, 2 * count);
        }
        ends[count] = bytes.position();
        slots[count] = slot;
        count++;
    }

    /** How many datagrams there are. */
    int count() {
        return count;
    }

    /** The slot of one. */
    int slot(int number) {
        return slots[number];
    }

    /** The datagrams, to be sent through one view of them: {@link #select} shows one. */
    ByteBuffer view() {
        return bytes.duplicate();
    }

    /** Lets a view show one datagram. */
    ByteBuffer select(ByteBuffer view, int number) {
        int start = number == 0 ? 0 : ends[number - 1];
        return view.limit(ends[number]).position(start);
    }
}
