package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.FrameStream;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import dev.shoal.transport.TlsStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for others who do not read. */
@Timeout(60)
class OutboxTest {

    private static final byte[] ROW = new byte[4_096 * 32];
    private static final long MANY = 1L << 40;

    /** What moves at all moves more often. */
    private static final long STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private final Tls tls = new Tls(Identity.generate());
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final List<TlsStream> streams = new ArrayList<>();
    private TlsListener listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new TlsListener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                tls,
                Tls.PEER_PROTOCOL,
                10,
                stream -> waitForEnd());
        listener.start();
    }

    @AfterEach
    void close() {
        open.set(false);
        end.countDown();
        streams.forEach(TlsStream::close);
        listener.close();
    }

    /** Somebody who reads nothing. */
    private void waitForEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Outbox outbox(Backlog backlog, Runnable unread) {
        TlsStream stream = FrameLink.dial(listener.address(), tls, Tls.PEER_PROTOCOL, 20_000);
        streams.add(stream);
        Outbox outbox = new Outbox(new FrameStream(stream, Pdu.MAX_STREAM_BYTES), backlog, unread);
        Thread.ofVirtual().start(() -> {
            try {
                outbox.run(open::get);
            } catch (IOException e) {
                // The test is over.
                open.set(false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return outbox;
    }

    /** Until the system's buffers are full and nothing moves any more. */
    private static void fill(Outbox outbox, long bytes) {
        await().until(() -> {
            while (outbox.waitingBytes() < bytes) {
                outbox.post(7, new PeerPdu.MapWindow(0, ROW.length * 8, ROW), true);
            }
            return System.nanoTime() - outbox.stuckSinceNanos() > STILL_NANOS;
        });
    }

    @Test
    void rowsThatAreNotReadAreNotMade() {
        Backlog backlog = new Backlog(MANY);
        AtomicInteger made = new AtomicInteger();
        Outbox outbox = outbox(backlog, () -> {});
        int asked = 2_250;
        for (int i = 0; i < asked; i++) {
            outbox.postLater(7, () -> {
                made.incrementAndGet();
                return new PeerPdu.Hashes(2, 0, ROW);
            });
        }
        // What the system's buffers take is made and gone.
        await().until(() -> made.get() > 0);
        assertThat(backlog.waitingBytes()).isLessThan((long) asked * Outbox.ENTRY_BYTES + 2L * ROW.length);
        assertThat(made.get()).isLessThan(asked);
        outbox.discard();
        assertThat(backlog.waitingBytes()).isZero();
    }

    @Test
    void whoLetsTooManyGatherIsLetGo() {
        Backlog backlog = new Backlog(MANY);
        AtomicInteger letGo = new AtomicInteger();
        Outbox outbox = outbox(backlog, letGo::incrementAndGet);
        int limit = 100 + Outbox.MAX_POSTED * 4;
        for (int i = 0; i < limit && letGo.get() == 0; i++) {
            outbox.postLater(7, () -> new PeerPdu.Hashes(2, 0, ROW));
        }
        assertThat(letGo).hasValue(1);
        outbox.post(7, new PeerPdu.KeepAlive(), true);
        assertThat(backlog.waitingBytes()).isZero();
    }

    @Test
    void whoLetsTooMuchGatherIsLetGo() {
        Backlog backlog = new Backlog(MANY);
        AtomicInteger letGo = new AtomicInteger();
        Outbox outbox = outbox(backlog, letGo::incrementAndGet);
        for (int i = 0; i < 1_000 && letGo.get() == 0; i++) {
            assertThat(backlog.waitingBytes()).isLessThanOrEqualTo(Outbox.MAX_POSTED_BYTES);
            outbox.post(7, new PeerPdu.MapWindow(0, ROW.length * 8, ROW), true);
        }
        assertThat(letGo).hasValue(1);
        assertThat(backlog.waitingBytes()).isZero();
    }

    @Test
    void whenAllTogetherHaveTooMuchWhoHasMostIsLetGo() {
        long limit = 4 * 1024 * 1024;
        Backlog backlog = new Backlog(limit);
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        Outbox stuck = outbox(backlog, first::incrementAndGet);
        fill(stuck, limit * 3 / 4);
        Outbox fresh = outbox(backlog, second::incrementAndGet);
        for (int i = 0; i < 1_000 && first.get() == 0; i++) {
            fresh.post(7, new PeerPdu.MapWindow(0, ROW.length * 8, ROW), true);
            assertThat(backlog.waitingBytes()).isLessThanOrEqualTo(limit);
        }
        assertThat(first).hasValue(1);
        assertThat(second).hasValue(0);
    }

    @Test
    void whatIsShortTakesLittleWhileItWaits() {
        Backlog backlog = new Backlog(MANY);
        Outbox outbox = outbox(backlog, () -> {});
        fill(outbox, ROW.length);
        long before = outbox.waitingBytes();
        outbox.post(7, new PeerPdu.KeepAlive(), true);
        outbox.post(7, new Failure(ErrorCode.BUSY, 0, 0, "x"), true);
        assertThat(outbox.waitingBytes() - before).isLessThan(2L * (Outbox.ENTRY_BYTES + 64));
    }
}
