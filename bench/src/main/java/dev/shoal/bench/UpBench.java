package dev.shoal.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code up}: how soon a peer that stays up answers its API when it is started with very many tasks. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts of `shoal up` with many shares and downloads, to the first answer of its API.")
final class UpBench implements Callable<Integer> {

    /** How many files one command shares: their paths have to fit a command line. */
    private static final int AT_A_TIME = 500;

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Pattern ENTRANCE = Pattern.compile("(http://127\\.0\\.0\\.1:\\d+/\\?token=\\S+)");
    private static final Pattern REMAINING = Pattern.compile("\"remaining\":(\\d+)");
    private static final double SECONDS_TO_REACH = 3;
    private static final int OK = 200;

    @Option(names = "--shares", defaultValue = "20000", description = "Files that it shares; ${DEFAULT-VALUE}.")
    int shares;

    @Option(names = "--downloads", defaultValue = "5000", description = "What it has got; ${DEFAULT-VALUE}.")
    int downloads;

    @Option(names = "--rounds", defaultValue = "5", description = "Starts that are counted; ${DEFAULT-VALUE}.")
    int rounds;

    @Option(names = "--folder", defaultValue = "/dev/shm", description = "Where homes are; ${DEFAULT-VALUE}.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    private final Program program = Program.here();
    private final HttpClient client = HttpClient.newHttpClient();

    /** A peer that stays up, and where its API is, with the token. */
    private record Up(LongProcess process, URI at, String token) {}

    /** How long a start took. */
    private record Start(double answerSeconds, double allSeconds) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        List<Start> starts = new ArrayList<>();
        try (WorkFolder work = WorkFolder.below(folder);
                Program.RunningIndex index = program.index(work.folder("index"))) {
            fill(work, index.address());
            for (int round = 0; round <= rounds; round++) {
                Start start = start(work, index.address());
                if (round > 0) {
                    starts.add(start);
                }
            }
        }
        tell(starts);
        return 0;
    }

    /** A home with as many tasks as are wanted: made as people make them, but by the thousand. */
    private void fill(WorkFolder work, String index) throws IOException, InterruptedException {
        Up source = up(work, "source", index);
        share(work, "source", index, "d", downloads);
        Up peer = up(work, "peer", index);
        share(work, "peer", index, "s", shares);
        Path got = work.folder("got");
        for (int i = 0; i < downloads; i++) {
            String body = "{\"target\":\"source/d%d\",\"path\":\"%s\"}".formatted(i, got.resolve("d" + i));
            ask(peer, "downloads", body);
        }
        long endNanos = System.nanoTime() + LIMIT.toNanos();
        for (int i = downloads - 1; i >= 0; i--) {
            while (Files.notExists(got.resolve("d" + i))) {
                TimeUnit.MILLISECONDS.sleep(10);
                if (System.nanoTime() > endNanos) {
                    throw new IOException("Not all downloads came: " + ask(peer, "downloads?limit=3", null));
                }
            }
        }
        down(work, "peer", peer);
        down(work, "source", source);
    }

    private void share(WorkFolder work, String home, String index, String prefix, int count)
            throws IOException, InterruptedException {
        Path files = work.folder("files-" + home);
        for (int first = 0; first < count; first += AT_A_TIME) {
            List<String> words = new ArrayList<>(List.of("share", "-q", "--index", index));
            for (int i = first; i < Math.min(count, first + AT_A_TIME); i++) {
                words.add(
                        Files.writeString(files.resolve(prefix + i), prefix + i).toString());
            }
            TimedProcess.run(
                    work.path(), Program.environment(work.folder(home)), program.command(words.toArray(String[]::new)));
        }
    }

    private Up up(WorkFolder work, String home, String index) throws IOException, InterruptedException {
        LongProcess process = LongProcess.start(
                work.path().resolve(home + ".log"),
                Program.environment(work.folder(home)),
                program.command("up", "-q", "--port", "0", "--index", index, "--user", home));
        String entrance = process.await(ENTRANCE, LIMIT);
        int question = entrance.indexOf("/?token=");
        return new Up(
                process,
                URI.create(entrance.substring(0, question) + "/api/v1/"),
                entrance.substring(question + "/?token=".length()));
    }

    private String ask(Up up, String path, @Nullable String body) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(up.at().resolve(path)).header("Authorization", "Bearer " + up.token());
        if (body != null) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != OK / 100) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    private void down(WorkFolder work, String home, Up up) throws IOException, InterruptedException {
        TimedProcess.run(work.path(), Program.environment(work.folder(home)), program.command("down", "-q"));
        up.process().close();
    }

    private Start start(WorkFolder work, String index) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        Up peer = up(work, "peer", index);
        String status = ask(peer, "status", null);
        double answerSeconds = (System.nanoTime() - startNanos) / 1e9;
        if (!ask(peer, "shares?limit=1", null).contains("\"total\":" + shares)) {
            throw new IOException("Not all shares are back: " + status);
        }
        Matcher remaining = REMAINING.matcher(status);
        while (remaining.find() && !remaining.group(1).equals("0")) {
            TimeUnit.MILLISECONDS.sleep(20);
            remaining = REMAINING.matcher(ask(peer, "status", null));
        }
        double allSeconds = (System.nanoTime() - startNanos) / 1e9;
        down(work, "peer", peer);
        return new Start(answerSeconds, allSeconds);
    }

    private void tell(List<Start> starts) throws IOException {
        Spread answer = Spread.of(starts.stream().map(Start::answerSeconds).toList());
        Spread all = Spread.of(starts.stream().map(Start::allSeconds).toList());
        TextTable table = new TextTable("seconds to", "median", "smallest", "largest");
        table.row("the first answer", seconds(answer.median()), seconds(answer.least()), seconds(answer.most()));
        table.row("all taken up again", seconds(all.median()), seconds(all.least()), seconds(all.most()));
        System.out.println(table);
        List<Figure> figures = List.of(Figure.atMost("first answer: seconds", answer.median(), SECONDS_TO_REACH));
        System.out.println(Figure.table(figures));
        Path file = json != null ? json : program.root().resolve("bench/target/results/up.json");
        ResultFile.write(
                file,
                Main.commandLine(),
                Map.of(
                        "shares", shares,
                        "downloads", downloads,
                        "answerSeconds",
                                starts.stream().map(Start::answerSeconds).toList(),
                        "allSeconds", starts.stream().map(Start::allSeconds).toList(),
                        "figures", figures.stream().map(Figure::result).toList()));
    }

    private static String seconds(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
