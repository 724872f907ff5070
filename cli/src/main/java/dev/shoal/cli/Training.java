package dev.shoal.cli;

import dev.shoal.peer.Home;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerEvents.Level;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Report;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Does in one process what people do in many: help, an index, a share, look-ups, a download, all in a temporary folder
 * and over loopback. What fails is skipped: the program then starts a little slower, and that is all. Main thread.
 */
final class Training {

    /** Large enough that the ways of data are compiled, small enough that nobody waits for it. */
    private static final int FILE_BYTES = 16 * 1024 * 1024;

    /** A share that takes longer is not going to succeed. */
    private static final long SHARE_SECONDS = 20;

    /** Many times what a process needs to say good-bye. */
    private static final long END_SECONDS = 10;

    private static final String FILE = "sample.bin";

    /** The address in what an index says when it is ready. */
    private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([^\"]+)\"");

    private final Surroundings real;
    private final Consumer<String> told;

    Training(Surroundings real, Consumer<String> told) {
        this.real = real;
        this.told = told;
    }

    /**
     * What is exercised in this process. What others would do runs in processes of its own, so that a cache holds what
     * its commands need and no more: all that is in a cache costs a little at each start.
     */
    enum Kind {
        /** An index, a share and a download: what a long-running process does. */
        MOVING,
        /** A download. */
        GETTING,
        /** Look-ups. */
        ASKING
    }

    /** Runs every step. */
    void run(Kind kind) {
        try {
            Path folder = Files.createTempDirectory("shoal-train");
            try {
                people(folder);
                switch (kind) {
                    case MOVING -> network(folder);
                    case GETTING -> getting(folder);
                    case ASKING -> asking(folder);
                }
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            told.accept("No temporary folder: " + Mistake.reason(e));
        }
    }

    private void people(Path folder) {
        Map<String, String> environment = environment(folder, "a", null);
        step(folder, environment, new QuietScreen(), "--version");
        step(folder, environment, new QuietScreen(), "--help");
        for (String command : List.of("share", "get", "ls", "index")) {
            step(folder, environment, new QuietScreen(), command, "--help");
        }
        step(folder, environment, new QuietScreen(), "config");
        step(folder, environment, new QuietScreen(), "config", "user", "trainee");
        step(folder, environment, new QuietScreen(), "ls", "--limit");
        samples(new TextOutput(
                new QuietScreen(), new TextOutput.Style(false, Level.DETAIL, real.time(), Outputs.command())));
        samples(new JsonOutput(new QuietScreen(), Level.DETAIL));
    }

    private void samples(Output output) {
        long now = real.time().millis();
        output.report(new Report.Progress(FILE, 1, 2, 3, 4, 5, "loading"));
        output.report(new Report.Hashing(FILE, 1, 2));
        output.report(new Report.Listed("a/" + FILE, "x", 1, 2, now, 1, 1, true, "public", false));
        output.report(new Report.UserOnline("a", "b", "x", "y", now, 1, 1));
        output.end();
    }

    private void network(Path folder) throws IOException {
        sample(folder);
        IndexChoices choices = new IndexChoices(
                new HostAndPort("127.0.0.1", 0), folder.resolve("index"), null, IndexChoices.LEASE_SECONDS);
        try (RunningIndex index = real.services().index(choices)) {
            peers(folder, index.address().toString());
            Map<String, String> staying =
                    environment(folder, "c", index.address().toString());
            new UpTraining(
                            Files.createDirectory(folder.resolve("many")),
                            (results, words) -> step(folder, staying, new QuietScreen(results), words),
                            told)
                    .run();
        } catch (PeerException e) {
            told.accept("index: " + e.getMessage());
        }
    }

    private static void sample(Path folder) throws IOException {
        byte[] bytes = new byte[FILE_BYTES];
        new SplittableRandom(1).nextBytes(bytes);
        Files.write(folder.resolve(FILE), bytes);
    }

    private void asking(Path folder) throws IOException {
        withIndex(folder, index -> lookUps(folder, environment(folder, "a", index)));
    }

    private void getting(Path folder) throws IOException {
        sample(folder);
        withIndex(folder, index -> {
            Process sharer = start(folder, environment(folder, "a", index), "share", FILE, "-q", "--user", "trainer");
            try (BufferedReader answer = sharer.inputReader(StandardCharsets.UTF_8)) {
                String link = String.valueOf(answer.readLine());
                Map<String, String> environment = environment(folder, "b", index);
                step(folder, environment, new QuietScreen(), "get", link, "-o", "copy.bin");
                step(folder, environment, new QuietScreen(), "get", link, "-o", "again.bin", "--json");
                // What is there already, and what is elsewhere on the disk: both ask the catalog.
                step(folder, environment, new QuietScreen(), "get", link, "-o", "again.bin");
                step(folder, environment, new QuietScreen(), "get", link, "-o", "third.bin");
                step(folder, environment, new QuietScreen(), "verify", "copy.bin", link);
            } finally {
                end(sharer);
            }
        });
    }

    /** What is done with the address of an index. */
    @FunctionalInterface
    private interface Visit {
        void at(String index) throws IOException;
    }

    private void withIndex(Path folder, Visit visit) throws IOException {
        String data = folder.resolve("index").toString();
        Process server = start(folder, Map.of(), "index", "--json", "--listen", "127.0.0.1:0", "--data", data);
        try (BufferedReader answer = server.inputReader(StandardCharsets.UTF_8)) {
            Matcher address = ADDRESS.matcher(String.valueOf(answer.readLine()));
            if (address.find()) {
                visit.at(address.group(1));
            }
        } finally {
            end(server);
        }
    }

    /** Ends a process and waits for it: what it still writes would be in the way when its folder is deleted. */
    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static Process start(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED"));
        for (String folderOfLibraries : List.of("java.library.path", "org.sqlite.lib.path")) {
            String value = System.getProperty(folderOfLibraries);
            if (value != null) {
                command.add("-D" + folderOfLibraries + "=" + value);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(Redirect.DISCARD);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void lookUps(Path folder, Map<String, String> environment) {
        for (String command : List.of("ls", "who", "status", "doctor")) {
            step(folder, environment, new QuietScreen(), command);
            step(folder, environment, new QuietScreen(), command, "--json");
        }
        step(folder, environment, new QuietScreen(), "search", "sample");
        step(folder, environment, new QuietScreen(), "info", "trainer/" + FILE);
        step(folder, environment, new QuietScreen(), "rm", "trainer/" + FILE);
    }

    private void peers(Path folder, String index) {
        CompletableFuture<String> link = new CompletableFuture<>();
        QuietScreen linkScreen = new QuietScreen(link::complete);
        Surroundings sharing = surroundings(folder, environment(folder, "a", index), linkScreen);
        Thread sharer = Thread.ofVirtual().start(() -> {
            step(sharing, "share", FILE, "-q", "--user", "trainer");
            link.complete("");
        });
        Map<String, String> environment = environment(folder, "b", index);
        try {
            String target = link.get(SHARE_SECONDS, TimeUnit.SECONDS);
            lookUps(folder, environment);
            if (!target.isEmpty()) {
                step(folder, environment, new QuietScreen(), "info", target);
                step(folder, environment, new QuietScreen(), "get", target, "-o", "copy.bin");
            }
            sharing.interruption().cancellation().cancel();
            sharer.join();
        } catch (ExecutionException | TimeoutException e) {
            told.accept("share: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sharing.interruption().cancellation().cancel();
        }
    }

    private void step(Path folder, Map<String, String> environment, Screen screen, String... arguments) {
        step(surroundings(folder, environment, screen), arguments);
    }

    private void step(Surroundings surroundings, String... arguments) {
        int exit = Commands.execute(surroundings, arguments);
        told.accept(String.join(" ", arguments) + ": " + exit);
    }

    private Surroundings surroundings(Path folder, Map<String, String> environment, Screen screen) {
        InputStream input = new ByteArrayInputStream("?\nQ\n".getBytes(StandardCharsets.UTF_8));
        Interruption interruption = new Interruption();
        return new Surroundings(
                environment,
                folder,
                input,
                OutputStream.nullOutputStream(),
                false,
                new LineSecrets(input, interruption),
                screen,
                real.time(),
                interruption,
                real.services());
    }

    private static Map<String, String> environment(Path folder, String home, @Nullable String index) {
        Map<String, String> environment = new HashMap<>();
        environment.put(Home.VARIABLE, folder.resolve("home-" + home).toString());
        if (index != null) {
            environment.put(ServiceOptions.INDEX_VARIABLE, index);
        }
        return Map.copyOf(environment);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** A terminal that nobody looks at. */
    private static final class QuietScreen implements Screen {
        private final Consumer<String> results;

        QuietScreen() {
            this(line -> {});
        }

        QuietScreen(Consumer<String> results) {
            this.results = results;
        }

        @Override
        public void result(String line) {
            results.accept(line);
        }

        @Override
        public void remark(String line) {
            // Nobody looks.
        }

        @Override
        public void progress(String line) {
            // Nobody looks.
        }

        @Override
        public boolean isAnimated() {
            return true;
        }

        @Override
        public int resultColumns() {
            return StreamScreen.USUAL_COLUMNS;
        }

        @Override
        public int progressColumns() {
            return StreamScreen.USUAL_COLUMNS;
        }

        @Override
        public Paint paint() {
            return new Paint(true);
        }

        @Override
        public Optional<IOException> trouble() {
            return Optional.empty();
        }
    }
}
