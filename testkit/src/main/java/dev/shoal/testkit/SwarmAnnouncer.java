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
    private final List<Integer> soon = new ArrayList<>();
    private final List<Integer> later = new ArrayList<>();
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
        tell(soon, false);
        soon.clear();
    }

    private void tellLater() {
        laterPlanned = false;
        tell(later, true);
        later.clear();
    }

    private void tell(List<Integer> chunks, boolean held) {
        chunks.sort(null);
        for (SwarmConnection connection : connections) {
            List<ChunkRun> runs = runs(chunks, connection.theirs, held);
            if (!runs.isEmpty()) {
                connection.write(new SwarmMessage.More(runs));
            }
        }
    }

    /** Of some chunks in rising order those that the other side has, or lacks. */
    private static List<ChunkRun> runs(List<Integer> chunks, ChunkSet theirs, boolean held) {
        List<ChunkRun> runs = new ArrayList<>();
        int first = 0;
        int end = 0;
        for (int chunk : chunks) {
            if (theirs.contains(chunk) == held) {
                if (chunk != end) {
                    add(runs, first, end);
                    first = chunk;
                }
                end = chunk + 1;
            }
        }
        add(runs, first, end);
        return runs;
    }

    private static void add(List<ChunkRun> runs, int first, int end) {
        if (first < end) {
            runs.add(new ChunkRun(first, end - first));
        }
    }
}
