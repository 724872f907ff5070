package dev.shoal.testkit;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a simulated swarm did. Immutable.
 *
 * @param scenario what was simulated
 * @param finishNanos when each downloader that had to finish did, in rising order; since the start of the run
 * @param seedSentBytes data that the seeds sent
 * @param sentBytes data that all peers sent
 * @param wastedBytes data that came to peers who had it already or did not want it
 * @param seconds how it did second by second
 * @param uplinkUse share of the time that the uplinks of all peers were in use, on average
 * @param events how many events the run had
 * @param violations which rules were broken
 * @param lastEvents what happened last before a rule was broken; empty when none was
 */
public record SwarmResult(
        SwarmScenario scenario,
        List<Long> finishNanos,
        long seedSentBytes,
        long sentBytes,
        long wastedBytes,
        List<SwarmSecond> seconds,
        double uplinkUse,
        long events,
        List<Violation> violations,
        List<String> lastEvents) {

    /** Time of the last peer over the least possible. */
    public double lastOverMinimum() {
        return finishNanos.isEmpty() ? 0 : finishNanos.getLast() / scenario.minimumNanos();
    }

    /** Time of the last peer over the least possible among equals that pass on whole chunks. */
    public double lastOverCopies() {
        return finishNanos.isEmpty() ? 0 : finishNanos.getLast() / scenario.copiesNanos();
    }

    /** Time of the first peer over that of the last. */
    public double firstOverLast() {
        return part(0);
    }

    /** Time at which half of the peers were done over that of the last. */
    public double halfOverLast() {
        return part((finishNanos.size() - 1) / 2);
    }

    private double part(int index) {
        return finishNanos.isEmpty() ? 0 : finishNanos.get(index) / (double) finishNanos.getLast();
    }

    /** How many times the content the seeds sent. */
    public double seedCopies() {
        return seedSentBytes / (double) scenario.contentBytes();
    }

    /** Share of what was sent that was of no use. */
    public double wastedShare() {
        return sentBytes == 0 ? 0 : wastedBytes / (double) sentBytes;
    }

    /** Jain's fairness index of the rates of the downloaders: 1 when all are equal. */
    public double fairness() {
        double[] rates = finishNanos.stream().mapToDouble(nanos -> 1e9 / nanos).toArray();
        double sum = Arrays.stream(rates).sum();
        double squares = Arrays.stream(rates).map(rate -> rate * rate).sum();
        return rates.length == 0 ? 1 : sum * sum / (rates.length * squares);
    }

    /** As members of a JSON object. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("seed", scenario.seed());
        facts.put("peersDone", finishNanos.size());
        facts.put("lastSeconds", finishNanos.isEmpty() ? 0 : finishNanos.getLast() / 1e9);
        facts.put("lastOverMinimum", lastOverMinimum());
        facts.put("halfOverLast", halfOverLast());
        facts.put("seedCopies", seedCopies());
        facts.put("wastedShare", wastedShare());
        facts.put("fairness", fairness());
        facts.put("events", events);
        facts.put("violations", violations.stream().map(Violation::toString).toList());
        return facts;
    }

    @Override
    public String toString() {
        return String.format(
                "seed %d: last %.2f s = %.3f of the minimum, first %.2f and half %.2f of last, seed sent %.2f copies, "
                        + "wasted %.2f %%, uplinks %.3f, fairness %.3f, %d events%s",
                scenario.seed(),
                finishNanos.isEmpty() ? 0 : finishNanos.getLast() / 1e9,
                lastOverMinimum(),
                firstOverLast(),
                halfOverLast(),
                seedCopies(),
                100 * wastedShare(),
                uplinkUse,
                fairness(),
                events,
                violations.isEmpty() ? "" : "; " + violations);
    }
}
