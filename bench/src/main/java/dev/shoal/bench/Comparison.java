package dev.shoal.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Samples of several contenders, as a table and as JSON, each with its speed relative to one of them. Immutable. */
final class Comparison {

    private final Map<String, List<Contender.Sample>> samples = new LinkedHashMap<>();
    private final String reference;
    private final long bytes;

    /**
     * Compares.
     *
     * @param reference name of the contender that is the measure; when it was left out, no ratios are told
     * @param bytes how much each moved at a time
     */
    Comparison(Map<Contender, List<Contender.Sample>> samples, String reference, long bytes) {
        samples.forEach((contender, counted) -> this.samples.put(contender.name(), counted));
        this.reference = reference;
        this.bytes = bytes;
    }

    /** Medians with the smallest and largest values; a speed of 0.9 is nine tenths of the reference's. */
    @Override
    public String toString() {
        TextTable table = new TextTable(
                "contender", "wall s", "GB/s", "speed ratio", "worst-best round", "CPU s both", "receiver", "sender");
        samples.forEach((name, counted) -> {
            Spread wall = spread(counted, Contender.Sample::wallSeconds);
            Spread ratios = ratios(counted);
            table.row(
                    name,
                    wall.text(),
                    String.format(Locale.ROOT, "%.2f", bytes / wall.median() / 1e9),
                    ratios == null ? "-" : String.format(Locale.ROOT, "%.2f", speedRatio(counted)),
                    ratios == null ? "-" : String.format(Locale.ROOT, "%.2f-%.2f", ratios.least(), ratios.most()),
                    spread(counted, Contender.Sample::cpuSeconds).text(),
                    String.format(
                            Locale.ROOT,
                            "%.2f",
                            spread(counted, Contender.Sample::receiverCpuSeconds)
                                    .median()),
                    String.format(
                            Locale.ROOT,
                            "%.2f",
                            spread(counted, Contender.Sample::senderCpuSeconds).median()));
        });
        return table.toString();
    }

    /** All samples and the ratios of the medians. */
    Map<String, Object> results() {
        List<Object> contenders = new ArrayList<>();
        samples.forEach((name, counted) -> {
            Map<String, Object> contender = new LinkedHashMap<>();
            contender.put("name", name);
            contender.put(
                    "medianWallSeconds",
                    spread(counted, Contender.Sample::wallSeconds).median());
            contender.put(
                    "medianCpuSeconds",
                    spread(counted, Contender.Sample::cpuSeconds).median());
            if (ratios(counted) != null) {
                contender.put("speedRatio", speedRatio(counted));
            }
            contender.put("wallSeconds", list(counted, Contender.Sample::wallSeconds));
            contender.put("receiverCpuSeconds", list(counted, Contender.Sample::receiverCpuSeconds));
            contender.put("senderCpuSeconds", list(counted, Contender.Sample::senderCpuSeconds));
            contenders.add(contender);
        });
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("bytes", bytes);
        results.put("reference", reference);
        results.put("contenders", contenders);
        return results;
    }

    private double speedRatio(List<Contender.Sample> counted) {
        List<Contender.Sample> measure = samples.getOrDefault(reference, List.of());
        return spread(measure, Contender.Sample::wallSeconds).median()
                / spread(counted, Contender.Sample::wallSeconds).median();
    }

    /** The ratio of each round; null without a reference. */
    private @Nullable Spread ratios(List<Contender.Sample> counted) {
        List<Contender.Sample> measure = samples.getOrDefault(reference, List.of());
        if (measure.isEmpty()) {
            return null;
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < counted.size(); round++) {
            ratios.add(measure.get(round).wallSeconds() / counted.get(round).wallSeconds());
        }
        return Spread.of(ratios);
    }

    private static Spread spread(List<Contender.Sample> counted, ToDoubleFunction<Contender.Sample> value) {
        return Spread.of(list(counted, value));
    }

    private static List<Double> list(List<Contender.Sample> counted, ToDoubleFunction<Contender.Sample> value) {
        return counted.stream().mapToDouble(value).boxed().toList();
    }
}
