package dev.shoal.testkit;

import dev.shoal.content.ChunkRun;
import dev.shoal.swarm.BlockRange;
import dev.shoal.swarm.Piece;
import dev.shoal.swarm.Uploads;
import dev.shoal.swarm.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The serving half of a simulated peer, for one life of it: the real {@link Uploads}, and around them what the running
 * peer does with some threads. For one thread.
 */
final class SwarmServing {

    private static final int CONTENT = 1;
    private static final double WRONG_SHARE = 0.2;
    private static final double BUSY_SHARE = 0.3;
    private static final long MOST_BUSY_NANOS = 5_000_000_000L;

    private final SwarmPeer peer;
    private final SwarmSimulation simulation;
    private final SplittableRandom random;
    private final Map<Integer, SwarmConnection> byHandle;
    private final Uploads uploads;
    private long sentBytes;
    private boolean ended;
    /** Whether a limit holds back what waits, and the time for it is planned. */
    private boolean pausing;

    /**
     * Serves nobody yet.
     *
     * @param byHandle the connections of the peer, which keeps them
     */
    SwarmServing(
            SwarmPeer peer,
            SwarmSimulation simulation,
            SplittableRandom random,
            Map<Integer, SwarmConnection> byHandle) {
        this.peer = peer;
        this.simulation = simulation;
        this.random = random;
        this.byHandle = byHandle;
        this.uploads =
                new Uploads(simulation.scenario().slots(), simulation.scenario().requestLimitBytes());
        uploads.contentAdded(CONTENT, simulation.layout());
        if (peer.spec.habits().upLimit() > 0 && simulation.defect() != Defect.IGNORES_UPLOAD_LIMIT) {
            uploads.limit(peer.spec.habits().upLimit(), now());
        }
    }

    Uploads uploads() {
        return uploads;
    }

    /** How much data it has begun to send. */
    long sentBytes() {
        return sentBytes;
    }

    /** Whether nobody waits for anything from it. */
    boolean isStarved() {
        return uploads.sendingCount() == 0 && uploads.waitingPeers().isEmpty();
    }

    /** How many others that mean well wait for something from here. */
    long waitingHonest() {
        return uploads.waitingPeers().stream()
                .map(byHandle::get)
                .filter(connection ->
                        connection != null && connection.other.behaviour().mustFinish())
                .count();
    }

    /** The process is gone. */
    void end() {
        ended = true;
    }

    void connected(SwarmConnection connection) {
        uploads.peerAdded(connection.handle, now());
    }

    void lost(SwarmConnection connection) {
        uploads.peerGone(connection.handle);
        pump();
    }

    void theyHave(SwarmConnection from, List<ChunkRun> runs) {
        uploads.peerHas(from.handle, CONTENT, runs);
    }

    void stopped(SwarmConnection from, BlockRange range) {
        uploads.cancelled(from.handle, CONTENT, range)
                .forEach(stopped -> from.write(new SwarmMessage.Stopped(stopped)));
    }

    void requested(SwarmConnection from, BlockRange range) {
        PeerBehaviour behaviour = peer.behaviour();
        if (behaviour == PeerBehaviour.MUTE) {
            return;
        }
        if (behaviour == PeerBehaviour.LIES
                || (!peer.disk().held().contains(range.chunk()) && behaviour != PeerBehaviour.STALLS)) {
            from.write(new SwarmMessage.Refuse(range, 0));
            return;
        }
        if (behaviour == PeerBehaviour.BUSY && random.nextDouble() < BUSY_SHARE) {
            from.write(new SwarmMessage.Refuse(range, random.nextLong(1, MOST_BUSY_NANOS)));
            return;
        }
        Verdict verdict = uploads.requested(from.handle, CONTENT, range, now());
        if (verdict != Verdict.WAITS && verdict != Verdict.DUPLICATE) {
            simulation.violation(
                    "requests are within the content and the limits",
                    "the request of peer " + from.other.id + " to peer " + peer.id + " for " + range + " met "
                            + verdict);
        }
        pump();
    }

    /** Sends what is to be sent. */
    private void pump() {
        if (peer.behaviour() == PeerBehaviour.STALLS) {
            return;
        }
        for (Optional<Piece> next = uploads.next(now()); next.isPresent(); next = uploads.next(now())) {
            Piece piece = next.get();
            SwarmConnection connection = byHandle.get(piece.peer());
            if (connection == null) {
                throw new IllegalStateException("a piece for a peer that is gone: " + piece);
            }
            boolean bad = peer.behaviour() == PeerBehaviour.CORRUPTS && random.nextDouble() < WRONG_SHARE;
            sentBytes += piece.bytes();
            simulation.sent(peer.spec.seed(), piece.bytes());
            connection.write(new SwarmMessage.Data(piece.range(), piece.bytes(), bad), () -> {
                if (!ended) {
                    uploads.sent(piece, now());
                    pump();
                }
            });
        }
        long pause = uploads.pauseNanos();
        if (pause != Uploads.NO_PAUSE && !pausing) {
            pausing = true;
            simulation.time().after(pause, () -> {
                pausing = false;
                if (!ended) {
                    pump();
                }
            });
        }
    }

    /** Tells those who wait that this side lives. */
    void sayAlive() {
        for (int handle : uploads.waitingPeers()) {
            SwarmConnection connection = byHandle.get(handle);
            if (connection != null && peer.behaviour() != PeerBehaviour.MUTE) {
                connection.write(new SwarmMessage.Alive());
            }
        }
    }

    private long now() {
        return simulation.time().nowNanos();
    }
}
