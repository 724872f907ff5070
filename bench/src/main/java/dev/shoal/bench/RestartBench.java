package dev.shoal.bench;

import dev.shoal.protocol.Welcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code restart}: an index with very many peers is killed and started again; how do they come back, and are look-ups
 * answered meanwhile? The index is the real program; the peers are a {@link PeerCrowd}.
 */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        description =
                "An index with many peers is killed and started again: how it is refilled, and look-ups meanwhile.")
final class RestartBench implements Callable<Integer> {

    private static final Duration METRICS_LIMIT = Duration.ofSeconds(5);
    private static final Pattern SESSIONS = metric("shoal_index_sessions");
    private static final Pattern REGISTRATIONS = metric("shoal_index_registrations");

    /** The refill is given up after so many leases. */
    private static final int LIMIT_LEASES = 4;

    @Option(names = "--peers", defaultValue = "100000", description = "Peers; ${DEFAULT-VALUE}.")
    int peers;

    @Option(names = "--contents", defaultValue = "1000000", description = "Contents; ${DEFAULT-VALUE}.")
    int contents;

    @Option(names = "--each", defaultValue = "10", description = "Contents of a peer; ${DEFAULT-VALUE}.")
    int each;

    @Option(names = "--lease", defaultValue = "90", paramLabel = "SECONDS", description = "Lease; ${DEFAULT-VALUE}.")
    int leaseSeconds;

    @Option(names = "--heap", defaultValue = "1g", description = "Heap of the index; ${DEFAULT-VALUE}.")
    String heap = "";

    @Option(names = "--lookups", defaultValue = "200", description = "Look-ups a second; ${DEFAULT-VALUE}.")
    int lookupsPerSecond;

    @Option(names = "--steady", defaultValue = "15", paramLabel = "SECONDS", description = "Time before and after.")
    int steadySeconds;

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(METRICS_LIMIT).build();
    private int port;
    private int metricsPort;

    /** What was seen at the end of a second. */
    private record Seen(int sessions, int registered, int restated) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        port = Loopback.freePort();
        metricsPort = Loopback.freePort();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        SyntheticContents world = new SyntheticContents(peers, contents, each);
        try (WorkFolder work = WorkFolder.below(Path.of(System.getProperty("java.io.tmpdir")))) {
            List<Welcome> welcomes = CrowdTickets.make(work.folder(Program.DATA), peers + 1);
            Program.RunningIndex first = index(work.path());
            try (LookupProbe probe = new LookupProbe(address, welcomes.getLast(), contents);
                    PeerCrowd crowd = new PeerCrowd(
                            address, world, welcomes.subList(0, peers), TimeUnit.SECONDS.toNanos(leaseSeconds / 3))) {
                crowd.start();
                probe.start(lookupsPerSecond);
                fill(crowd);
                long steadyNanos = System.nanoTime();
                TimeUnit.SECONDS.sleep(steadySeconds);
                killAndWatch(first, work.path(), crowd, probe, steadyNanos);
            } finally {
                first.close();
            }
        }
        return 0;
    }

    private Program.RunningIndex index(Path folder) throws IOException, InterruptedException {
        return Program.here()
                .index(
                        List.of(),
                        folder,
                        Map.of("SHOAL_JAVA_OPTIONS", "-Xmx" + heap),
                        "127.0.0.1:" + port,
                        "--lease",
                        Integer.toString(leaseSeconds),
                        "--metrics",
                        "127.0.0.1:" + metricsPort);
    }

    /** The crowd has sessions that the index does not know: it comes as after a restart. */
    private void fill(PeerCrowd crowd) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        while (metrics(crowd).registered < peers) {
            if (System.nanoTime() - startNanos > TimeUnit.SECONDS.toNanos((long) LIMIT_LEASES * leaseSeconds)) {
                throw new IOException("the index was not filled: " + metrics(crowd) + ", " + crowd.counted());
            }
            TimeUnit.SECONDS.sleep(1);
        }
        System.err.printf(Locale.ROOT, "filled for the first time in %.0f s%n", (System.nanoTime() - startNanos) / 1e9);
    }

    private void killAndWatch(
            Program.RunningIndex first, Path folder, PeerCrowd crowd, LookupProbe probe, long steadyNanos)
            throws IOException, InterruptedException {
        PeerCrowd.Counted before = crowd.counted();
        long killedNanos = System.nanoTime();
        crowd.origin(killedNanos);
        first.process().kill();
        try (Program.RunningIndex second = index(folder)) {
            double readySeconds = (System.nanoTime() - killedNanos) / 1e9;
            List<Seen> seen = watch(crowd, killedNanos, before.restated());
            TimeUnit.SECONDS.sleep(1);
            double cpuSeconds = second.process().cpuSeconds();
            long endNanos = killedNanos + TimeUnit.SECONDS.toNanos(seen.size());
            RefillCurve curve = curve(seen, crowd.counted(), probe, killedNanos);
            Map<String, Object> results = new LinkedHashMap<>();
            results.put("peers", peers);
            results.put("contentsOfEach", each);
            results.put("leaseSeconds", leaseSeconds);
            results.put("readyAfterSeconds", readySeconds);
            results.put("refilledAfterSeconds", curve.refilledAfterSeconds());
            results.put("indexCpuSeconds", cpuSeconds);
            results.put("lookupOutageSeconds", outageSeconds(probe, killedNanos, endNanos));
            results.put("lookupsBefore", lookups(probe, steadyNanos, killedNanos));
            long answeringNanos = killedNanos + Math.round((readySeconds + 1) * 1e9);
            long refilledNanos = killedNanos + TimeUnit.SECONDS.toNanos(Math.max(0, curve.refilledAfterSeconds()));
            results.put("lookupsDuringRefill", lookups(probe, answeringNanos, refilledNanos));
            results.put("lookupsAfter", lookups(probe, refilledNanos, endNanos));
            print(curve, results, crowd.counted(), before);
            results.put("curve", curve.results());
            Path file = json != null ? json : Program.here().root().resolve("bench/target/results/restart.json");
            ResultFile.write(file, Main.commandLine(), results);
        }
    }

    /** Looks at the end of each second until everybody is registered, and some seconds longer. */
    private List<Seen> watch(PeerCrowd crowd, long killedNanos, int restatedBefore) throws InterruptedException {
        List<Seen> seen = new ArrayList<>();
        int steady = 0;
        while (seen.size() < LIMIT_LEASES * leaseSeconds && steady < steadySeconds) {
            long dueNanos = killedNanos + TimeUnit.SECONDS.toNanos(seen.size() + 1L);
            long waitNanos = dueNanos - System.nanoTime();
            if (waitNanos > 0) {
                TimeUnit.NANOSECONDS.sleep(waitNanos);
            }
            Seen now = waitNanos > -TimeUnit.SECONDS.toNanos(1)
                    ? metrics(crowd)
                    : new Seen(-1, -1, crowd.counted().restated());
            seen.add(new Seen(now.sessions, now.registered, now.restated - restatedBefore));
            steady = now.registered >= peers ? steady + 1 : 0;
        }
        return seen;
    }

    private RefillCurve curve(List<Seen> seen, PeerCrowd.Counted counted, LookupProbe probe, long killedNanos) {
        RefillCurve curve = new RefillCurve(peers);
        int restated = 0;
        for (int second = 0; second < seen.size(); second++) {
            Seen now = seen.get(second);
            long from = killedNanos + TimeUnit.SECONDS.toNanos(second);
            List<LookupProbe.Lookup> due = probe.dueBetween(from, from + TimeUnit.SECONDS.toNanos(1));
            List<Double> answered = answeredMillis(due);
            curve.add(new RefillCurve.Row(
                    second,
                    now.sessions,
                    now.registered,
                    counted.askedBySecond().getOrDefault((long) second, 0),
                    now.restated - restated,
                    answered.isEmpty() ? null : Spread.of(answered),
                    due.size() - answered.size(),
                    (int) due.stream().filter(lookup -> lookup.sources() > 0).count()));
            restated = now.restated;
        }
        return curve;
    }

    private void print(
            RefillCurve curve, Map<String, Object> results, PeerCrowd.Counted counted, PeerCrowd.Counted before) {
        System.out.println(curve.table(5));
        System.out.println("Registered peers, a letter a second: " + curve.line());
        System.out.printf(
                Locale.ROOT,
                "%d rejoined, %d stated everything, %d requests given up, %d refused, %d strange datagrams%n",
                counted.rejoined() - before.rejoined(),
                counted.restated() - before.restated(),
                counted.givenUp() - before.givenUp(),
                counted.refused() - before.refused(),
                counted.strange() - before.strange());
        System.out.printf(
                Locale.ROOT,
                "asked for at most %d statements in a second, got at most %d%n",
                curve.mostAsked(),
                curve.mostRestated());
        results.forEach((name, value) -> System.out.println(name + ": " + value));
    }

    private static List<Double> answeredMillis(List<LookupProbe.Lookup> lookups) {
        return lookups.stream()
                .filter(lookup -> lookup.nanos() >= 0)
                .map(lookup -> lookup.nanos() / 1e6)
                .toList();
    }

    private static Map<String, Object> lookups(LookupProbe probe, long fromNanos, long toNanos) {
        List<LookupProbe.Lookup> due = probe.dueBetween(fromNanos, toNanos);
        List<Double> answered = answeredMillis(due);
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("due", due.size());
        results.put("lost", due.size() - answered.size());
        results.put("found", due.stream().filter(lookup -> lookup.sources() > 0).count());
        if (!answered.isEmpty()) {
            Spread millis = Spread.of(answered);
            results.put("medianMillis", millis.median());
            results.put("99Millis", millis.percentile(0.99));
            results.put("999Millis", millis.percentile(0.999));
            results.put("longestMillis", millis.most());
        }
        return results;
    }

    /** How long after the kill nothing was answered. */
    private static double outageSeconds(LookupProbe probe, long killedNanos, long endNanos) {
        return probe.dueBetween(killedNanos, endNanos).stream()
                        .filter(lookup -> lookup.nanos() >= 0)
                        .mapToLong(lookup -> lookup.dueNanos() + lookup.nanos() - killedNanos)
                        .min()
                        .orElse(-1)
                / 1e9;
    }

    private Seen metrics(PeerCrowd crowd) throws InterruptedException {
        int restated = crowd.counted().restated();
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + "/metrics"))
                    .timeout(METRICS_LIMIT)
                    .build();
            String text =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return new Seen(value(SESSIONS, text), value(REGISTRATIONS, text) / each, restated);
        } catch (IOException e) {
            // The index is away.
            return new Seen(-1, -1, restated);
        }
    }

    private static Pattern metric(String name) {
        return Pattern.compile("^" + name + " ([\\d.E]+)$", Pattern.MULTILINE);
    }

    private static int value(Pattern metric, String text) {
        Matcher matcher = metric.matcher(text);
        return matcher.find() ? (int) Double.parseDouble(matcher.group(1)) : -1;
    }
}
