package dev.shoal.bench;

import dev.shoal.store.FileHasher;
import dev.shoal.store.HashedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code hash}: how much is hashed in a second of processor time, by Shoal and by others. */
@Command(
        name = "hash",
        mixinStandardHelpOptions = true,
        description = "Hashing one file: Shoal's tree of SHA-256, warm and as a process, against plain SHA-256.")
final class HashBench implements Callable<Integer> {

    @Mixin
    final TransferOptions options = new TransferOptions();

    private final Map<String, List<TimedProcess>> runs = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(options.folder);
                FileHasher hasher = new FileHasher()) {
            Path file = work.randomFile("file", options.bytes());
            Map<String, List<String>> commands = commands(file, hasher.hash(file));
            for (int round = 0; round <= options.rounds; round++) {
                for (Map.Entry<String, List<String>> each : commands.entrySet()) {
                    Map<String, String> environment = Program.environment(work.folder("home"));
                    count(round, each.getKey(), TimedProcess.run(work.path(), environment, each.getValue()));
                }
                count(round, "the hasher of a running peer", warm(hasher, file));
            }
        }
        tell();
        return 0;
    }

    private static Map<String, List<String>> commands(Path file, HashedFile hashed) {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        commands.put(
                "shoal verify",
                Program.here().command("verify", file.toString(), hashed.id().toString()));
        for (List<String> other : List.of(List.of("sha256sum"), List.of("openssl", "dgst", "-sha256"))) {
            Optional<String> missing = Installed.missing(other.getFirst());
            if (missing.isPresent()) {
                System.out.println("Left out: " + other.getFirst() + ". " + missing.get());
            } else {
                List<String> command = new ArrayList<>(other);
                command.add(file.toString());
                commands.put(String.join(" ", other), command);
            }
        }
        return commands;
    }

    private static TimedProcess warm(FileHasher hasher, Path file) {
        long startNanos = System.nanoTime();
        Duration before = cpu();
        hasher.hash(file);
        Duration used = cpu().minus(before);
        return new TimedProcess((System.nanoTime() - startNanos) / 1e9, used.toNanos() / 1e9, "");
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private void count(int round, String name, TimedProcess run) {
        if (round > 0) {
            runs.computeIfAbsent(name, fresh -> new ArrayList<>()).add(run);
        }
    }

    private void tell() throws IOException {
        TextTable table = new TextTable("who", "wall s", "CPU s", "GB a wall second", "GB a CPU second");
        Map<String, Object> results = new LinkedHashMap<>();
        runs.forEach((name, counted) -> {
            Spread wall =
                    Spread.of(counted.stream().map(TimedProcess::wallSeconds).toList());
            Spread cpu =
                    Spread.of(counted.stream().map(TimedProcess::cpuSeconds).toList());
            table.row(name, wall.text(), cpu.text(), rate(wall), rate(cpu));
            results.put(name, Map.of("medianWallSeconds", wall.median(), "medianCpuSeconds", cpu.median()));
        });
        System.out.println(table);
        ResultFile.write(options.json("hash"), Main.commandLine(), results);
    }

    private String rate(Spread seconds) {
        return String.format(Locale.ROOT, "%.2f", options.bytes() / seconds.median() / 1e9);
    }
}
