package dev.shoal.testkit;

import dev.shoal.content.ChunkLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a swarm in virtual time: the decisions are those of the real program, links, index and time are models. The same
 * scenario gives the same run, event for event. For one thread.
 */
public final class SwarmSimulation {

    /** Most violations that are kept: the first ones tell what is wrong. */
    private static final int MAX_VIOLATIONS = 10;

    /** What a window of TCP holds beyond the product of bandwidth and delay: some packets. */
    private static final int MIN_WINDOW_BYTES = 64 * 1024;

    /** How often somebody looks whether the run has come to its end. */
    private static final long LOOK_NANOS = 1_000_000_000L;

    private static final long MOST_READING_NANOS = 50_000_000L;

    /** A run that its time cut off was not looked at as one that came to its end is, so it shows nothing. */
    static final String ENDS = "a run comes to its end within its time";

    /** After the last fault, so many leases pass until the index has to know everybody again. */
    private static final int LEASES_UNTIL_QUIET = 2;

    /** How long it takes to tell the index of the last chunk, be a request under way. */
    private static final long SETTLE_NANOS = 30_000_000_000L;

    private final SwarmScenario scenario;
    private final @Nullable Plan plan;
    private final Defect defect;
    private final ChunkLayout layout;
    private final VirtualTime time = new VirtualTime();
    private final Trace trace = new Trace(time);
    private final Checks checks = new Checks(this::violation, () -> this.index().everything());
    private final Network network;
    private final SwarmIndex index;
    private final List<SwarmPeer> peers = new ArrayList<>();
    private final List<Long> finishNanos = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private boolean over;
    /** When everybody has had the time to tell the index what it has. */
    private long quietNanos;

    private int nextHandle = 1;
    private int unfinished;
    private long seedSentBytes;
    private long sentBytes;
    private long wastedBytes;
    private final SwarmCurve curve;

    private SwarmSimulation(
            SwarmScenario scenario, @Nullable Plan plan, Defect defect, Consumer<SwarmSecond> secondOver) {
        this.scenario = scenario;
        this.plan = plan;
        this.defect = defect;
        this.layout = scenario.layout();
        SplittableRandom random = new SplittableRandom(scenario.seed());
        this.network = new Network(time, random.split(), scenario.latencyNanos());
        this.index = plan == null
                ? new SamplingIndex(time, scenario, random.split())
                : new ServedIndex(this, random.split(), plan.leaseMillis());
        this.curve = new SwarmCurve(scenario, time, peers, secondOver);
    }

    /** Runs a scenario in which nothing goes wrong to its end, and looks at few rules: for its figures. */
    public static SwarmResult run(SwarmScenario scenario) {
        return run(scenario, second -> {});
    }

    /** The same, and tells how each second was as soon as it is over. */
    static SwarmResult run(SwarmScenario scenario, Consumer<SwarmSecond> secondOver) {
        return new SwarmSimulation(scenario, null, Defect.NONE, secondOver).run();
    }

    /** Runs a plan until everything that can be done is done, or a rule is broken. */
    public static SwarmResult run(Plan plan, Defect defect) {
        return new SwarmSimulation(plan.scenario(), plan, defect, second -> {}).run();
    }

    private SwarmResult run() {
        PeerRandom randoms = new PeerRandom(scenario.seed());
        for (PeerSpec spec : scenario.peers()) {
            int id = peers.size();
            SwarmPeer peer = new SwarmPeer(id, spec, this, randoms.of(id));
            peers.add(peer);
            if (plan == null || plan.peers().contains(id)) {
                unfinished += peer.isUnfinished() ? 1 : 0;
                time.at(spec.startNanos(), peer::join);
            }
        }
        if (plan != null) {
            long faultsEnd = new FaultSchedule(time, network, peers, index, trace).plan(plan.happening());
            long lastStart = peers.stream()
                    .mapToLong(peer -> peer.spec.startNanos())
                    .max()
                    .orElse(0);
            long lease = plan.leaseMillis() * 1_000_000L;
            long quiet = Math.max(faultsEnd, lastStart);
            quietNanos = quiet + LEASES_UNTIL_QUIET * lease + SETTLE_NANOS;
            time.at(quiet, this::look);
        }
        while (!over && violations.isEmpty() && (plan != null || unfinished > 0) && step()) {
            if (plan != null) {
                checks.afterEvent(time.executed(), peers);
            }
        }
        if (violations.isEmpty()) {
            DownloadsEnd.unsettled(peers).forEach(peer -> violation(DownloadsEnd.RULE, "not done: " + peer.describe()));
        }
        if (violations.isEmpty() && plan != null && !over) {
            violation(ENDS, "everybody is done, but the index had no time to hear of it");
        }
        finishNanos.sort(null);
        return new SwarmResult(
                scenario,
                finishNanos,
                seedSentBytes,
                sentBytes,
                wastedBytes,
                curve.seconds(),
                uplinkUse(),
                time.executed(),
                violations,
                violations.isEmpty() ? List.of() : trace.lines());
    }

    private boolean step() {
        try {
            return time.step(scenario.endNanos());
        } catch (RuntimeException e) {
            StackTraceElement[] stack = e.getStackTrace();
            violation("nothing throws", e + (stack.length == 0 ? "" : " at " + stack[0]));
            return true;
        }
    }

    /** Nothing goes wrong any more: whether everything that can be done is done. */
    private void look() {
        long now = time.nowNanos();
        if (!DownloadsEnd.unsettled(peers).isEmpty()) {
            quietNanos = Math.max(quietNanos, now + SETTLE_NANOS);
        } else if (now >= quietNanos) {
            over = true;
            NothingLeft.wrong(peers).forEach(sentence -> violation(NothingLeft.RULE, sentence));
            IndexKnows.wrong(peers, index).forEach(sentence -> violation(IndexKnows.RULE, sentence));
        }
        time.after(LOOK_NANOS, this::look);
    }

    private double uplinkUse() {
        double busy = 0;
        for (SwarmPeer peer : peers) {
            busy += peer.up.busyNanos();
        }
        return busy / Math.max(1, (double) time.nowNanos() * peers.size());
    }

    /** Connects two peers, unless one is gone, has no room, or they are connected already. */
    void connect(SwarmPeer dialling, SwarmPeer dialled) {
        boolean possible = dialling.isPresent() && dialled.isPresent() && network.reaches(dialling.id, dialled.id);
        if (!possible || dialling.isConnectedTo(dialled)) {
            return;
        }
        dialled.forget(dialling);
        if (!dialling.hasRoom() || !dialled.hasRoom()) {
            return;
        }
        SwarmConnection near = new SwarmConnection(nextHandle++, dialling, dialled, this);
        SwarmConnection far = new SwarmConnection(nextHandle++, dialled, dialling, this);
        near.joined(stream(dialling, dialled, far), far);
        far.joined(stream(dialled, dialling, near), near);
        dialling.connected(near);
        dialled.connected(far);
    }

    private SimulatedStream stream(SwarmPeer from, SwarmPeer to, SwarmConnection receiver) {
        double least = Math.min(from.spec.upBytesPerSecond(), to.spec.downBytesPerSecond());
        int window = MIN_WINDOW_BYTES + (int) Math.min(1 << 26, least * 2 * scenario.latencyNanos() / 1e9);
        return new SimulatedStream(
                time,
                from.up,
                to.down,
                scenario.latencyNanos(),
                scenario.sendBufferBytes(),
                window,
                () -> network.delayNanos(from.id, to.id),
                receiver::receive);
    }

    VirtualTime time() {
        return time;
    }

    SwarmScenario scenario() {
        return scenario;
    }

    ChunkLayout layout() {
        return layout;
    }

    SwarmIndex index() {
        return index;
    }

    Network network() {
        return network;
    }

    Defect defect() {
        return defect;
    }

    /** The present event touched a peer. */
    void touched(SwarmPeer peer) {
        if (plan != null) {
            checks.touched(peer);
        }
    }

    /** The present event touched something else. */
    void touched(Touch touch) {
        if (plan != null) {
            checks.touched(touch);
        }
    }

    /** A message has come. */
    void said(int from, int to, Object message) {
        if (plan != null) {
            trace.said(from, to, message);
        }
    }

    void violation(String rule, String sentence) {
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add(new Violation(rule, time.nowNanos(), sentence));
        }
    }

    void sent(boolean bySeed, int bytes) {
        sentBytes += bytes;
        seedSentBytes += bySeed ? bytes : 0;
    }

    void verified(int chunk) {
        curve.verified(chunk, layout.size(chunk));
    }

    /** How long a reader is in the middle of a frame of data after its head; 0 where only figures count. */
    long readingNanos(SplittableRandom random) {
        return plan == null ? 0 : random.nextLong(1, MOST_READING_NANOS);
    }

    void wasted(int bytes) {
        wastedBytes += bytes;
    }

    void peerFinished(SwarmPeer peer) {
        finishNanos.add(peer.finishedNanos());
        unfinished--;
    }
}
