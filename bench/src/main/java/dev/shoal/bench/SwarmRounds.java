package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lets contenders distribute files over one network, in turns. For one thread. */
final class SwarmRounds {

    private final SwarmNetwork network;
    private final WorkFolder work;
    private final long bytes;
    private final int rounds;
    private final List<SwarmContender> contenders = new ArrayList<>();
    private final Map<SwarmContender, List<SwarmSample>> samples = new LinkedHashMap<>();
    private int jobs;

    /**
     * Rounds over a network.
     *
     * @param bytes length of the file
     */
    SwarmRounds(SwarmNetwork network, WorkFolder work, long bytes, int rounds) {
        this.network = network;
        this.work = work;
        this.bytes = bytes;
        this.rounds = rounds;
    }

    /** Takes a contender in, or says what it lacks. */
    void add(SwarmContender contender) {
        contender
                .missing()
                .ifPresentOrElse(
                        reason -> System.out.println("Left out: " + contender.name() + ". " + reason),
                        () -> contenders.add(contender));
    }

    /** Runs all rounds. */
    Map<SwarmContender, List<SwarmSample>> run() throws IOException, InterruptedException {
        try {
            for (SwarmContender contender : contenders) {
                samples.put(contender, new ArrayList<>());
                contender.prepare();
            }
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < contenders.size(); i++) {
                    turn(contenders.get((i + round) % contenders.size()), round);
                }
            }
            return samples;
        } finally {
            contenders.forEach(SwarmContender::close);
        }
    }

    private void turn(SwarmContender contender, int round) throws IOException, InterruptedException {
        int number = jobs++;
        // Every file is another one, by its length: nobody has seen it.
        long length = bytes / contender.standsFor() - number;
        Path file = work.randomFile("job-" + number + "/seed/file", length);
        List<Path> targets = new ArrayList<>();
        for (int peer = 1; peer <= network.peers(); peer++) {
            targets.add(work.folder("job-" + number + "/" + peer).resolve("file"));
        }
        SwarmContender.Job job = new SwarmContender.Job(number, file, targets);
        contender.offer(job);
        network.limit(true);
        BusyCores cores = BusyCores.begin();
        List<Double> seconds = contender.run(job);
        double busy = cores.soFar();
        double copies = network.sentBytes(0) / (double) length;
        network.limit(false);
        contender.forget(job);
        check(contender, job);
        SwarmSample sample = new SwarmSample(
                seconds.stream().map(each -> each * contender.standsFor()).toList(), copies, busy);
        samples.getOrDefault(contender, new ArrayList<>()).add(sample);
        System.err.printf(
                Locale.ROOT,
                "  round %d, %-20s last %7.2f s, first %7.2f s, seed %.2f copies, %.2f cores busy%n",
                round + 1,
                contender.name(),
                sample.last(),
                sample.first(),
                sample.copies(),
                sample.cores());
    }

    private static void check(SwarmContender contender, SwarmContender.Job job) throws IOException {
        for (Path target : job.targets()) {
            if (Files.mismatch(job.file(), target) >= 0) {
                throw new IOException(contender.name() + " did not deliver the file as it is: " + target);
            }
            Files.delete(target);
        }
        Files.delete(job.file());
    }
}
