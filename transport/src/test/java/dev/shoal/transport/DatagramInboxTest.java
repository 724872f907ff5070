package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is mixed up, nobody waits for ever, and memory ends where it should. */
class DatagramInboxTest {

    private static final int OTHER = Sealing.KIND_SEALED;
    private static final int REJOIN = Rejoin.KIND_REQUEST;

    private final DatagramInbox inbox = new DatagramInbox();
    private final List<Integer> handled = new ArrayList<>();

    @Test
    void whoRejoinsWaitsForOthersButNotForAll() {
        put(REJOIN, 1);
        put(REJOIN, 2);
        put(REJOIN, 3);
        for (int i = 0; i < 2 * DatagramInbox.OTHERS_BETWEEN; i++) {
            put(OTHER, 100 + i);
        }
        handAll();
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 2 * DatagramInbox.OTHERS_BETWEEN; i++) {
            if (i == DatagramInbox.OTHERS_BETWEEN) {
                expected.add(1);
            }
            expected.add(100 + i);
        }
        expected.addAll(List.of(2, 3));
        assertThat(handled).containsExactlyElementsOf(expected);
    }

    @Test
    void theirBytesAndSendersAreKept() {
        for (int round = 0; round < 5 * DatagramInbox.CAPACITY; round++) {
            put(round % 3 == 0 ? REJOIN : OTHER, round);
            if (round % 7 == 6) {
                handAll();
            }
        }
        handAll();
        assertThat(handled).hasSize(5 * DatagramInbox.CAPACITY).doesNotHaveDuplicates();
    }

    @Test
    void aFullOneTakesNothingMoreAndRequestsToRejoinTooManyAreLost() {
        for (int i = 0; i < DatagramInbox.CAPACITY + 10; i++) {
            assertThat(put(REJOIN, i)).isTrue();
        }
        for (int i = 0; i < DatagramInbox.CAPACITY; i++) {
            assertThat(put(OTHER, 10_000 + i)).isTrue();
        }
        assertThat(put(OTHER, 20_000)).isFalse();
        inbox.handOut((datagram, from) -> {});
        assertThat(inbox.isEmpty()).isFalse();
        handAll();
        assertThat(handled).hasSize(2 * DatagramInbox.CAPACITY - 1);
        assertThat(inbox.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatIsLostAtOnceDoesNotKeepOthersWaitingHoweverMuchComes(int bytes) throws IOException {
        put(OTHER, 1);
        int most = 10 * DatagramInbox.CAPACITY;
        AtomicInteger came = new AtomicInteger();
        inbox.takeIn(room -> {
            // Empty, or requests to rejoin, for most of which there is no room.
            room.put(new byte[] {(byte) REJOIN}, 0, bytes);
            return came.incrementAndGet() < most ? sender(2) : null;
        });
        assertThat(came).hasValueLessThanOrEqualTo(DatagramInbox.CAPACITY);
        inbox.handOut((datagram, from) -> handled.add(datagram.getInt(datagram.position() + 1)));
        assertThat(handled).containsExactly(1);
    }

    /** A datagram comes. Returns whether it was looked at. */
    private boolean put(int kind, int number) {
        Iterator<InetSocketAddress> senders = List.of(sender(number)).iterator();
        try {
            inbox.takeIn(room -> {
                if (!senders.hasNext()) {
                    return null;
                }
                int start = room.position();
                room.put((byte) kind).putInt(number);
                room.position(start + 5 + number % 1_000);
                return senders.next();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return !senders.hasNext();
    }

    private void handAll() {
        while (!inbox.isEmpty()) {
            inbox.handOut((datagram, from) -> {
                int number = datagram.getInt(datagram.position() + 1);
                assertThat(datagram.remaining()).isEqualTo(5 + number % 1_000);
                assertThat(from).isEqualTo(sender(number));
                handled.add(number);
            });
        }
    }

    private static InetSocketAddress sender(int number) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1 + number % 60_000);
    }
}
