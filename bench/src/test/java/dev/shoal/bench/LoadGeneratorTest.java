package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a load comes to when a server answers some requests never, over sockets. */
class LoadGeneratorTest {

    private static final long LOST_NANOS = 1_000_000_000L;
    private static final int LOST = 7;

    @Test
    void whatIsNeverAnsweredIsCountedAfterItWasWaitedFor() throws Exception {
        try (Forgetful target = new Forgetful()) {
            LoadBatch batch = new LoadBatch();
            target.requests(batch, 300);
            LoadGenerator.Outcome outcome = LoadGenerator.closed(target, batch, 4, LOST_NANOS);
            assertThat(outcome.answered()).isEqualTo(299);
            assertThat(outcome.lost()).isEqualTo(1);
            assertThat(outcome.latencyNanos()).hasSize(300).isSorted();
            // It held everything up for that long, as the other requests of its slot had to wait.
            assertThat(outcome.latencyNanos()[299]).isGreaterThanOrEqualTo(LOST_NANOS);
        }
    }

    /** By a clock that goes on by a millisecond with each look: one is between the beginning and the request. */
    @Test
    void theWaitForWhatIsNeverAnsweredTakesNoTimeOfTheOthers() throws Exception {
        try (Forgetful target = new Forgetful()) {
            LoadBatch batch = new LoadBatch();
            batch.clear();
            batch.begin().putInt(LOST);
            batch.end(LOST);
            AtomicLong nanos = new AtomicLong();
            LoadGenerator.Outcome outcome =
                    LoadGenerator.closed(target, batch, 4, LOST_NANOS, () -> nanos.addAndGet(1_000_000));
            assertThat(outcome.lost()).isEqualTo(1);
            assertThat(outcome.latencyNanos()).containsExactly(LOST_NANOS);
            assertThat(outcome.seconds()).isEqualTo(0.001);
        }
    }

    /** Answers each request with itself, but one. */
    private static final class Forgetful implements LoadTarget {
        private static final int SLOTS = 64;

        private final DatagramChannel channel =
                DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        private final LoadSocket socket = LoadSocket.to((InetSocketAddress) channel.getLocalAddress());
        private final Thread server = Thread.ofPlatform().start(this::serve);

        Forgetful() throws IOException {}

        private void serve() {
            ByteBuffer datagram = ByteBuffer.allocate(64);
            try {
                while (channel.isOpen()) {
                    SocketAddress from = channel.receive(datagram.clear());
                    if (datagram.flip().getInt(0) != LOST) {
                        channel.send(datagram, from);
                    }
                }
            } catch (ClosedChannelException e) {
                // The test is over.
                return;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public String name() {
            return "forgetful";
        }

        @Override
        public void start() {}

        @Override
        public void fill(LoadBatch batch) {
            batch.clear();
        }

        @Override
        public long filled() {
            return 0;
        }

        @Override
        public void requests(LoadBatch batch, int count) {
            batch.clear();
            for (int i = 0; i < count; i++) {
                batch.begin().putInt(i);
                batch.end(i % SLOTS);
            }
        }

        @Override
        public int slots() {
            return SLOTS;
        }

        @Override
        public int slot(ByteBuffer answer) {
            return answer.getInt(0) % SLOTS;
        }

        @Override
        public boolean isGood(ByteBuffer answer) {
            return true;
        }

        @Override
        public LoadSocket socket() {
            return socket;
        }

        @Override
        public double cpuSeconds() {
            return 0;
        }

        @Override
        public void close() {
            try {
                channel.close();
                socket.close();
                server.join();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
