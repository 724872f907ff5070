package dev.shoal.bench;

import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.DatagramLink;
import dev.shoal.transport.Reply;
import dev.shoal.transport.Retransmission;
import dev.shoal.transport.SessionLostException;
import dev.shoal.transport.TransportException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Somebody who looks contents up at a steady pace, whether the index answers or not, with a session of its own and the
 * program's own way of asking: repeated until answered, rejoined when the session is lost. A look-up takes from when it
 * was due until its answer. Thread-safe.
 */
final class LookupProbe implements AutoCloseable {

    private static final int SOURCES = 16;
    private static final long SEED = 3;

    /**
     * One look-up.
     *
     * @param dueNanos when it was to be sent
     * @param nanos how long it took; −1 when it was given up
     * @param sources how many sources the index knew
     */
    record Lookup(long dueNanos, long nanos, int sources) {}

    private final DatagramLink link;
    private final int contents;
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("pace").daemon().factory());
    private final ReentrantLock rejoining = new ReentrantLock();
    private final List<Lookup> done = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private volatile long session;

    /** A probe with a session, which the index may have forgotten. */
    LookupProbe(InetSocketAddress index, Welcome welcome, int contents) {
        this.link = new DatagramLink(index, welcome);
        this.session = welcome.session();
        this.contents = contents;
    }

    /** Begins. */
    void start(int perSecond) {
        long periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long[] next = new long[1];
        Runnable one = () -> {
            long due = next[0];
            next[0] += periodNanos;
            int content = random.nextInt(contents);
            Thread.ofVirtual().start(() -> lookUp(due, content));
        };
        // The first task of a new process loads classes for some milliseconds, by which all that follow would be late.
        pace.schedule(() -> {}, 0, TimeUnit.NANOSECONDS);
        next[0] = System.nanoTime();
        pace.scheduleAtFixedRate(one, 0, periodNanos, TimeUnit.NANOSECONDS);
    }

    /** The look-ups that were due in a time and have ended by now, in no order. */
    List<Lookup> dueBetween(long fromNanos, long toNanos) {
        synchronized (done) {
            return done.stream()
                    .filter(each -> each.dueNanos >= fromNanos && each.dueNanos < toNanos)
                    .toList();
        }
    }

    @Override
    public void close() {
        pace.shutdownNow();
        link.close();
    }

    private void lookUp(long dueNanos, int content) {
        int sources = ask(new IndexRequest.Locate(false, SyntheticContents.content(content), 0, SOURCES));
        long nanos = sources < 0 ? -1 : System.nanoTime() - dueNanos;
        synchronized (done) {
            done.add(new Lookup(dueNanos, nanos, sources));
        }
    }

    /** How many sources there are; −1 without an answer. */
    private int ask(IndexRequest.Locate request) {
        long asked = session;
        try {
            Optional<Reply> reply = link.exchange(request, Retransmission.REQUEST);
            return reply.isPresent() && reply.get().pdu() instanceof IndexReply.Locations locations
                    ? locations.sources()
                    : -1;
        } catch (SessionLostException e) {
            return rejoin(asked) ? ask(request) : -1;
        } catch (TransportException e) {
            return -1;
        }
    }

    /** One of those who notice rejoins for all. */
    private boolean rejoin(long lost) {
        rejoining.lock();
        try {
            if (session != lost) {
                return true;
            }
            Optional<Welcome> welcome = link.rejoin(Retransmission.PROBE);
            welcome.ifPresent(fresh -> session = fresh.session());
            return welcome.isPresent();
        } finally {
            rejoining.unlock();
        }
    }
}
