package dev.shoal.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Keeps processes on one core each, by {@code taskset}. Without state. */
final class Pinned {

    private static final long LIMIT_SECONDS = 10;

    private Pinned() {}

    /** A command that runs on one core. */
    static List<String> command(int core, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        whole.addAll(command);
        return whole;
    }

    /** Moves all threads of this process to one core. */
    static void here(int core) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "taskset",
                        "-a",
                        "-c",
                        "-p",
                        Integer.toString(core),
                        Long.toString(ProcessHandle.current().pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("taskset did not move this process to core " + core);
        }
    }
}
