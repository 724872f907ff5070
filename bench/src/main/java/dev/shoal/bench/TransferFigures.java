package dev.shoal.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What was to be reached, out of the samples of a run. Pure arithmetic; for one thread. */
final class TransferFigures {

    private static final String REFERENCE = CurlContender.SECURE;

    private final Map<String, List<Contender.Sample>> samples;
    private final List<Figure> figures = new ArrayList<>();

    private TransferFigures(Map<String, List<Contender.Sample>> samples) {
        this.samples = samples;
    }

    /**
     * The figures of a transfer to memory. One whose contenders were left out is left out, too.
     *
     * @param samples by the contenders' names, as many of each, those at the same place from the same round
     */
    static List<Figure> toMemory(Map<String, List<Contender.Sample>> samples) {
        TransferFigures all = new TransferFigures(samples);
        all.wall("warm peers / curl https", ShoalWarmContender.NAME, REFERENCE, 1.0);
        all.wall("fresh process / curl https", ShoalColdContender.NAME, REFERENCE, 1.2);
        all.wall("fresh process / libtorrent", ShoalColdContender.NAME, LibtorrentContender.NAME, 0.55);
        all.wall("fresh process / Syncthing", ShoalColdContender.NAME, SyncthingContender.NAME, 0.55);
        all.processor("processor, fresh process / (curl https + SHA-256)", ShoalColdContender.NAME);
        all.processor("processor, warm peers / (curl https + SHA-256)", ShoalWarmContender.NAME);
        return all.figures;
    }

    /** The figures of a transfer to a disk, with the time that the others need to force the file. */
    static List<Figure> toDisk(Map<String, List<Contender.Sample>> samples) {
        TransferFigures all = new TransferFigures(samples);
        all.wall("to disk, fresh process / (curl https + sync)", ShoalColdContender.NAME, REFERENCE, 1.2);
        return all.figures;
    }

    /** The ratio of each round. */
    static Spread ratios(
            List<Contender.Sample> some, List<Contender.Sample> others, ToDoubleFunction<Contender.Sample> value) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < some.size(); round++) {
            ratios.add(value.applyAsDouble(some.get(round)) / value.applyAsDouble(others.get(round)));
        }
        return Spread.of(ratios);
    }

    private void wall(String name, String ours, String theirs, double limit) {
        if (samples.containsKey(ours) && samples.containsKey(theirs)) {
            Spread ratios = ratios(of(ours), of(theirs), Contender.Sample::wallSeconds);
            figures.add(Figure.atMost(name, ratios.median(), limit));
        }
    }

    private void processor(String name, String ours) {
        if (samples.containsKey(ours) && samples.containsKey(REFERENCE) && samples.containsKey(HashPass.NAME)) {
            List<Contender.Sample> both = new ArrayList<>();
            for (int round = 0; round < of(REFERENCE).size(); round++) {
                Contender.Sample moved = of(REFERENCE).get(round);
                Contender.Sample hashed = of(HashPass.NAME).get(round);
                both.add(new Contender.Sample(
                        moved.wallSeconds() + hashed.wallSeconds(),
                        moved.receiverCpuSeconds() + hashed.cpuSeconds(),
                        moved.senderCpuSeconds()));
            }
            Spread ratios = ratios(of(ours), both, Contender.Sample::cpuSeconds);
            figures.add(Figure.atMost(name, ratios.median(), 1.0));
        }
    }

    private List<Contender.Sample> of(String name) {
        return samples.getOrDefault(name, List.of());
    }
}
