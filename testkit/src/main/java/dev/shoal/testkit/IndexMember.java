package dev.shoal.testkit;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.HeartbeatReply;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.Heartbeat;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.RegistrationDigest;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * What a process of a simulated peer tells its index, and asks it: registers, tells of new chunks once a second, sends
 * heartbeats every third of the lease, and states everything again when the index asks for it, as the running peer's
 * presence does. For one thread.
 */
final class IndexMember {

    private static final long STEP_NANOS = 1_000_000_000L;
    private static final long FIRST_RETRY_NANOS = 500_000_000L;
    private static final long LONGEST_RETRY_NANOS = 10_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private final ServedIndex index;
    private final SwarmPeer peer;
    private final InetSocketAddress address;
    private final SplittableRandom random;
    private final IndexExchanges exchanges;
    private final ChunkSet untold;
    private boolean tellComplete;
    private boolean registered;
    private boolean ended;
    private boolean restateOwed;
    private boolean chunksOwed;
    private int generation;
    private long session;
    private long nextHeartbeatNanos;
    private long restateAtNanos = NEVER;
    private long retryNanos = FIRST_RETRY_NANOS;

    IndexMember(ServedIndex index, SwarmPeer peer, PeerKey key, InetSocketAddress address) {
        this.index = index;
        this.peer = peer;
        this.address = address;
        this.random = index.newRandom(peer);
        this.exchanges = new IndexExchanges(index, this, key, random);
        this.untold = new ChunkSet(peer.disk().held().size());
    }

    SwarmPeer peer() {
        return peer;
    }

    InetSocketAddress address() {
        return address;
    }

    boolean isEnded() {
        return ended;
    }

    void start() {
        step();
    }

    /** The process ends, with a good-bye or without a word. */
    void end(boolean goodBye) {
        if (goodBye) {
            exchanges.send(new IndexRequest.Quit());
        }
        ended = true;
    }

    void received(ByteBuffer datagram) {
        if (!ended) {
            exchanges.received(datagram);
        }
    }

    /** The sources that are named in a datagram that the index sends. */
    List<Source> named(ByteBuffer datagram) {
        return exchanges.named(datagram);
    }

    void chunkCame(int chunk) {
        untold.add(chunk);
        tellComplete = peer.disk().held().isFull();
    }

    /** Asks for sources; no answer, no call. */
    void locate(int most, Consumer<List<Source>> found) {
        exchanges.ask(
                new IndexRequest.Locate(false, index.content(), 0, most),
                answer -> {
                    if (answer instanceof Locations locations) {
                        found.accept(locations.entries());
                    }
                },
                () -> {});
    }

    private long now() {
        return peer.nowNanos();
    }

    private void after(long nanos, Runnable next) {
        index.simulation().time().after(nanos, () -> {
            if (!ended) {
                next.run();
            }
        });
    }

    /** One round: what is due is said, one request after the other, then there is a pause. */
    private void step() {
        if (exchanges.session() != session) {
            session = exchanges.session();
            nextHeartbeatNanos = now();
            chunksOwed = true;
        }
        Queue<IndexRequest> due = new ArrayDeque<>();
        if (!registered) {
            due.addAll(statement(false));
        } else if (now() >= nextHeartbeatNanos) {
            due.add(heartbeat());
        } else if (now() >= restateAtNanos) {
            restateOwed = true;
            due.add(new RegisterBulk(
                    ++generation,
                    List.of(new RegisterBulk.Entry(
                            index.content(), !peer.shown().isFull())),
                    false));
            due.addAll(statement(true));
        } else if (!untold.isEmpty() || tellComplete) {
            due.addAll(news());
        }
        say(due);
    }

    private void say(Queue<IndexRequest> due) {
        IndexRequest next = due.poll();
        if (next == null) {
            retryNanos = FIRST_RETRY_NANOS;
            after(STEP_NANOS, this::step);
            return;
        }
        exchanges.ask(
                next,
                answer -> {
                    took(next, answer, due.isEmpty());
                    say(due);
                },
                () -> {
                    forget(next);
                    due.forEach(this::forget);
                    after((long) (retryNanos * random.nextDouble(0.5, 1.0)), this::step);
                    long longest = Math.clamp(index.host().leaseNanos() / 3, FIRST_RETRY_NANOS, LONGEST_RETRY_NANOS);
                    retryNanos = Math.min(longest, 2 * retryNanos);
                });
    }

    private void took(IndexRequest request, Pdu answer, boolean last) {
        if (answer instanceof Failure failure) {
            index.simulation()
                    .violation(
                            "the index takes what peers say",
                            "peer " + peer.id + " said " + request + " and heard " + failure);
        } else if (answer instanceof HeartbeatReply reply) {
            double third = reply.leaseMillis() * 1e6 / 3;
            nextHeartbeatNanos = now() + (long) (third * random.nextDouble(0.9, 1.0));
            if (reply.restate() && restateAtNanos == NEVER) {
                restateAtNanos = now() + reply.restateAfterMillis() * 1_000_000L;
            } else if (!reply.restate() && !restateOwed) {
                restateAtNanos = NEVER;
                tellChunksAgain();
            }
            if (index.simulation().defect() == Defect.NEVER_RESTATES) {
                restateAtNanos = NEVER;
            }
        } else if (last && restateOwed) {
            restateOwed = false;
            chunksOwed = false;
            restateAtNanos = NEVER;
            nextHeartbeatNanos = now();
        }
        registered = true;
    }

    /** What came first in a new session makes the digests agree, and nobody asks for the chunks before. */
    private void tellChunksAgain() {
        if (chunksOwed) {
            peer.shown().runs().forEach(untold::add);
            chunksOwed = false;
        }
    }

    /** A request of news was not acknowledged: it is said again. */
    private void forget(IndexRequest request) {
        if (request instanceof RegisterChunks chunks) {
            tellComplete |= chunks.complete();
            chunks.runs().forEach(untold::add);
        }
    }

    private Heartbeat heartbeat() {
        RegistrationDigest digest = new RegistrationDigest();
        digest.add(index.content());
        return new Heartbeat(
                digest.count(), digest.high(), digest.low(), peer.uploads().sendingCount());
    }

    private List<RegisterChunks> news() {
        ChunkSet news = untold.copy();
        boolean complete = tellComplete || peer.shown().isFull();
        untold.runs().forEach(run -> removeRun(untold, run));
        tellComplete = false;
        return complete ? List.of(new RegisterChunks(true, false, index.content(), List.of())) : pages(news, false);
    }

    private List<RegisterChunks> statement(boolean replace) {
        if (peer.shown().isFull()) {
            return List.of(new RegisterChunks(true, replace, index.content(), List.of()));
        }
        List<RegisterChunks> pages = pages(peer.shown(), replace);
        return pages.isEmpty() ? List.of(new RegisterChunks(false, replace, index.content(), List.of())) : pages;
    }

    private List<RegisterChunks> pages(ChunkSet chunks, boolean replaceFirst) {
        List<RegisterChunks> pages = new ArrayList<>();
        List<ChunkRun> runs = chunks.runs();
        for (int from = 0; from < runs.size(); from += IndexRequest.MAX_RUNS) {
            List<ChunkRun> page = runs.subList(from, Math.min(runs.size(), from + IndexRequest.MAX_RUNS));
            pages.add(new RegisterChunks(false, replaceFirst && from == 0, index.content(), List.copyOf(page)));
        }
        return pages;
    }

    private static void removeRun(ChunkSet set, ChunkRun run) {
        for (int chunk = run.first(); chunk < run.end(); chunk++) {
            set.remove(chunk);
        }
    }
}
