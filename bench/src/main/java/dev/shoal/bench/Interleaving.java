package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Lets contenders move a file in turns, so that whatever else the machine does meets all of them alike. A first turn is
 * not counted; in it the received files are compared with the original byte by byte. For one thread.
 */
final class Interleaving {

    private final Path original;
    private final Path target;
    private final int rounds;
    private final long touchBytes;
    private final Duration limit;
    private final List<Contender> contenders = new ArrayList<>();
    private final Map<Contender, List<Contender.Sample>> samples = new LinkedHashMap<>();

    /**
     * Turns with a file.
     *
     * @param target where each contender has to put it
     * @param rounds how many transfers of each are counted
     * @param touchBytes how much memory to touch before each round
     * @param limit after this time no further round is begun; one is counted in any case
     */
    Interleaving(Path original, Path target, int rounds, long touchBytes, Duration limit) {
        this.original = original;
        this.target = target;
        this.rounds = rounds;
        this.touchBytes = touchBytes;
        this.limit = limit;
    }

    /** Takes a contender in, or says what it lacks. */
    void add(Contender contender) {
        contender
                .missing()
                .ifPresentOrElse(
                        reason -> System.out.println("Left out: " + contender.name() + ". " + reason),
                        () -> contenders.add(contender));
    }

    /** Runs all rounds. What was counted of a contender is in the order of the rounds. */
    Map<Contender, List<Contender.Sample>> run() throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + limit.toNanos();
        try {
            for (Contender contender : contenders) {
                samples.put(contender, new ArrayList<>());
                contender.prepare();
            }
            for (int round = 0; round <= rounds; round++) {
                if (round > 1 && System.nanoTime() > endNanos) {
                    System.out.println("The time is up: " + (round - 1) + " of " + rounds + " rounds are counted.");
                    break;
                }
                MemoryTouch.touch(touchBytes);
                for (int i = 0; i < contenders.size(); i++) {
                    // Each goes first once, because what ran before may still be ending.
                    turn(contenders.get((i + round) % contenders.size()), round);
                }
                System.err.printf(Locale.ROOT, "round %d of %d, load %.2f%n", round, rounds, Machine.load());
            }
            return samples;
        } finally {
            contenders.forEach(Contender::close);
        }
    }

    private void turn(Contender contender, int round) throws IOException, InterruptedException {
        Files.deleteIfExists(target);
        Contender.Sample sample = contender.run(target);
        if (contender.delivers() && !isDelivered(round)) {
            throw new IOException(contender.name() + " did not deliver the file as it is");
        }
        Files.deleteIfExists(target);
        System.err.printf(
                Locale.ROOT,
                "  %-40s %6.2f s, processor %5.2f + %5.2f s%n",
                contender.name(),
                sample.wallSeconds(),
                sample.receiverCpuSeconds(),
                sample.senderCpuSeconds());
        if (round > 0) {
            samples.getOrDefault(contender, new ArrayList<>()).add(sample);
        }
    }

    /** The first time the bytes are compared, later only how many there are: to read them all takes its time. */
    private boolean isDelivered(int round) throws IOException {
        return round == 0 ? Files.mismatch(original, target) < 0 : Files.size(target) == Files.size(original);
    }
}
