package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code index}: how many sealed requests an index answers on one core, how fast, and what a registration costs it,
 * beside a BitTorrent tracker and a server that only returns what it gets.
 */
@Command(
        name = "index",
        mixinStandardHelpOptions = true,
        description = "Requests a second and latencies of an index on one core, beside opentracker's.",
        footer = {
            "Mixes: figure (look-ups and registrations), real, tracker (as connect:announce:scrape of 50:50:1),",
            "or shares of register, complete, chunks, locate, search and heartbeat, such as locate=90,register=10.",
            "A tracker's announce stands for all of the first four: it registers and tells sources at once."
        })
final class IndexBench implements Callable<Integer> {

    private static final String ECHO = "echo";

    @Option(
            names = "--contents",
            split = ",",
            defaultValue = "1000,1000000",
            description = "How many contents there are; ${DEFAULT-VALUE}.")
    List<Integer> contents = List.of();

    @Option(names = "--peers", defaultValue = "10000", description = "Peers with a session; ${DEFAULT-VALUE}.")
    int peers;

    @Option(names = "--sources", defaultValue = "3", description = "Sources of each content; ${DEFAULT-VALUE}.")
    int sources;

    @Option(names = "--names", defaultValue = "20000", description = "Most contents with a name; ${DEFAULT-VALUE}.")
    int names;

    @Option(names = "--mix", split = ";", defaultValue = "figure", description = "What is asked; ${DEFAULT-VALUE}.")
    List<String> mixes = List.of();

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds that are counted; ${DEFAULT-VALUE}.")
    int rounds;

    @Option(names = "--requests", defaultValue = "400000", description = "Requests of a round; ${DEFAULT-VALUE}.")
    int requests;

    @Option(names = "--warm-up", defaultValue = "5", description = "Rounds before that; ${DEFAULT-VALUE}.")
    int warmUpRounds;

    @Option(names = "--window", defaultValue = "64", description = "Requests on their way at once; ${DEFAULT-VALUE}.")
    int window;

    @Option(names = "--load", defaultValue = "0.5", description = "Share of the most, for latencies; ${DEFAULT-VALUE}.")
    double load;

    @Option(names = "--core", defaultValue = "0", description = "Core of the servers; ${DEFAULT-VALUE}.")
    int serverCore;

    @Option(names = "--load-core", defaultValue = "1", description = "Core of the generator; ${DEFAULT-VALUE}.")
    int loadCore;

    @Option(names = "--heap", defaultValue = "1g", description = "Heap of the index; ${DEFAULT-VALUE}.")
    String heap = "";

    @Option(names = "--only", split = ",", description = "Which of shoal, opentracker, echo; all.")
    List<String> only = List.of("shoal", "opentracker", ECHO);

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        Optional<String> missing = Installed.missing(Map.of("taskset", "util-linux"));
        if (missing.isPresent()) {
            System.out.println("Left out: index. " + missing.get());
            return 0;
        }
        List<Object> measured = new ArrayList<>();
        List<Figure> figures = new ArrayList<>();
        BarChart chart = new BarChart("An index and a tracker under load");
        for (String text : mixes) {
            LoadMix mix = LoadMix.of(text);
            for (int count : contents) {
                int each = Math.max(1, (int) ((long) count * sources / peers));
                SyntheticContents all = new SyntheticContents(peers, count, each);
                LoadWorld world = new LoadWorld(all, Math.min(names, count), mix);
                System.out.printf("%n%,d contents, %,d peers, mix: %s%n", count, peers, mix);
                measured.add(measure(world, chart, figures));
            }
        }
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("measured", measured);
        results.put("figures", figures.stream().map(Figure::result).toList());
        System.out.println(Figure.table(figures));
        Path file = json != null ? json : Program.here().root().resolve("bench/target/results/index.json");
        ResultFile.write(file, Main.commandLine(), results);
        chart.write(file.resolveSibling("index.svg"));
        return 0;
    }

    private Map<String, Object> measure(LoadWorld world, BarChart chart, List<Figure> figures)
            throws IOException, InterruptedException {
        try (WorkFolder work = WorkFolder.below(Path.of(System.getProperty("java.io.tmpdir")))) {
            LoadTurns turns = new LoadTurns(requests, window, load);
            if (only.contains("shoal")) {
                turns.add(new ShoalTarget(work.folder("shoal"), world, serverCore, heap));
            }
            if (only.contains("opentracker")) {
                turns.add(new TrackerTarget(work.folder("opentracker"), world, serverCore));
            }
            if (only.contains(ECHO)) {
                turns.add(new EchoTarget(work.folder(ECHO), serverCore));
            }
            try {
                turns.prepare(loadCore, warmUpRounds);
                turns.run(rounds);
            } finally {
                turns.close();
            }
            System.out.println(turns.table());
            String heading = String.format(
                    Locale.ROOT,
                    "%,d contents, %s",
                    world.contents().contents(),
                    world.mix().name());
            turns.chart(chart, heading);
            figures.addAll(turns.figures(heading));
            Map<String, Object> results = new LinkedHashMap<>();
            results.put("contents", world.contents().contents());
            results.put("peers", world.contents().peers());
            results.put("mix", world.mix().toString());
            results.put("targets", turns.results());
            return results;
        }
    }
}
