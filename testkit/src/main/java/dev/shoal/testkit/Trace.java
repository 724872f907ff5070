package dev.shoal.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** The last things that happened in a simulated swarm, for whoever has to find out why. For one thread. */
final class Trace {

    /** How many are kept. */
    static final int MOST = 60;

    private record Entry(long nanos, int from, int to, Object what) {
        @Override
        public String toString() {
            String who = to == from ? "" : name(from) + " -> " + name(to) + ": ";
            return Fault.seconds(nanos) + "  " + who + what;
        }

        private static String name(int machine) {
            return machine == Fault.INDEX ? "index" : "peer " + machine;
        }
    }

    private final VirtualTime time;
    private final Queue<Entry> entries = new ArrayDeque<>();

    Trace(VirtualTime time) {
        this.time = time;
    }

    /** A message has come. */
    void said(int from, int to, Object message) {
        add(new Entry(time.nowNanos(), from, to, message));
    }

    /** Something else has happened, as a sentence says. */
    void happened(String sentence) {
        add(new Entry(time.nowNanos(), 0, 0, sentence));
    }

    private void add(Entry entry) {
        if (entries.size() == MOST) {
            entries.remove();
        }
        entries.add(entry);
    }

    /** A line for each. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        entries.forEach(entry -> lines.add(entry.toString()));
        return lines;
    }
}
