package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code start}: how long small commands take, from the command until the process has ended. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description =
                "Small commands as whole processes: --version, ls, get of 1 KiB, against a running index and peer.")
final class StartBench implements Callable<Integer> {

    private static final String VERSION = "shoal --version";
    private static final String LIST = "shoal ls";
    private static final String GET = "shoal get, 1 KiB";
    private static final int SMALL_BYTES = 1_024;

    /** How many seconds each command may take. */
    private static final Map<String, Double> TO_REACH = Map.of(VERSION, 0.25, LIST, 0.5, GET, 0.7);

    @Option(names = "--rounds", defaultValue = "20", description = "Runs of each that are counted; ${DEFAULT-VALUE}.")
    int rounds;

    @Option(names = "--folder", defaultValue = "/dev/shm", description = "Where homes are; ${DEFAULT-VALUE}.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(folder);
                ShoalWorld world = new ShoalWorld(work, work.randomFile("www/file", SMALL_BYTES))) {
            world.start();
            Path target = work.path().resolve("received");
            Map<String, List<String>> commands = new LinkedHashMap<>();
            commands.put(VERSION, world.program().command("--version"));
            commands.put(LIST, world.program().command("ls", "--index", world.address()));
            commands.put(
                    GET,
                    world.program()
                            .command("get", "--index", world.address(), "-o", target.toString(), ShoalWorld.NAME));
            Map<String, List<TimedProcess>> runs = new LinkedHashMap<>();
            for (int round = 0; round <= rounds; round++) {
                for (Map.Entry<String, List<String>> each : commands.entrySet()) {
                    Files.deleteIfExists(target);
                    TimedProcess run =
                            TimedProcess.run(work.path(), Program.environment(work.folder("home")), each.getValue());
                    if (round > 0) {
                        runs.computeIfAbsent(each.getKey(), name -> new ArrayList<>())
                                .add(run);
                    }
                }
            }
            tell(runs);
        }
        return 0;
    }

    private void tell(Map<String, List<TimedProcess>> runs) throws IOException {
        TextTable table = new TextTable("command", "wall ms", "smallest", "90 %", "CPU ms");
        Map<String, Object> results = new LinkedHashMap<>();
        List<Figure> figures = new ArrayList<>();
        runs.forEach((name, counted) -> {
            List<Double> millis =
                    counted.stream().map(run -> run.wallSeconds() * 1e3).toList();
            Spread wall = Spread.of(millis);
            Spread cpu = Spread.of(
                    counted.stream().map(run -> run.cpuSeconds() * 1e3).toList());
            table.row(
                    name, whole(wall.median()), whole(wall.least()), whole(wall.percentile(0.9)), whole(cpu.median()));
            results.put(
                    name, Map.of("medianMillis", wall.median(), "medianCpuMillis", cpu.median(), "wallMillis", millis));
            figures.add(Figure.atMost(name + ": seconds", wall.median() / 1e3, TO_REACH.getOrDefault(name, 0.0)));
        });
        results.put("figures", figures.stream().map(Figure::result).toList());
        System.out.println(table);
        System.out.println(Figure.table(figures));
        Path file = json != null ? json : Program.here().root().resolve("bench/target/results/start.json");
        ResultFile.write(file, Main.commandLine(), results);
    }

    private static String whole(double number) {
        return String.format(Locale.ROOT, "%.0f", number);
    }
}
