package dev.shoal.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that were received and wait to be handled, in the order in which they came, but for requests to rejoin,
 * which wait for the others: after a restart everybody rejoins at once, each of which costs as much as many look-ups,
 * and who is back already shall not wait for all who are not. Of so many others, one rejoins, so that none waits for
 * ever. In a fixed amount of memory. For one thread at a time.
 */
final class DatagramInbox {

    /** How many datagrams of each sort wait at most; the system's own buffer holds some hundred. */
    static final int CAPACITY = 1_024;

    /** One rejoins after so many others were handled. */
    static final int OTHERS_BETWEEN = 16;

    /** A row of datagrams in memory that is used again and again. */
    private static final class Row {
        private static final int SLOT_BYTES = Sealing.MAX_DATAGRAM_BYTES + 1;

        private final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY * SLOT_BYTES);
        private final @Nullable InetSocketAddress[] senders = new InetSocketAddress[CAPACITY];
        private final int[] lengths = new int[CAPACITY];
        private int first;
        private int count;

        ByteBuffer room() {
            int slot = (first + count) % CAPACITY;
            return bytes.clear().position(slot * SLOT_BYTES).limit((slot + 1) * SLOT_BYTES);
        }

        void keep(int length, InetSocketAddress sender) {
            int slot = (first + count) % CAPACITY;
            lengths[slot] = length;
            senders[slot] = sender;
            count++;
        }

        ByteBuffer take() {
            int start = first * SLOT_BYTES;
            ByteBuffer datagram = bytes.clear().position(start).limit(start + lengths[first]);
            senders[first] = null;
            first = (first + 1) % CAPACITY;
            count--;
            return datagram;
        }

        InetSocketAddress sender() {
            return Objects.requireNonNull(senders[first]);
        }
    }

    /** Where datagrams come from. */
    @FunctionalInterface
    interface Source {

        /**
         * Puts one that has come at the buffer's position.
         *
         * @return who sent it; null when none has come
         */
        @Nullable
        InetSocketAddress receive(ByteBuffer room) throws IOException;
    }

    private final Row rejoins = new Row();
    private final Row others = new Row();
    private int othersInARow;

    /**
     * Takes in what has come, as far as there is room, and no more at a time than fits: of what is lost at once, as
     * much may come as is taken, and nothing would be handled any more.
     */
    void takeIn(Source source) throws IOException {
        for (int taken = 0; taken < CAPACITY && others.count < CAPACITY; taken++) {
            ByteBuffer room = others.room();
            int start = room.position();
            InetSocketAddress sender = source.receive(room);
            if (sender == null) {
                return;
            }
            keep(room.limit(room.position()).position(start), sender);
        }
    }

    /** A datagram came from somebody. A request to rejoin too many is lost. */
    private void keep(ByteBuffer datagram, InetSocketAddress sender) {
        int length = datagram.remaining();
        if (length == 0) {
            return;
        }
        if (datagram.get(datagram.position()) != Rejoin.KIND_REQUEST) {
            others.keep(length, sender);
        } else if (rejoins.count < CAPACITY) {
            rejoins.room().put(datagram);
            rejoins.keep(length, sender);
        }
    }

    boolean isEmpty() {
        return others.count == 0 && rejoins.count == 0;
    }

    /** Hands out the next one, which is valid until something is put or handed out again. */
    void handOut(DatagramServer.Handler handler) {
        boolean rejoin = others.count == 0 || (othersInARow >= OTHERS_BETWEEN && rejoins.count > 0);
        Row row = rejoin ? rejoins : others;
        othersInARow = rejoin ? 0 : othersInARow + 1;
        InetSocketAddress sender = row.sender();
        handler.handle(row.take(), sender);
    }
}
