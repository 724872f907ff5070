package dev.shoal.bench;

import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.DeregisterName;
import dev.shoal.protocol.IndexRequest.Inspect;
import dev.shoal.protocol.IndexRequest.ListAll;
import dev.shoal.protocol.IndexRequest.ListOnline;
import dev.shoal.protocol.IndexRequest.Locate;
import dev.shoal.protocol.IndexRequest.Search;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code hidden}: how long answers take about what is private and not for the asker, and about what is not there; what
 * a page costs who reads very many private names, and whether that holds up others.
 */
@Command(
        name = "hidden",
        mixinStandardHelpOptions = true,
        description = "Private names: absent beside forbidden, pages of who reads many, and public look-ups meanwhile.")
final class HiddenBench implements Callable<Integer> {

    private static final int WARM = 2_000;
    private static final int PAGE = 100;
    private static final int PAGING_CONNECTIONS = 4;
    private static final long PUBLIC_PAUSE_MILLIS = 2;

    @Option(
            names = "--names",
            defaultValue = "10000",
            description = "Private names of others, and as many own ones; ${DEFAULT-VALUE}.")
    int names;

    @Option(names = "--rounds", defaultValue = "5000", description = "Pairs of each request; ${DEFAULT-VALUE}.")
    int rounds;

    @Option(names = "--seconds", defaultValue = "10", description = "How long is paged; ${DEFAULT-VALUE}.")
    int seconds;

    @Option(names = "--folder", defaultValue = "/dev/shm", description = "Where the index's data is.")
    Path folder = Path.of("");

    @Option(names = "--json", paramLabel = "FILE", description = "Where the results go, too.")
    @Nullable
    Path json;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, Object> results = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(folder);
                Program.RunningIndex index = Program.here().index(work.path());
                HiddenWorld world = new HiddenWorld(index.socketAddress())) {
            world.fill(names);
            System.out.println(compared(world));
            System.out.println(paged(world));
        }
        Path file = json != null ? json : Program.here().root().resolve("bench/target/results/hidden.json");
        ResultFile.write(file, Main.commandLine(), results);
        return 0;
    }

    /** Of an outsider, in turns and in random order, so that whatever else happens befalls both. */
    private TextTable compared(HiddenWorld world) {
        TextTable table =
                new TextTable("request", "absent µs", "forbidden µs", "ratio", "absent 90 %", "forbidden 90 %");
        HiddenWorld.Person sharer = world.sharer;
        compare(
                table,
                world,
                "I",
                number -> new Inspect(HiddenWorld.absent(sharer, number), 0),
                number -> new Inspect(HiddenWorld.name(sharer, number), 0));
        compare(
                table,
                world,
                "F",
                number -> locate(number, new AudienceId(random.nextLong(), random.nextLong())),
                number -> locate(number, sharer.audience(number)));
        compare(
                table,
                world,
                "T",
                number -> new DeregisterName(HiddenWorld.absent(sharer, number)),
                number -> new DeregisterName(HiddenWorld.name(sharer, number)));
        compare(
                table,
                world,
                "S",
                number -> new Search(HiddenWorld.absent(sharer, number).text(), 0, PAGE),
                number -> new Search(HiddenWorld.name(sharer, number).text(), 0, PAGE));
        compare(
                table,
                world,
                "L",
                number -> new ListAll(HiddenWorld.absent(sharer, number).text(), PAGE),
                number -> new ListAll(HiddenWorld.name(sharer, number).text(), PAGE));
        return table;
    }

    private static Locate locate(int number, AudienceId audience) {
        return new Locate(false, HiddenWorld.content(number), 0, 16, audience);
    }

    private void compare(
            TextTable table,
            HiddenWorld world,
            String letter,
            IntFunction<IndexRequest> absent,
            IntFunction<IndexRequest> forbidden) {
        List<Double> ofAbsent = new ArrayList<>();
        List<Double> ofForbidden = new ArrayList<>();
        for (int round = -WARM; round < rounds; round++) {
            int number = random.nextInt(names);
            boolean absentFirst = random.nextBoolean();
            for (boolean isAbsent : new boolean[] {absentFirst, !absentFirst}) {
                IndexRequest request = (isAbsent ? absent : forbidden).apply(number);
                long begin = System.nanoTime();
                world.outsider.ask(round & Integer.MAX_VALUE, request);
                double micros = (System.nanoTime() - begin) / 1e3;
                if (round >= 0) {
                    (isAbsent ? ofAbsent : ofForbidden).add(micros);
                }
            }
        }
        Spread one = Spread.of(ofAbsent);
        Spread other = Spread.of(ofForbidden);
        double ratio = other.median() / one.median();
        table.row(
                letter,
                number(one.median()),
                number(other.median()),
                String.format(Locale.ROOT, "%.3f", ratio),
                number(one.percentile(0.9)),
                number(other.percentile(0.9)));
        results.put(letter, Map.of("absentMicros", one.median(), "forbiddenMicros", other.median(), "ratio", ratio));
    }

    /** Somebody looks a public name up, alone, and while another one pages through all that he may read. */
    private TextTable paged(HiddenWorld world) throws InterruptedException {
        TextTable table = new TextTable("while", "look-ups", "median ms", "99 % ms", "most ms", "pages", "ms a page");
        FrameLink link = world.connect(Identity.generate());
        lookUps(world, link, 1);
        row(table, "nobody pages", lookUps(world, link, seconds), List.of());
        for (String letter : List.of("L", "O", "S")) {
            AtomicBoolean over = new AtomicBoolean();
            List<Double> pages = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < PAGING_CONNECTIONS; i++) {
                int number = i;
                threads.add(Thread.ofPlatform().start(() -> page(world, letter, number, over, pages)));
            }
            List<Double> lookUps = lookUps(world, link, seconds);
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            row(table, PAGING_CONNECTIONS + " page by " + letter, lookUps, pages);
        }
        return table;
    }

    private void page(HiddenWorld world, String letter, int number, AtomicBoolean over, List<Double> pages) {
        String cursor = "";
        while (!over.get()) {
            IndexRequest request = switch (letter) {
                case "L" -> new ListAll(cursor, PAGE);
                case "O" -> new ListOnline(cursor, PAGE);
                default -> new Search("plan " + String.format(Locale.ROOT, "%03d", number), 0, PAGE);
            };
            long begin = System.nanoTime();
            cursor = world.reader.ask(number, request) instanceof IndexReply.Names page ? page.cursor() : "";
            double millis = (System.nanoTime() - begin) / 1e6;
            synchronized (pages) {
                pages.add(millis);
            }
        }
    }

    private List<Double> lookUps(HiddenWorld world, FrameLink link, int lastingSeconds) throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        Inspect request = new Inspect(new Name(world.sharer.user() + "/public"), 0);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(lastingSeconds);
        while (System.nanoTime() < end) {
            long begin = System.nanoTime();
            link.exchange(request, HiddenWorld.LIMIT_MILLIS);
            millis.add((System.nanoTime() - begin) / 1e6);
            TimeUnit.MILLISECONDS.sleep(PUBLIC_PAUSE_MILLIS);
        }
        return millis;
    }

    private void row(TextTable table, String name, List<Double> lookUps, List<Double> pages) {
        Spread spread = Spread.of(lookUps);
        double page = pages.isEmpty() ? 0 : Spread.of(pages).median();
        table.row(
                name,
                "" + lookUps.size(),
                String.format(Locale.ROOT, "%.2f", spread.median()),
                String.format(Locale.ROOT, "%.2f", spread.percentile(0.99)),
                String.format(Locale.ROOT, "%.1f", spread.most()),
                "" + pages.size(),
                pages.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", page));
        results.put(
                name,
                Map.of(
                        "medianMillis", spread.median(),
                        "p99Millis", spread.percentile(0.99),
                        "pages", pages.size(),
                        "pageMedianMillis", page));
    }

    private static String number(double micros) {
        return String.format(Locale.ROOT, "%.1f", micros);
    }
}
