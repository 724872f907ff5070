package dev.shoal.testkit;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Tells the other peers which chunks have come: soon those that lack them, seldom those that have them, which only want
 * to know how far they have spread. For one thread.
 */
final class SwarmAnnouncer {

    /** How many times rarer those who have a chunk are told of it. */
    private static final int SELDOM = 10;

    private final SwarmSimulation simulation;
    private final Collection<SwarmConnection> connections;
    private List<Integer> soon = new ArrayList<>();
    private List<Integer> later = new ArrayList<>();
    private boolean soonPlanned;
    private boolean laterPlanned;

    SwarmAnnouncer(SwarmSimulation simulation, Collection<SwarmConnection> connections) {
        this.simulation = simulation;
        this.connections = connections;
    }

    void add(int chunk) {
        soon.add(chunk);
        later.add(chunk);
        long delay = simulation.scenario().announceNanos();
        if (!soonPlanned) {
            soonPlanned = true;
            simulation.time().after(delay, this::tellSoon);
        }
        if (!laterPlanned) {
            laterPlanned = true;
            simulation.time().after(SELDOM * delay, this::tellLater);
        }
    }

    private void tellSoon() {
        soonPlanned = false;
        List<Integer> chunks = soon;
        soon = new ArrayList<>();
        connections.forEach(connection -> tell(connection, chunks, false));
    }

    private void tellLater() {
        laterPlanned = false;
        List<Integer> chunks = later;
        later = new ArrayList<>();
        connections.forEach(connection -> tell(connection, chunks, true));
    }

    private static void tell(SwarmConnection connection, List<Integer> chunks, boolean held) {
        ChunkSet set = new ChunkSet(connection.theirs.size());
        for (int chunk : chunks) {
            if (connection.theirs.contains(chunk) == held) {
                set.add(chunk);
            }
        }
        if (!set.isEmpty()) {
            List<ChunkRun> runs = set.runs();
            connection.write(new SwarmMessage.More(runs));
        }
    }
}
