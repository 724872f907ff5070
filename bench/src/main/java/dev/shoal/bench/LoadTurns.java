package dev.shoal.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Lets servers answer load in turns, so that whatever else the machine does meets all of them alike. All run all the
 * time; one that is not asked does nothing. For one thread.
 */
final class LoadTurns implements AutoCloseable {

    private final int requests;
    private final int window;
    private final double load;
    private final LoadBatch batch = new LoadBatch();
    private final List<Turns> all = new ArrayList<>();

    /** A server and what was counted of it. */
    private static final class Turns {
        final LoadTarget target;
        final List<LoadGenerator.Outcome> closed = new ArrayList<>();
        final List<LoadGenerator.Outcome> open = new ArrayList<>();
        double bytesPerRegistration = -1;

        Turns(LoadTarget target) {
            this.target = target;
        }

        double median(List<LoadGenerator.Outcome> outcomes, ToDoubleFunction<LoadGenerator.Outcome> value) {
            return spread(outcomes, value).median();
        }
    }

    /**
     * Turns with batches of so many requests.
     *
     * @param load at which share of what it answers at most latencies are measured
     */
    LoadTurns(int requests, int window, double load) {
        this.requests = requests;
        this.window = window;
        this.load = load;
    }

    /** Takes a server in, or says what it lacks. */
    void add(LoadTarget target) {
        target.missing()
                .ifPresentOrElse(
                        reason -> System.out.println("Left out: " + target.name() + ". " + reason),
                        () -> all.add(new Turns(target)));
    }

    /** Starts and fills the servers, moves this process to its core, and lets everybody get warm. */
    void prepare(int loadCore, int warmUpRounds) throws IOException, InterruptedException {
        for (Turns each : all) {
            each.target.start();
        }
        Pinned.here(loadCore);
        for (Turns each : all) {
            fill(each);
            for (int round = 0; round < warmUpRounds; round++) {
                each.target.requests(batch, requests);
                tell(each, "warming up", LoadGenerator.closed(each.target, batch, window));
            }
        }
    }

    private void fill(Turns each) throws IOException, InterruptedException {
        long before = each.target.memoryBytes();
        each.target.fill(batch);
        if (batch.count() > 0) {
            LoadGenerator.Outcome filled = LoadGenerator.closed(each.target, batch, window);
            tell(each, "filled", filled);
            if (filled.lost() > 0 || filled.bad() > 0) {
                throw new IOException(each.target.name() + " could not be filled");
            }
            each.bytesPerRegistration = (double) (each.target.memoryBytes() - before) / each.target.filled();
        }
    }

    /** Measures: how many each answers at most, then how fast at a share of that. */
    void run(int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < all.size(); i++) {
                Turns each = all.get((i + round) % all.size());
                each.target.requests(batch, requests);
                LoadGenerator.Outcome outcome = LoadGenerator.closed(each.target, batch, window);
                tell(each, "closed", outcome);
                each.closed.add(outcome);
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < all.size(); i++) {
                Turns each = all.get((i + round) % all.size());
                double rate = load * each.median(each.closed, LoadGenerator.Outcome::perSecond);
                each.target.requests(batch, requests / 2);
                LoadGenerator.Outcome outcome = LoadGenerator.open(each.target, batch, rate);
                tell(each, "open", outcome);
                each.open.add(outcome);
            }
        }
    }

    /** Medians over the rounds; a ratio of 2 is twice as many requests a second as the last row's. */
    String table() {
        TextTable table = new TextTable(
                "server",
                "requests/s",
                "least-most",
                "ratio to opentracker",
                "us of processor",
                "core busy",
                "lost",
                "bad of looked at",
                "median us at " + Math.round(load * 100) + " %",
                "99 %",
                "99.9 %",
                "bytes/registration");
        for (Turns each : all) {
            Spread rates = spread(each.closed, LoadGenerator.Outcome::perSecond);
            table.row(
                    each.target.name(),
                    whole(rates.median()),
                    whole(rates.least()) + "-" + whole(rates.most()),
                    String.format(Locale.ROOT, "%.2f", rates.median() / reference()),
                    String.format(Locale.ROOT, "%.1f", each.median(each.closed, LoadTurns::cpuMicros)),
                    whole(100 * each.median(each.closed, LoadTurns::busy)) + " %",
                    whole(sum(each.closed, LoadGenerator.Outcome::lost)),
                    whole(sum(each.closed, LoadGenerator.Outcome::bad)) + " of "
                            + whole(sum(each.closed, LoadGenerator.Outcome::looked)),
                    whole(each.median(each.open, outcome -> outcome.micros(0.5))),
                    whole(each.median(each.open, outcome -> outcome.micros(0.99))),
                    whole(each.median(each.open, outcome -> outcome.micros(0.999))),
                    each.bytesPerRegistration < 0
                            ? "-"
                            : String.format(Locale.ROOT, "%.1f", each.bytesPerRegistration));
        }
        return table.toString();
    }

    /** Bars of the rates. */
    void chart(BarChart chart, String heading) {
        chart.group(heading + ": requests a second on one core");
        for (Turns each : all) {
            boolean ours = each.target instanceof ShoalTarget;
            chart.bar(each.target.name(), spread(each.closed, LoadGenerator.Outcome::perSecond), ours);
        }
    }

    /** How the index's rate compares with the tracker's; nothing when one of them was left out. */
    List<Figure> figures(String heading) {
        return all.stream()
                .filter(each -> each.target instanceof ShoalTarget && !Double.isNaN(reference()))
                .map(each -> Figure.atLeast(
                        heading + ": requests of the index, in announces of opentracker",
                        each.median(each.closed, LoadGenerator.Outcome::perSecond) / reference(),
                        1))
                .toList();
    }

    /** The same, with every round. */
    List<Object> results() {
        List<Object> targets = new ArrayList<>();
        for (Turns each : all) {
            Map<String, Object> target = new LinkedHashMap<>();
            target.put("name", each.target.name());
            target.put("requestsPerSecond", list(each.closed, LoadGenerator.Outcome::perSecond));
            target.put("medianPerSecond", each.median(each.closed, LoadGenerator.Outcome::perSecond));
            target.put("ratioToOpentracker", each.median(each.closed, LoadGenerator.Outcome::perSecond) / reference());
            target.put("serverMicrosEach", list(each.closed, LoadTurns::cpuMicros));
            target.put("coreBusy", list(each.closed, LoadTurns::busy));
            target.put("lost", sum(each.closed, LoadGenerator.Outcome::lost));
            target.put("bad", sum(each.closed, LoadGenerator.Outcome::bad));
            target.put("openPerSecond", list(each.open, LoadGenerator.Outcome::perSecond));
            target.put("medianMicros", list(each.open, outcome -> outcome.micros(0.5)));
            target.put("99Micros", list(each.open, outcome -> outcome.micros(0.99)));
            target.put("999Micros", list(each.open, outcome -> outcome.micros(0.999)));
            target.put("bytesPerRegistration", each.bytesPerRegistration);
            targets.add(target);
        }
        return targets;
    }

    @Override
    public void close() {
        all.forEach(each -> each.target.close());
    }

    /** opentracker's rate; NaN when it was left out. */
    private double reference() {
        return all.stream()
                .filter(each -> each.target instanceof TrackerTarget)
                .mapToDouble(each -> each.median(each.closed, LoadGenerator.Outcome::perSecond))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double cpuMicros(LoadGenerator.Outcome outcome) {
        return outcome.cpuSeconds() / outcome.answered() * 1e6;
    }

    /** A share near 1 says that the server is what limits the rate, not the generator. */
    private static double busy(LoadGenerator.Outcome outcome) {
        return outcome.cpuSeconds() / outcome.seconds();
    }

    private static Spread spread(List<LoadGenerator.Outcome> outcomes, ToDoubleFunction<LoadGenerator.Outcome> value) {
        return Spread.of(list(outcomes, value));
    }

    private static List<Double> list(
            List<LoadGenerator.Outcome> outcomes, ToDoubleFunction<LoadGenerator.Outcome> value) {
        return outcomes.stream().mapToDouble(value).boxed().toList();
    }

    private static double sum(List<LoadGenerator.Outcome> outcomes, ToDoubleFunction<LoadGenerator.Outcome> value) {
        return outcomes.stream().mapToDouble(value).sum();
    }

    private static String whole(double number) {
        return String.format(Locale.ROOT, "%.0f", number);
    }

    private static void tell(Turns each, String what, LoadGenerator.Outcome outcome) {
        System.err.printf(
                Locale.ROOT,
                "  %-24s %-10s %8.0f/s, %d lost, %d of %d bad, processor %.2f us each, median %.0f us, 99 %% %.0f us%n",
                each.target.name(),
                what,
                outcome.perSecond(),
                outcome.lost(),
                outcome.bad(),
                outcome.looked(),
                cpuMicros(outcome),
                outcome.micros(0.5),
                outcome.micros(0.99));
    }
}
