package dev.shoal.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What contenders made of one network: as a table, as JSON, and against the figures to be reached. Immutable. */
final class SwarmFigures {

    private static final double EQUAL_LAST = 1.15;
    private static final double EQUAL_COPIES = 1.15;
    private static final double MIXED_LAST = 1.04;
    private static final double DELAYED_LAST = 1.15;
    private static final double FAST_SHARE = 0.6;

    /** The delay with which there is a figure: how long an answer takes, which is twice what a packet does. */
    private static final int ANSWER_MILLIS = 80;

    private final SwarmCase links;
    private final SwarmNetwork.Trouble trouble;
    private final double minimumSeconds;
    private final double goodputMinimumSeconds;
    private final Goodput goodput;
    private final Map<String, List<SwarmSample>> samples = new LinkedHashMap<>();

    /**
     * Of one network.
     *
     * @param trouble what happened to packets beside the limits
     */
    SwarmFigures(
            SwarmCase links,
            SwarmNetwork.Trouble trouble,
            long bytes,
            Goodput goodput,
            Map<SwarmContender, List<SwarmSample>> samples) {
        this.links = links;
        this.trouble = trouble;
        this.goodput = goodput;
        this.minimumSeconds = links.minimumSeconds(bytes, rate -> rate);
        this.goodputMinimumSeconds = links.minimumSeconds(bytes, goodput::of);
        samples.forEach((contender, counted) -> this.samples.put(contender.name(), counted));
    }

    /** Medians over the rounds, the smallest and largest of the last peer's times in brackets. */
    @Override
    public String toString() {
        TextTable table = new TextTable(
                "contender",
                "last peer s",
                "over minimum",
                "by goodput",
                "median peer",
                "first peer",
                links.isMixed() ? "fast half" : "fairness",
                "seed's copies",
                "cores busy");
        samples.forEach((name, counted) -> table.row(
                name,
                spread(counted, SwarmSample::last).text(),
                number(median(counted, SwarmSample::last) / minimumSeconds),
                goodput.isKnown() ? number(overGoodput(counted)) : "-",
                number(median(counted, SwarmSample::median)),
                number(median(counted, SwarmSample::first)),
                links.isMixed()
                        ? number(fastShare(counted))
                        : String.format(Locale.ROOT, "%.3f", median(counted, SwarmSample::fairness)),
                number(median(counted, SwarmSample::copies)),
                number(median(counted, SwarmSample::cores))));
        return String.format(
                        Locale.ROOT,
                        "%s. Minimum %.2f s, %.2f s by the goodput of one TCP stream (%s Mbit/s).%n",
                        links.line(),
                        minimumSeconds,
                        goodputMinimumSeconds,
                        goodput.measured().entrySet().stream()
                                .map(entry ->
                                        String.format(Locale.ROOT, "%.2f of %.0f", entry.getValue(), entry.getKey()))
                                .toList())
                + table;
    }

    /**
     * What Shoal is to reach on such a network; nothing when it was left out, or the goodput is not known. Where
     * packets are late or lost nothing is to be reached, but for mixed links whose answers take {@value
     * #ANSWER_MILLIS} ms.
     */
    List<Figure> figures() {
        List<SwarmSample> counted = samples.getOrDefault(ShoalSwarm.NAME, List.of());
        if (counted.isEmpty() || !goodput.isKnown()) {
            return List.of();
        }
        Figure last = Figure.atMost(
                links.name() + ": last peer over minimum by goodput", overGoodput(counted), mostOverGoodput());
        Figure second = links.isMixed()
                ? Figure.atMost(links.name() + ": fast half's time over the last one's", fastShare(counted), FAST_SHARE)
                : Figure.atMost(
                        links.name() + ": copies that the seed sends",
                        median(counted, SwarmSample::copies),
                        EQUAL_COPIES);
        return List.of(
                isUntroubled() || isMixedAndDelayed() ? last : last.unset(), isUntroubled() ? second : second.unset());
    }

    private boolean isUntroubled() {
        return trouble.delayMillis() == 0 && trouble.lossPerMille() == 0;
    }

    /** The one case with delay that has a figure. */
    private boolean isMixedAndDelayed() {
        return links.isMixed() && 2 * trouble.delayMillis() == ANSWER_MILLIS && trouble.lossPerMille() == 0;
    }

    private double mostOverGoodput() {
        if (isMixedAndDelayed()) {
            return DELAYED_LAST;
        }
        return links.isMixed() ? MIXED_LAST : EQUAL_LAST;
    }

    /** Adds bars of how the last peers did, but not of what moved only a part: that is far off. */
    void draw(BarChart chart) {
        chart.group(links.line() + ": last peer's time over the minimum");
        samples.forEach((name, counted) -> {
            if (!name.equals(NginxSwarm.NAME)) {
                List<Double> ratios = counted.stream()
                        .map(sample -> sample.last() / goodputMinimumSeconds)
                        .toList();
                chart.bar(name, Spread.of(ratios), name.equals(ShoalSwarm.NAME));
            }
        });
        if (isUntroubled() || isMixedAndDelayed()) {
            chart.line("to reach", mostOverGoodput());
        }
    }

    /** All samples, and what they were compared with. */
    Map<String, Object> results() {
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("case", links.name());
        results.put("links", links.line());
        results.put("minimumSeconds", minimumSeconds);
        results.put("minimumSecondsByGoodput", goodputMinimumSeconds);
        results.put("goodputMegabits", goodput.measured());
        List<Object> contenders = new ArrayList<>();
        samples.forEach((name, counted) -> {
            Map<String, Object> contender = new LinkedHashMap<>();
            contender.put("name", name);
            contender.put("lastOverMinimum", median(counted, SwarmSample::last) / minimumSeconds);
            contender.put("lastOverMinimumByGoodput", overGoodput(counted));
            contender.put("seedCopies", median(counted, SwarmSample::copies));
            contender.put("fastHalfOverLast", fastShare(counted));
            contender.put("rounds", counted.stream().map(SwarmSample::facts).toList());
            contenders.add(contender);
        });
        results.put("contenders", contenders);
        results.put("figures", figures().stream().map(Figure::result).toList());
        return results;
    }

    private double overGoodput(List<SwarmSample> counted) {
        return median(counted, SwarmSample::last) / goodputMinimumSeconds;
    }

    private double fastShare(List<SwarmSample> counted) {
        return median(counted, sample -> sample.lastOf(links.fastPeers()) / sample.last());
    }

    private static double median(List<SwarmSample> counted, ToDoubleFunction<SwarmSample> value) {
        return spread(counted, value).median();
    }

    private static Spread spread(List<SwarmSample> counted, ToDoubleFunction<SwarmSample> value) {
        return Spread.of(counted.stream().mapToDouble(value).boxed().toList());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
