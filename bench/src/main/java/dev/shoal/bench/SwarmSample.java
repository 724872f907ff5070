package dev.shoal.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one distribution was like.
 *
 * @param seconds how long each peer needed, in the order of the links
 * @param copies what the seed sent, everything that is not TCP/IP included, in copies of the file
 * @param cores how many cores were busy meanwhile, on average
 */
record SwarmSample(List<Double> seconds, double copies, double cores) {

    /** When the last one had it. */
    double last() {
        return Collections.max(seconds);
    }

    /** When the first one had it. */
    double first() {
        return Collections.min(seconds);
    }

    /** When the last of the first so many peers had it. */
    double lastOf(int peers) {
        return Collections.max(seconds.subList(0, peers));
    }

    /** The median. */
    double median() {
        return Spread.of(seconds).median();
    }

    /** Jain's index of the peers' rates: 1 when all were equally fast, 1/N when one got everything. */
    double fairness() {
        double sum = 0;
        double squares = 0;
        for (double each : seconds) {
            sum += 1 / each;
            squares += 1 / each / each;
        }
        return sum * sum / (seconds.size() * squares);
    }

    /** As members of a JSON object. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("lastSeconds", last());
        facts.put("medianSeconds", median());
        facts.put("firstSeconds", first());
        facts.put("seedCopies", copies);
        facts.put("fairness", fairness());
        facts.put("busyCores", cores);
        facts.put("seconds", new ArrayList<>(seconds));
        return facts;
    }
}
