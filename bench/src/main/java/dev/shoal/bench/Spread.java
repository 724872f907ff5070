package dev.shoal.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** What was measured the same way several times. Immutable; any thread. */
final class Spread {

    private final double[] sorted;

    private Spread(double[] sorted) {
        this.sorted = sorted;
    }

    /**
     * Takes the values in any order.
     *
     * @throws IllegalArgumentException when there are none
     */
    static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Spread(sorted);
    }

    /** Takes durations in nanoseconds, as milliseconds. */
    static Spread ofNanosAsMillis(long[] nanos) {
        return of(Arrays.stream(nanos).mapToObj(each -> each / 1e6).toList());
    }

    /** The one in the middle, or the mean of the two there. */
    double median() {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The smallest. */
    double least() {
        return sorted[0];
    }

    /** The largest. */
    double most() {
        return sorted[sorted.length - 1];
    }

    /** The smallest value that this share of all values does not exceed; 0.99 for the 99th percentile. */
    double percentile(double share) {
        return sorted[Math.clamp((int) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
    }

    /** How many there are. */
    int count() {
        return sorted.length;
    }

    /** Median, smallest and largest, as {@code 2.27 [2.10-3.14]}. */
    String text() {
        return String.format(Locale.ROOT, "%.2f [%.2f-%.2f]", median(), least(), most());
    }
}
