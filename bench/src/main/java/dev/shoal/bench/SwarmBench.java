package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code swarm}: one file from one seed to many peers over limited links, side by side with other programs. */
@Command(
        name = "swarm",
        mixinStandardHelpOptions = true,
        description = "One file from one seed to many peers that begin together, each in a network namespace with"
                + " limited links: Shoal, aria2, libtorrent, all from one nginx. Needs root on Linux.",
        footer = "The minimum is max{F/u_s, F/d_min, N·F/(u_s+Σu_i)}, with the links' rates, and with the goodput of"
                + " one TCP stream over such links in the same run.")
final class SwarmBench implements Callable<Integer> {

    @Option(
            names = "--case",
            split = ",",
            defaultValue = "equal8,equal16,mixed8",
            paramLabel = "NAME",
            description = "equalN: 20 Mbit/s each way; mixedN: half 40/8 down/up, half 8/8. ${DEFAULT-VALUE}.")
    List<String> cases = List.of();

    @Option(names = "--rounds", defaultValue = "3", description = "Distributions of each; ${DEFAULT-VALUE}.")
    int rounds;

    @Option(names = "--mebibytes", defaultValue = "256", description = "Length of the file; ${DEFAULT-VALUE}.")
    long mebibytes;

    @Option(
            names = "--queue",
            paramLabel = "MILLISECONDS",
            defaultValue = "50",
            description = "How long packets may queue in front of a link; ${DEFAULT-VALUE}.")
    int queueMillis;

    @Option(
            names = "--delay",
            paramLabel = "MILLISECONDS",
            defaultValue = "0",
            description = "How long packets are on their way from one peer to another; an answer takes twice that,"
                    + " so the figure for mixed links with 80 ms of delay is for 40. ${DEFAULT-VALUE}.")
    int delayMillis;

    @Option(
            names = "--loss",
            paramLabel = "PER MILLE",
            defaultValue = "0",
            description = "Packets that are lost at random; ${DEFAULT-VALUE}.")
    int lossPerMille;

    @Option(
            names = "--folder",
            defaultValue = "/dev/shm",
            description = "Where the files are; ${DEFAULT-VALUE}, which is memory.")
    Path folder = Path.of("");

    @Option(names = "--only", paramLabel = "REGEX", description = "Only contenders whose names match.")
    @Nullable
    String only;

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<String> missing = SwarmNetwork.missing();
        if (missing.isPresent()) {
            System.out.println("Left out: swarm. " + missing.get());
            return 0;
        }
        System.out.println(Machine.here().line());
        List<Object> results = new ArrayList<>();
        List<Figure> judged = new ArrayList<>();
        BarChart chart = new BarChart("From one seed to all peers, " + mebibytes + " MiB");
        for (SwarmCase links : cases.stream().map(SwarmCase::named).toList()) {
            SwarmFigures figures = measure(links);
            System.out.println(figures);
            judged.addAll(figures.figures());
            figures.draw(chart);
            results.add(figures.results());
        }
        System.out.println(Figure.table(judged));
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("bytes", mebibytes << 20);
        whole.put("queueMillis", queueMillis);
        whole.put("delayMillis", delayMillis);
        whole.put("lossPerMille", lossPerMille);
        whole.put("cases", results);
        Path file = json != null ? json : Program.here().root().resolve("bench/target/results/swarm.json");
        ResultFile.write(file, Main.commandLine(), whole);
        chart.write(file.resolveSibling(file.getFileName().toString().replaceFirst("\\.json$", "") + ".svg"));
        return 0;
    }

    private SwarmFigures measure(SwarmCase links) throws IOException, InterruptedException {
        SwarmNetwork.Trouble trouble = new SwarmNetwork.Trouble(queueMillis, delayMillis, lossPerMille);
        try (WorkFolder work = WorkFolder.below(folder);
                SwarmNetwork network = SwarmNetwork.of(links, trouble, work)) {
            Goodput goodput = Goodput.measure(network, work);
            SwarmRounds turns = new SwarmRounds(network, work, mebibytes << 20, rounds);
            for (SwarmContender contender : List.of(
                    new ShoalSwarm(network, work),
                    new AriaSwarm(network, work),
                    new LibtorrentSwarm(network, work),
                    new NginxSwarm(network, work))) {
                if (only == null
                        || Pattern.compile(only).matcher(contender.name()).find()) {
                    turns.add(contender);
                }
            }
            return new SwarmFigures(links, trouble, mebibytes << 20, goodput, turns.run());
        }
    }
}
