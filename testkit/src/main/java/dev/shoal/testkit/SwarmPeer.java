package dev.shoal.testkit;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.swarm.BlockRange;
import dev.shoal.swarm.Download;
import dev.shoal.swarm.DownloadAction;
import dev.shoal.swarm.Order;
import dev.shoal.swarm.Piece;
import dev.shoal.swarm.RequestBudget;
import dev.shoal.swarm.Uploads;
import dev.shoal.swarm.Verdict;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A simulated peer: the real {@link Download} and {@link Uploads}, and around them what the running peer does with
 * threads and sockets. For one thread.
 */
final class SwarmPeer {

    private static final int CONTENT = 1;
    private static final long VERIFY_NANOS = 1_000_000L;
    private static final long ALIVE_NANOS = 5_000_000_000L;
    private static final double WRONG_SHARE = 0.2;

    final int id;
    final PeerSpec spec;
    final SimulatedLink up;
    final SimulatedLink down;
    private final SwarmSimulation simulation;
    private final SplittableRandom random;
    private final Map<Integer, SwarmConnection> byPeer = new LinkedHashMap<>();
    private final Map<Integer, SwarmConnection> byHandle = new HashMap<>();
    private final Map<Integer, BitSet> wrong = new HashMap<>();
    private Uploads uploads;
    private ChunkSet held;
    private ChunkSet recorded;
    private SwarmAnnouncer announcer;
    private @Nullable Download download;
    private boolean present;
    private int life;
    private int dialling;
    private long finishedNanos = -1;

    SwarmPeer(int id, PeerSpec spec, SwarmSimulation simulation, SplittableRandom random) {
        this.id = id;
        this.spec = spec;
        this.simulation = simulation;
        this.random = random;
        this.up = new SimulatedLink(simulation.time(), true, spec.upBytesPerSecond());
        this.down = new SimulatedLink(simulation.time(), false, spec.downBytesPerSecond());
        int chunks = simulation.layout().chunkCount();
        this.held = spec.seed() ? ChunkSet.full(chunks) : new ChunkSet(chunks);
        this.recorded = held.copy();
        this.uploads = newUploads();
        this.announcer = new SwarmAnnouncer(simulation, byPeer.values());
    }

    private Uploads newUploads() {
        Uploads fresh =
                new Uploads(simulation.scenario().slots(), simulation.scenario().requestLimitBytes());
        fresh.contentAdded(CONTENT, simulation.layout());
        return fresh;
    }

    long finishedNanos() {
        return finishedNanos;
    }

    boolean isPresent() {
        return present;
    }

    /** Whether nobody waits for anything from it. */
    boolean isStarved() {
        return uploads.sendingCount() == 0 && uploads.waitingPeers().isEmpty();
    }

    boolean isUnfinished() {
        return !spec.seed() && spec.behaviour().mustFinish() && finishedNanos < 0;
    }

    /** For a failed run: what is missing, and what each source did. */
    String describe() {
        return "peer " + id + ", " + spec + (present ? ", present, " : ", absent, ") + held + ", "
                + byPeer.keySet() + " connected, sources "
                + (download == null ? "none" : download.reports().toString());
    }

    private boolean claimsAll() {
        return switch (spec.behaviour()) {
            case LIES, STALLS, MUTE -> true;
            default -> false;
        };
    }

    /** Joins, or comes back after a crash with what it had recorded. */
    void join() {
        present = true;
        held = recorded.copy();
        uploads = newUploads();
        announcer = new SwarmAnnouncer(simulation, byPeer.values());
        simulation.index().register(this);
        int thisLife = life;
        if (!spec.seed() && !claimsAll()) {
            Download started =
                    new Download(simulation.layout(), held, Order.RAREST_FIRST, random, RequestBudget.unlimited());
            download = started;
            run(started.start(now()));
            simulation.time().after(random.nextLong(Download.TICK_NANOS), () -> tick(thisLife));
        }
        simulation.time().after(random.nextLong(ALIVE_NANOS), () -> sayAlive(thisLife));
    }

    /** Is gone from one moment to the next. */
    void vanish() {
        life++;
        present = false;
        simulation.index().deregister(this);
        List.copyOf(byPeer.values()).forEach(SwarmConnection::close);
        byPeer.clear();
        byHandle.clear();
        wrong.clear();
        download = null;
    }

    private long now() {
        return simulation.time().nowNanos();
    }

    private void tick(int ofLife) {
        if (ofLife != life || download == null || download.isFinished()) {
            return;
        }
        run(download.tick(now()));
        recorded = now() / 1_000_000_000L % 2 == 0 ? held.copy() : recorded;
        simulation.time().after(Download.TICK_NANOS, () -> tick(ofLife));
    }

    private void sayAlive(int ofLife) {
        if (ofLife != life) {
            return;
        }
        for (int handle : uploads.waitingPeers()) {
            SwarmConnection connection = byHandle.get(handle);
            if (connection != null && spec.behaviour() != PeerBehaviour.MUTE) {
                connection.write(new SwarmMessage.Alive());
            }
        }
        byPeer.values().forEach(SwarmConnection::checkDeadlines);
        simulation.time().after(ALIVE_NANOS, () -> sayAlive(ofLife));
    }

    private void findSources() {
        int ofLife = life;
        simulation.time().after(2 * simulation.scenario().latencyNanos(), () -> {
            if (ofLife != life) {
                return;
            }
            for (SwarmPeer found :
                    simulation.index().sample(this, simulation.scenario().sampleSize())) {
                if (!byPeer.containsKey(found.id) && hasRoom()) {
                    dialling++;
                    simulation.time().after(4 * simulation.scenario().latencyNanos(), () -> {
                        dialling--;
                        simulation.connect(this, found);
                    });
                }
            }
        });
    }

    boolean hasRoom() {
        return byPeer.size() + dialling < simulation.scenario().maxConnections();
    }

    boolean isConnectedTo(SwarmPeer other) {
        return byPeer.containsKey(other.id);
    }

    void connected(SwarmConnection connection) {
        byPeer.put(connection.other.id, connection);
        byHandle.put(connection.handle, connection);
        uploads.peerAdded(connection.handle, now());
        ChunkSet shown = claimsAll() ? ChunkSet.full(held.size()) : held.copy();
        connection.write(new SwarmMessage.Map(shown));
        if (download != null && !download.isFinished()) {
            int limit = simulation.scenario().requestLimitBytes();
            run(download.sourceAdded(connection.handle, limit, now()));
        }
    }

    void lost(SwarmConnection connection) {
        if (byHandle.remove(connection.handle) != null) {
            byPeer.remove(connection.other.id);
            uploads.peerGone(connection.handle);
            if (download != null) {
                run(download.sourceLost(connection.handle, now()));
            }
            pump();
        }
    }

    void received(SwarmConnection from, SwarmMessage message) {
        switch (message) {
            case SwarmMessage.Map map ->
                theyHave(from, map.chunks().isFull(), map.chunks().runs());
            case SwarmMessage.More more -> theyHave(from, false, more.runs());
            case SwarmMessage.Get get -> requested(from, get.range());
            case SwarmMessage.Stop stop ->
                uploads.cancelled(from.handle, CONTENT, stop.range())
                        .forEach(range -> from.write(new SwarmMessage.Stopped(range)));
            case SwarmMessage.Stopped stopped -> {
                if (download != null) {
                    from.settled(stopped.range());
                    run(download.requestWithdrawn(from.handle, stopped.range(), now()));
                }
            }
            case SwarmMessage.Data data -> dataCame(from, data);
            case SwarmMessage.Refuse refuse -> refused(from, refuse.range());
            case SwarmMessage.AskLeaves ask -> {
                if (spec.behaviour() != PeerBehaviour.MUTE && held.contains(ask.chunk())) {
                    int blocks = simulation.layout().blocks(ask.chunk());
                    from.write(new SwarmMessage.Leaves(ask.chunk(), blocks));
                }
            }
            case SwarmMessage.Leaves leaves -> leavesCame(from, leaves.chunk());
            case SwarmMessage.Alive alive -> {
                if (download != null) {
                    run(download.sourceAlive(from.handle, now()));
                }
            }
        }
    }

    private void theyHave(SwarmConnection from, boolean all, List<ChunkRun> runs) {
        from.theyHave(runs);
        uploads.peerHas(from.handle, CONTENT, runs);
        if (download != null && all) {
            run(download.sourceHasAll(from.handle, now()));
        } else if (download != null) {
            run(download.sourceHas(from.handle, runs, now()));
        }
    }

    private void requested(SwarmConnection from, BlockRange range) {
        if (spec.behaviour() == PeerBehaviour.MUTE) {
            return;
        }
        if (!held.contains(range.chunk()) && spec.behaviour() != PeerBehaviour.STALLS) {
            from.write(new SwarmMessage.Refuse(range));
            return;
        }
        Verdict verdict = uploads.requested(from.handle, CONTENT, range, now());
        if (verdict != Verdict.WAITS && verdict != Verdict.DUPLICATE) {
            simulation.violation(
                    "the request of peer " + from.other.id + " to peer " + id + " for " + range + " met " + verdict);
        }
        pump();
    }

    /** Sends what is to be sent; the real peer has some threads that do this. */
    private void pump() {
        if (spec.behaviour() == PeerBehaviour.STALLS) {
            return;
        }
        Uploads mine = uploads;
        for (Optional<Piece> next = mine.next(now()); next.isPresent(); next = mine.next(now())) {
            Piece piece = next.get();
            SwarmConnection connection = byHandle.get(piece.peer());
            if (connection == null) {
                throw new IllegalStateException("a piece for a peer that is gone: " + piece);
            }
            boolean bad = spec.behaviour() == PeerBehaviour.CORRUPTS && random.nextDouble() < WRONG_SHARE;
            simulation.sent(spec.seed(), piece.bytes());
            connection.write(new SwarmMessage.Data(piece.range(), piece.bytes(), bad), () -> {
                if (mine == uploads) {
                    mine.sent(piece, now());
                    pump();
                }
            });
        }
    }

    private void dataCame(SwarmConnection from, SwarmMessage.Data data) {
        from.settled(data.range());
        if (download == null || download.isFinished()) {
            simulation.wasted(data.dataBytes());
            return;
        }
        if (download.claim(from.handle, data.range())) {
            BitSet bad = wrong.computeIfAbsent(data.range().chunk(), any -> new BitSet());
            bad.clear(data.range().firstBlock(), data.range().endBlock());
            bad.set(data.range().firstBlock(), data.wrong());
        } else {
            simulation.wasted(data.dataBytes());
        }
        run(download.dataArrived(from.handle, data.range(), now()));
    }

    private void refused(SwarmConnection from, BlockRange range) {
        from.settled(range);
        if (download != null) {
            run(download.requestRefused(from.handle, range, 0, now()));
        }
    }

    private void leavesCame(SwarmConnection from, int chunk) {
        BitSet bad = wrong.get(chunk);
        if (download != null && bad != null && from.isOpen()) {
            run(download.wrongBlocks(chunk, (BitSet) bad.clone(), now()));
        }
    }

    private void run(List<DownloadAction> actions) {
        for (DownloadAction action : actions) {
            Download running = download;
            if (running != null) {
                run(running, action);
            }
        }
    }

    private void run(Download running, DownloadAction action) {
        switch (action) {
            case DownloadAction.Request request -> {
                SwarmConnection connection = byHandle.get(request.source());
                if (connection != null) {
                    connection.requested(request.range());
                    connection.write(new SwarmMessage.Get(request.range()));
                }
            }
            case DownloadAction.Cancel cancel -> {
                SwarmConnection connection = byHandle.get(cancel.source());
                if (connection != null) {
                    connection.settled(cancel.range());
                    connection.write(new SwarmMessage.Stop(cancel.range()));
                }
            }
            case DownloadAction.Withdraw withdraw -> {
                SwarmConnection connection = byHandle.get(withdraw.source());
                if (connection != null) {
                    connection.write(new SwarmMessage.Stop(withdraw.range()));
                }
            }
            case DownloadAction.Verify verify -> {
                int ofLife = life;
                simulation.time().after(VERIFY_NANOS, () -> verified(ofLife, running, verify.chunk()));
            }
            case DownloadAction.NeedLeaves need -> {
                for (int source : need.sources()) {
                    SwarmConnection connection = byHandle.get(source);
                    if (connection != null) {
                        connection.write(new SwarmMessage.AskLeaves(need.chunk()));
                        break;
                    }
                }
            }
            case DownloadAction.Complain complain -> {}
            case DownloadAction.Drop drop -> dropped(running, drop);
            case DownloadAction.Finished finished -> finished();
            case DownloadAction.NeedSources need -> findSources();
        }
    }

    private void dropped(Download running, DownloadAction.Drop drop) {
        SwarmConnection connection = byHandle.get(drop.source());
        if (connection == null) {
            return;
        }
        connection.forgetRequests();
        simulation.time().after(0, () -> {
            if (running == download) {
                connection.close();
                lost(connection);
            }
        });
    }

    private void verified(int ofLife, Download running, int chunk) {
        if (ofLife != life) {
            return;
        }
        BitSet bad = wrong.getOrDefault(chunk, new BitSet());
        if (!bad.isEmpty()) {
            run(running.chunkFailed(chunk, now()));
            return;
        }
        wrong.remove(chunk);
        if (!held.add(chunk)) {
            simulation.violation("chunk " + chunk + " was fetched twice");
        }
        simulation.verified(chunk);
        announcer.add(chunk);
        run(running.chunkVerified(chunk, now()));
    }

    private void finished() {
        finishedNanos = now() - spec.startNanos();
        if (!held.isFull() || !wrong.isEmpty()) {
            simulation.violation("peer " + id + " says that it is done with " + held);
        }
        simulation.peerFinished(this);
        if (spec.behaviour() == PeerBehaviour.LEAVES_WHEN_DONE) {
            simulation.time().after(0, this::vanish);
        }
    }
}
