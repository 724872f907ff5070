package dev.shoal.testkit;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.swarm.Download;
import dev.shoal.swarm.DownloadAction;
import dev.shoal.swarm.DropReason;
import dev.shoal.swarm.SourceReport;
import dev.shoal.swarm.Uploads;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A simulated peer: the real {@link Download} and {@link Uploads}, and around them what the running peer does with
 * threads and sockets. For one thread.
 */
final class SwarmPeer {

    private static final long VERIFY_NANOS = 1_000_000L;
    private static final long ALIVE_NANOS = 5_000_000_000L;

    /** The file is forced every two seconds. */
    private static final long FORCE_TICKS = 20;

    final int id;
    final PeerSpec spec;
    final SimulatedLink up;
    final SimulatedLink down;
    private final SwarmSimulation simulation;
    private final SplittableRandom random;
    private final Map<Integer, SwarmConnection> byPeer = new LinkedHashMap<>();
    private final Map<Integer, SwarmConnection> byHandle = new HashMap<>();
    /** Who sent wrong data is not dialled again in this life. */
    private final Set<Integer> shunned = new HashSet<>();

    private final SimulatedDisk disk;
    private PeerBehaviour behaviour;
    private SwarmServing serving;
    private SwarmAnnouncer announcer;
    private @Nullable Download download;
    private DownloadLimit limit;
    private boolean present;
    /** Whether it was there and will not come back. */
    private boolean gone;

    private int life;
    private int dialling;
    private boolean asked;
    private long finishedNanos = -1;

    SwarmPeer(int id, PeerSpec spec, SwarmSimulation simulation, SplittableRandom random) {
        this.id = id;
        this.spec = spec;
        this.simulation = simulation;
        this.random = random;
        this.up = new SimulatedLink(simulation.time(), true, spec.upBytesPerSecond());
        this.down = new SimulatedLink(simulation.time(), false, spec.downBytesPerSecond());
        this.behaviour = spec.behaviour();
        this.disk = new SimulatedDisk(simulation.layout(), spec.seed());
        this.serving = new SwarmServing(this, simulation, random, byHandle);
        this.limit = freshLimit();
        this.announcer = new SwarmAnnouncer(simulation, byPeer.values());
    }

    private DownloadLimit freshLimit() {
        return new DownloadLimit(spec.habits().downLimit(), simulation.defect() == Defect.IGNORES_DOWNLOAD_LIMIT);
    }

    long finishedNanos() {
        return finishedNanos;
    }

    boolean isPresent() {
        return present;
    }

    boolean isUnfinished() {
        return !spec.seed() && behaviour.mustFinish() && !gone && finishedNanos < 0;
    }

    /** Whether it is there, and serves what it says that it has. */
    boolean isSource() {
        return present && behaviour.serves();
    }

    long nowNanos() {
        return now();
    }

    SwarmScenario scenario() {
        return simulation.scenario();
    }

    SimulatedDisk disk() {
        return disk;
    }

    PeerBehaviour behaviour() {
        return behaviour;
    }

    Uploads uploads() {
        return serving.uploads();
    }

    /** The serving half of its present or last life. */
    SwarmServing serving() {
        return serving;
    }

    /** How fast it may fetch in its present or last life. */
    DownloadLimit limit() {
        return limit;
    }

    Collection<SwarmConnection> connections() {
        return byPeer.values();
    }

    int sourceCount() {
        return download == null ? 0 : download.sourceCount();
    }

    /** What its download says of its sources; empty when nothing is downloaded. */
    List<SourceReport> reports() {
        return download == null ? List.of() : download.reports();
    }

    /** What it tells others and the index that it has. */
    ChunkSet shown() {
        return behaviour.claimsAll() ? ChunkSet.full(disk.held().size()) : disk.held();
    }

    /** For a failed run: what is missing, and what each source did. */
    String describe() {
        return "peer " + id + ", " + spec + (present ? ", present, " : ", absent, ") + disk.held() + ", "
                + byPeer.keySet() + " connected, sources "
                + (download == null ? "none" : download.reports().toString());
    }

    /** Joins, or comes back after a crash with what it had forced. */
    void join() {
        if (present || gone) {
            return;
        }
        present = true;
        simulation.touched(this);
        serving = new SwarmServing(this, simulation, random, byHandle);
        announcer = new SwarmAnnouncer(simulation, byPeer.values());
        limit = freshLimit();
        simulation.index().joined(this);
        int thisLife = life;
        if (!spec.seed() && !behaviour.claimsAll()) {
            Download started =
                    new Download(simulation.layout(), disk.held(), spec.habits().order(), random, limit.budget());
            download = started;
            run(started.start(now()));
            simulation.time().after(random.nextLong(Download.TICK_NANOS), () -> tick(thisLife));
        }
        simulation.time().after(random.nextLong(ALIVE_NANOS), () -> sayAlive(thisLife));
    }

    /** Is gone from one moment to the next, and comes back unless it has left before. */
    void crash(boolean silent, long downNanos) {
        if (present) {
            vanish(silent, false);
            disk.crash(simulation.defect() == Defect.BELIEVES_UNFORCED);
            simulation.time().after(downNanos, () -> {
                if (!present && !gone) {
                    simulation.touched(new Touch.CameBack(this));
                    join();
                }
            });
        }
    }

    /** Goes, and does not come back. */
    void leave() {
        if (!gone) {
            gone = true;
            vanish(false, true);
        }
    }

    private void vanish(boolean silent, boolean goodBye) {
        if (!present) {
            return;
        }
        life++;
        present = false;
        serving.end();
        dialling = 0;
        simulation.index().left(this, goodBye);
        List.copyOf(byPeer.values()).forEach(silent ? SwarmConnection::die : SwarmConnection::close);
        byPeer.clear();
        byHandle.clear();
        shunned.clear();
        download = null;
    }

    /** Behaves worse from now on. One that claims to have everything downloads nothing any more, and stays so. */
    void turn(PeerBehaviour other) {
        if (behaviour.claimsAll()) {
            return;
        }
        behaviour = other;
        if (present && other.claimsAll()) {
            download = null;
            byPeer.values().forEach(SwarmConnection::forgetRequests);
            byPeer.values().forEach(connection -> connection.write(new SwarmMessage.Map(shown())));
        }
    }

    void slowDown(int factor) {
        up.rate(Math.max(1, spec.upBytesPerSecond() / factor));
    }

    private long now() {
        return simulation.time().nowNanos();
    }

    private void tick(int ofLife) {
        if (ofLife != life || download == null || download.isFinished()) {
            return;
        }
        limit.tick();
        for (SwarmConnection connection : byPeer.values()) {
            if (connection.isReceiving()) {
                download.sourceAlive(connection.handle, now());
            }
        }
        if (simulation.defect() != Defect.DROPS_DEADLINES) {
            run(download.tick(now()));
        }
        if (now() / Download.TICK_NANOS % FORCE_TICKS == 0) {
            disk.force();
        }
        simulation.time().after(Download.TICK_NANOS, () -> tick(ofLife));
    }

    private void sayAlive(int ofLife) {
        if (ofLife != life) {
            return;
        }
        serving.sayAlive();
        simulation.time().after(ALIVE_NANOS, () -> sayAlive(ofLife));
    }

    private void findSources() {
        if (asked && simulation.defect() == Defect.ASKS_ONCE) {
            return;
        }
        asked = true;
        int ofLife = life;
        simulation.index().locate(this, found -> {
            if (ofLife == life) {
                found.forEach(this::dial);
            }
        });
    }

    private void dial(SwarmPeer found) {
        if (found != this && !byPeer.containsKey(found.id) && !shunned.contains(found.id) && hasRoom()) {
            int ofLife = life;
            dialling++;
            simulation.time().after(4 * simulation.scenario().latencyNanos(), () -> {
                if (ofLife == life) {
                    dialling--;
                    simulation.connect(this, found);
                }
            });
        }
    }

    boolean hasRoom() {
        return simulation.defect() == Defect.IGNORES_LIMITS
                || byPeer.size() + dialling < simulation.scenario().maxConnections();
    }

    /** Somebody dials who was connected before and lost that connection: this end had not heard of it. */
    void forget(SwarmPeer other) {
        SwarmConnection stale = byPeer.get(other.id);
        if (stale != null) {
            stale.closedByOther();
        }
    }

    boolean isConnectedTo(SwarmPeer other) {
        return byPeer.containsKey(other.id);
    }

    void connected(SwarmConnection connection) {
        byPeer.put(connection.other.id, connection);
        byHandle.put(connection.handle, connection);
        serving.connected(connection);
        connection.write(new SwarmMessage.Map(shown().copy()));
        if (download != null && !download.isFinished()) {
            int limit = simulation.scenario().requestLimitBytes();
            run(download.sourceAdded(connection.handle, limit, now()));
        }
    }

    void lost(SwarmConnection connection) {
        if (byHandle.remove(connection.handle) != null) {
            byPeer.remove(connection.other.id);
            serving.lost(connection);
            if (download != null) {
                run(download.sourceLost(connection.handle, now()));
            }
        }
    }

    void received(SwarmConnection from, SwarmMessage message) {
        simulation.touched(this);
        simulation.said(from.other.id, id, message);
        switch (message) {
            case SwarmMessage.Map map ->
                theyHave(from, map.chunks().isFull(), map.chunks().runs());
            case SwarmMessage.More more -> theyHave(from, false, more.runs());
            case SwarmMessage.Get get -> serving.requested(from, get.range());
            case SwarmMessage.Stop stop -> serving.stopped(from, stop.range());
            case SwarmMessage.Stopped stopped -> {
                if (download != null) {
                    from.settled(stopped.range());
                    run(download.requestWithdrawn(from.handle, stopped.range(), now()));
                }
            }
            case SwarmMessage.Data data -> dataCame(from, data);
            case SwarmMessage.Refuse refuse -> refused(from, refuse);
            case SwarmMessage.AskLeaves ask -> {
                if (behaviour != PeerBehaviour.MUTE && disk.held().contains(ask.chunk())) {
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
        serving.theyHave(from, runs);
        if (download != null && all) {
            run(download.sourceHasAll(from.handle, now()));
        } else if (download != null) {
            run(download.sourceHas(from.handle, runs, now()));
        }
    }

    private void dataCame(SwarmConnection from, SwarmMessage.Data data) {
        boolean wanted = download != null && !download.isFinished() && download.claim(from.handle, data.range());
        from.read(simulation.readingNanos(random), () -> dataRead(from, data, wanted));
    }

    private void dataRead(SwarmConnection from, SwarmMessage.Data data, boolean wanted) {
        simulation.touched(this);
        limit.arrived(data.dataBytes(), from.settled(data.range()));
        if (wanted) {
            disk.write(data.range(), data.wrong());
        } else {
            simulation.wasted(data.dataBytes());
        }
        if (download != null && !download.isFinished()) {
            run(download.dataArrived(from.handle, data.range(), now()));
        }
    }

    private void refused(SwarmConnection from, SwarmMessage.Refuse refuse) {
        from.settled(refuse.range());
        if (download != null) {
            run(download.requestRefused(from.handle, refuse.range(), refuse.retryAfterNanos(), now()));
        }
    }

    private void leavesCame(SwarmConnection from, int chunk) {
        if (download != null && from.isOpen()) {
            run(download.wrongBlocks(chunk, disk.wrongBlocks(chunk), now()));
        }
    }

    private void run(List<DownloadAction> actions) {
        simulation.touched(this);
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
                if (connection != null && simulation.defect() != Defect.FORGETS_CANCELS) {
                    connection.settled(cancel.range());
                    if (simulation.defect() != Defect.STOPS_SILENTLY) {
                        connection.write(new SwarmMessage.Stop(cancel.range()));
                    }
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
            // Nothing is here before: what the others do is made of what they get.
            case DownloadAction.Copy _, DownloadAction.Fill _, DownloadAction.Complain _ -> {}
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
        if (drop.reason() == DropReason.WRONG_DATA) {
            shunned.add(connection.other.id);
        }
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
        boolean sound = disk.isSound(chunk);
        if (!sound && simulation.defect() != Defect.ACCEPTS_UNVERIFIED) {
            run(running.chunkFailed(chunk, now()));
            return;
        }
        simulation.touched(new Touch.Accepted(this, chunk, sound));
        if (!disk.accept(chunk)) {
            simulation.violation("a chunk is fetched once", "peer " + id + " fetched chunk " + chunk + " twice");
        }
        simulation.index().chunkCame(this, chunk);
        simulation.verified(chunk);
        announcer.add(chunk);
        run(running.chunkVerified(chunk, now()));
    }

    private void finished() {
        if (!disk.held().isFull()) {
            simulation.violation("who is done has everything", "peer " + id + " is done with " + disk.held());
        }
        disk.force();
        if (finishedNanos < 0) {
            finishedNanos = now() - spec.startNanos();
            simulation.peerFinished(this);
        }
        if (behaviour == PeerBehaviour.LEAVES_WHEN_DONE) {
            simulation.time().after(0, this::leave);
        }
    }
}
