package dev.shoal.bench;

import java.nio.file.Path;
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

    /** Whether a contender is wanted. */
    boolean wants(Contender contender) {
        return only == null || Pattern.compile(only).matcher(contender.name()).find();
    }

    /** The file of the results. */
    Path json(String bench) {
        return json != null ? json : Program.here().root().resolve("bench/target/results/" + bench + ".json");
    }
}
