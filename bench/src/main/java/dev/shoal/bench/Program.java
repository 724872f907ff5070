package dev.shoal.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The program as people start it: the script {@code shoal} in the folder of the project; or, where nothing is packed
 * yet, its classes as they are.
 *
 * @param root folder of the project
 * @param start the words that start it
 */
record Program(Path root, List<String> start) {

    /** The system property that names the folder of the project; else it is the current one. */
    static final String ROOT_PROPERTY = "shoal.root";

    /** Name of the folder that an index keeps its data in. */
    static final String DATA = "index-data";

    private static final Duration READY_LIMIT = Duration.ofMinutes(2);
    private static final Pattern INDEX_READY = Pattern.compile("\"address\":\"([^\"]+)\"");
    private static final Pattern SHARED = Pattern.compile("\"type\":\"shared\"");

    /** The one of this project. */
    static Program here() {
        Path root = Path.of(System.getProperty(ROOT_PROPERTY, "")).toAbsolutePath();
        return new Program(root, List.of(root.resolve("shoal").toString()));
    }

    /**
     * The classes that this process has itself, in a JVM of their own.
     *
     * @param unpacked takes what it unpacks for itself, and cannot remove when it is killed
     */
    static Program ofClassPath(Path unpacked) {
        return new Program(
                Path.of("").toAbsolutePath(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-Dorg.sqlite.tmpdir=" + unpacked,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.shoal.cli.Main"));
    }

    /** The words that start a command of it. */
    List<String> command(String... words) {
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of(words));
        return command;
    }

    /** What the environment has to say for a peer with a home of its own. */
    static Map<String, String> environment(Path home) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SHOAL_HOME", home.toString());
        environment.put("SHOAL_INDEX", "");
        return environment;
    }

    /** Starts an index on a free port of loopback and waits until it answers. */
    RunningIndex index(Path folder) throws IOException, InterruptedException {
        return index(List.of(), folder, Map.of(), "127.0.0.1:0");
    }

    /**
     * Starts an index and waits until it answers.
     *
     * @param launcher words to put before the command, such as those that choose a core
     * @param folder for its data, which it takes over when there are some
     * @param environment more variables for it
     * @param listen where, as {@code HOST:PORT}
     * @param options more options for it
     */
    RunningIndex index(
            List<String> launcher, Path folder, Map<String, String> environment, String listen, String... options)
            throws IOException, InterruptedException {
        Map<String, String> variables = environment(folder.resolve("index-home"));
        variables.putAll(environment);
        List<String> command = new ArrayList<>(launcher);
        command.addAll(command("index", "--json", "--listen", listen));
        command.addAll(List.of("--data", folder.resolve(DATA).toString()));
        command.addAll(List.of(options));
        LongProcess process = LongProcess.start(folder.resolve("index.log"), variables, command);
        return new RunningIndex(process, process.await(INDEX_READY, READY_LIMIT));
    }

    /**
     * An index and its address.
     *
     * @param address as {@code HOST:PORT}
     */
    record RunningIndex(LongProcess process, String address) implements AutoCloseable {

        /** The address, for a socket. */
        InetSocketAddress socketAddress() {
            int colon = address.lastIndexOf(':');
            return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** Shares a file as {@code bench/NAME} and waits until it is served. */
    LongProcess share(Path home, Path file, String index, String name) throws IOException, InterruptedException {
        LongProcess process = LongProcess.start(
                home.resolveSibling(home.getFileName() + ".log"),
                environment(home),
                command("share", "--json", "--index", index, "--user", "bench", "--name", name, file.toString()));
        process.await(SHARED, READY_LIMIT);
        return process;
    }
}
