package dev.shoal.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the benchmarks that move a file. Filled by picocli before the benchmark runs. */
final class TransferOptions {

    @Option(names = "--rounds", defaultValue = "5", description = "Transfers that are counted; ${DEFAULT-VALUE}.")
    int rounds;

    @Option(names = "--mebibytes", defaultValue = "2048", description = "Length of the file; ${DEFAULT-VALUE}.")
    long mebibytes;

    @Option(
            names = "--touch",
            paramLabel = "MEBIBYTES",
            defaultValue = "6144",
            description = "Memory to touch before each round; ${DEFAULT-VALUE}.")
    long touchMebibytes;

    @Option(
            names = "--folder",
            defaultValue = "/dev/shm",
            description = "Where file and target are; ${DEFAULT-VALUE}, which is memory.")
    Path folder = Path.of("");

    @Option(
            names = "--seconds",
            defaultValue = "86400",
            description = "Begins no further round after so long, for a table that was to have more of them.")
    long seconds;

    @Option(names = "--only", paramLabel = "REGEX", description = "Only contenders whose names match.")
    @Nullable
    String only;

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    /** Length of the file in bytes. */
    long bytes() {
        return mebibytes << 20;
    }

    /** Memory to touch in bytes. */
    long touchBytes() {
        return touchMebibytes << 20;
    }

    /** Turns with a file, as many and as long as was asked for. */
    Interleaving turns(Path original, Path target) {
        return new Interleaving(original, target, rounds, touchBytes(), Duration.ofSeconds(seconds));
    }

    /** Whether a contender is wanted. */
    boolean wants(Contender contender) {
        return only == null || Pattern.compile(only).matcher(contender.name()).find();
    }

    /** The file of the results. */
    Path json(String bench) {
        return json != null ? json : Program.here().root().resolve("bench/target/results/" + bench + ".json");
    }
}
