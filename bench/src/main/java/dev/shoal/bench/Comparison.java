package dev.shoal.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Samples of several contenders, as a table, as a chart and as JSON, each with its time relative to that of one of
 * them. A ratio is the median of the rounds' ratios: what a round had to suffer, both had. Immutable.
 */
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

    /** What was counted of each, by name. */
    Map<String, List<Contender.Sample>> samples() {
        return samples;
    }

    /** Medians with the smallest and largest values; a ratio of 1.1 takes a tenth more than the reference. */
    @Override
    public String toString() {
        TextTable table = new TextTable(
                "contender", "wall s", "ratio", "GB/s", "processor s, both", "ratio", "receiver", "sender");
        samples.forEach((name, counted) -> {
            Spread wall = spread(counted, Contender.Sample::wallSeconds);
            table.row(
                    name,
                    wall.text(),
                    ratio(counted, Contender.Sample::wallSeconds),
                    number(bytes / wall.median() / 1e9),
                    spread(counted, Contender.Sample::cpuSeconds).text(),
                    ratio(counted, Contender.Sample::cpuSeconds),
                    number(spread(counted, Contender.Sample::receiverCpuSeconds).median()),
                    number(spread(counted, Contender.Sample::senderCpuSeconds).median()));
        });
        return table.toString();
    }

    /** Wall and processor time as bars. */
    BarChart chart(String title) {
        BarChart chart = new BarChart(title);
        chart.group("Seconds");
        bars(chart, Contender.Sample::wallSeconds);
        chart.group("Processor seconds of both ends");
        bars(chart, Contender.Sample::cpuSeconds);
        return chart;
    }

    private void bars(BarChart chart, ToDoubleFunction<Contender.Sample> value) {
        samples.forEach((name, counted) -> chart.bar(name, spread(counted, value), name.startsWith("shoal")));
    }

    /** All samples and the ratios. */
    Map<String, Object> results() {
        List<Object> contenders = new ArrayList<>();
        samples.forEach((name, counted) -> {
            Map<String, Object> contender = new LinkedHashMap<>();
            contender.put("name", name);
            put(contender, "Wall", counted, Contender.Sample::wallSeconds);
            put(contender, "Cpu", counted, Contender.Sample::cpuSeconds);
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

    private void put(
            Map<String, Object> members,
            String what,
            List<Contender.Sample> counted,
            ToDoubleFunction<Contender.Sample> value) {
        members.put("median" + what + "Seconds", spread(counted, value).median());
        if (samples.containsKey(reference)) {
            members.put("ratioOf" + what + "Seconds", ratios(counted, value).median());
        }
    }

    private String ratio(List<Contender.Sample> counted, ToDoubleFunction<Contender.Sample> value) {
        return samples.containsKey(reference) ? ratios(counted, value).text() : "-";
    }

    private Spread ratios(List<Contender.Sample> counted, ToDoubleFunction<Contender.Sample> value) {
        return TransferFigures.ratios(counted, samples.getOrDefault(reference, List.of()), value);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static Spread spread(List<Contender.Sample> counted, ToDoubleFunction<Contender.Sample> value) {
        return Spread.of(list(counted, value));
    }

    private static List<Double> list(List<Contender.Sample> counted, ToDoubleFunction<Contender.Sample> value) {
        return counted.stream().mapToDouble(value).boxed().toList();
    }
}
