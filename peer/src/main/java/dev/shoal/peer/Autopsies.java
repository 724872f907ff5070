package dev.shoal.peer;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BiPredicate;
import java.util.function.IntConsumer;

/** Wrong chunks that several sources sent: which of these is asked for the leaf hashes. Not thread-safe. */
final class Autopsies {

    private final Map<Integer, Queue<Integer>> sources = new HashMap<>();
    private final BiPredicate<Integer, Integer> ask;
    private final IntConsumer unavailable;

    /**
     * No chunk yet.
     *
     * @param ask asks a source for the leaf hashes of a chunk; false when that source is gone
     * @param unavailable hears of a chunk of which no source gave leaf hashes
     */
    Autopsies(BiPredicate<Integer, Integer> ask, IntConsumer unavailable) {
        this.ask = ask;
        this.unavailable = unavailable;
    }

    /** Begins with a chunk: the sources are asked in this order. */
    void begin(int chunk, List<Integer> from) {
        sources.put(chunk, new ArrayDeque<>(from));
        askNext(chunk);
    }

    /** Whether the leaf hashes of a chunk are wanted. */
    boolean isWanted(int chunk) {
        return sources.containsKey(chunk);
    }

    /** A chunk's leaf hashes are known. */
    void end(int chunk) {
        sources.remove(chunk);
    }

    /** A source gives nothing that it was asked for: the next one is asked. */
    void giveUp(int source) {
        List.copyOf(sources.keySet()).forEach(chunk -> giveUp(source, chunk));
    }

    /** A source does not give the leaf hashes of a chunk: the next one is asked. */
    void giveUp(int source, int chunk) {
        Queue<Integer> left = sources.get(chunk);
        Integer asked = left == null ? null : left.peek();
        if (left != null && asked != null && asked == source) {
            left.poll();
            askNext(chunk);
        }
    }

    private void askNext(int chunk) {
        Queue<Integer> left = sources.getOrDefault(chunk, new ArrayDeque<>());
        while (left.peek() != null) {
            if (ask.test(left.peek(), chunk)) {
                return;
            }
            left.poll();
        }
        sources.remove(chunk);
        unavailable.accept(chunk);
    }
}
