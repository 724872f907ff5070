package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kill}: index, sources and downloaders are killed at random moments, again and again; nothing may be wrong. */
@Command(
        name = "kill",
        mixinStandardHelpOptions = true,
        description = "Kills index, sources and downloaders at random moments, and fails when anything is wrong then.")
final class KillCommand implements Callable<Integer> {

    @Option(names = "--times", defaultValue = "300", description = "Kills; ${DEFAULT-VALUE}.")
    int times;

    @Option(names = "--seed", description = "What chooses who is killed when; else a new one each time.")
    @Nullable
    Long seed;

    @Option(names = "--pause", defaultValue = "2000", paramLabel = "MILLIS", description = "Between kills, on average.")
    int pauseMillis;

    @Option(names = "--folder", defaultValue = "/dev/shm", description = "Where homes and files are.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        long used = seed != null ? seed : System.nanoTime();
        try (WorkFolder work = WorkFolder.below(folder);
                KillRun run = new KillRun(Program.here(), work.path(), used, pauseMillis)) {
            KillRun.Outcome outcome = run.run(times);
            System.out.println(new TextTable("killed", "times", "then")
                    .row("index", "" + outcome.indexKills(), "has all names, of the same owners")
                    .row("source", "" + outcome.sourceKills(), "shares the same versions")
                    .row("downloader", "" + outcome.downloaderKills(), outcome.resumes() + " resumed"));
            System.out.println(
                    outcome.downloads() + " downloads ended, all byte by byte what they should be; seed " + used + ".");
            write(used, outcome);
        } catch (IOException e) {
            throw new IOException("seed " + used + ": " + e.getMessage(), e);
        }
        return 0;
    }

    private void write(long used, KillRun.Outcome outcome) throws IOException {
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("seed", used);
        results.put("indexKills", outcome.indexKills());
        results.put("sourceKills", outcome.sourceKills());
        results.put("downloaderKills", outcome.downloaderKills());
        results.put("downloads", outcome.downloads());
        results.put("resumes", outcome.resumes());
        Path file = json != null ? json : Program.here().root().resolve("bench/target/results/kill.json");
        ResultFile.write(file, Main.commandLine(), results);
    }
}
