package dev.shoal.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Measures how long the page takes with very many rows; no part of the build, as it takes a minute and its figures are
 * to be read: {@code -Dtest=PageSpeed} runs it. The peer, its API and the browser are real, and some downloads go on
 * meanwhile. The list of tasks is made of a share and a download that were made by commands, and their copies under
 * other names: all shares have one file, and all downloads another.
 */
@ExtendWith(Browsing.class)
class PageSpeed {

    private static final int SHARES = Integer.getInteger("shoal.shares", 20_000);
    private static final int DOWNLOADS = Integer.getInteger("shoal.downloads", 5_000);
    private static final int ROUNDS = Integer.getInteger("shoal.rounds", 11);
    private static final int STARTS = 5;
    private static final int MOVING = 4;
    private static final int MOVING_BYTES = 24 << 20;

    private final Map<String, List<Double>> took = new LinkedHashMap<>();

    private void note(String what, Object millis) {
        took.computeIfAbsent(what, name -> new ArrayList<>()).add(((Number) millis).doubleValue());
    }

    @Test
    void thePageWithVeryManyRows(World world) throws Exception {
        fill(world);
        Stay many = world.stay("many");
        for (int i = 0; i < MOVING; i++) {
            String name = "ben/moving-" + i;
            many.ask("POST", "/downloads", Map.of("target", name, "path", world.folder + "/many/moving-" + i));
        }
        Awaitility.await()
                .until(() -> many.ask("GET", "/downloads?limit=4", null).contains("\"downloading\""));
        Awaitility.await()
                .atMost(3, TimeUnit.MINUTES)
                .until(() -> many.ask("GET", "/status", null).contains("\"remaining\":0"));
        for (int i = 0; i < STARTS; i++) {
            begin(world, many);
        }
        try (BrowserContext context = world.chromium.browser.newContext();
                Page page = context.newPage()) {
            page.navigate(many.web.entrance());
            page.evaluate(script());
            page.waitForTimeout(2_000);
            note("to Shares, for the first time", page.evaluate("view('shares', 'Shares')"));
            note("to Downloads, for the first time", page.evaluate("view('downloads', 'Downloads')"));
            for (int i = 0; i < ROUNDS; i++) {
                round(page, i);
            }
        }
        tell();
    }

    /** A home with that many tasks. */
    private static void fill(World world) throws Exception {
        Stay ben = world.stay("ben");
        Random random = new Random(5);
        for (int i = 0; i < MOVING; i++) {
            byte[] bytes = new byte[MOVING_BYTES];
            random.nextBytes(bytes);
            String name = "ben/moving-" + i;
            share(ben, Files.write(world.folder.resolve(name), bytes), name);
            ben.ask("POST", "/limits/names", Map.of("name", name, "limit", "64KiB/s"));
        }
        share(ben, Files.writeString(world.folder.resolve("ben/got"), "What is got."), "ben/got-0");
        Path kept = world.home("many").resolve("tasks");
        Files.createDirectories(world.folder.resolve("many"));
        try (Stay one = world.open("many")) {
            share(one, Files.writeString(world.folder.resolve("many/shared"), "What is shared."), "row-0");
            one.ask("POST", "/downloads", Map.of("target", "ben/got-0", "path", world.folder + "/many/got-0"));
            Awaitility.await().until(() -> one.ask("GET", "/downloads", null).contains("\"sharing\""));
        }
        List<String> lines = Files.readAllLines(kept);
        StringBuilder tasks = new StringBuilder(String.join("\n", lines)).append('\n');
        String shared = lines.stream()
                .filter(line -> line.contains("row-0"))
                .findFirst()
                .orElseThrow();
        String got = lines.stream()
                .filter(line -> line.contains("got-0"))
                .findFirst()
                .orElseThrow();
        int id = 2;
        for (int i = 1; i < DOWNLOADS; i++) {
            Files.createLink(world.folder.resolve("many/got-" + i), world.folder.resolve("many/got-0"));
            tasks.append(copy(got, ++id, "got-", i));
        }
        for (int i = 1; i < SHARES; i++) {
            tasks.append(copy(shared, ++id, "row-", i));
        }
        Files.writeString(kept, tasks);
    }

    private static String copy(String line, int id, String prefix, int number) {
        return line.replaceFirst("\"id\":\\d+,", "\"id\":" + id + ",").replace(prefix + "0", prefix + number) + "\n";
    }

    private static void share(Stay stay, Path file, String name) throws Exception {
        stay.ask("POST", "/shares", Map.of("path", file.toString(), "name", name));
    }

    /** The page in a browser that does not have it, and once more in one that has. */
    private void begin(World world, Stay many) throws IOException {
        try (BrowserContext context = world.chromium.browser.newContext();
                Page page = context.newPage()) {
            page.navigate(many.web.entrance());
            page.evaluate(script());
            note("first paint, nothing kept by the browser", page.evaluate("firstPaint()"));
            page.reload();
            page.evaluate(script());
            note("first paint, when it is loaded again", page.evaluate("firstPaint()"));
        }
    }

    private void round(Page page, int i) {
        note("to Shares", page.evaluate("view('shares', 'Shares')"));
        filter(page, "row-", SHARES, i, "Shares");
        note("to other rows of Shares", page.evaluate("jump(" + (i + 1.0) / (ROUNDS + 2) + ")"));
        note("a share is opened", page.evaluate("open_(9)"));
        note("to Downloads", page.evaluate("view('downloads', 'Downloads')"));
        filter(page, "got-", DOWNLOADS + MOVING, i, "Downloads");
        note("to other rows of Downloads", page.evaluate("jump(" + (i + 1.0) / (ROUNDS + 2) + ")"));
        note("a download is opened", page.evaluate("open_(9)"));
        for (Object each : (List<?>) page.evaluate("scroll(900, 40)")) {
            note("a frame while one scrolls", each);
        }
        note("the peer's answer: 100 shares of the middle", page.evaluate("ask('/shares?offset=10000&limit=100')"));
        note("the peer's answer: 100 shares by a text", page.evaluate("ask('/shares?text=row-77&limit=100')"));
        note("the peer's answer: its state", page.evaluate("ask('/status')"));
    }

    private void filter(Page page, String prefix, int whole, int i, String view) {
        List<?> both = (List<?>) page.evaluate("filter('" + prefix + (11 + i) + "', " + whole + ")");
        note("a text is typed in " + view, both.getFirst());
        note("a text is taken away in " + view, both.getLast());
    }

    private static String script() throws IOException {
        try (InputStream in = PageSpeed.class.getResourceAsStream("speed.js")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8) + "0";
        }
    }

    private void tell() {
        System.out.printf("%d shares, %d downloads, %d of them under way%n", SHARES, DOWNLOADS + MOVING, MOVING);
        took.forEach((what, all) -> {
            List<Double> sorted = all.stream().sorted().toList();
            System.out.printf(
                    Locale.ROOT,
                    "%-44s median %6.1f ms [%.1f-%.1f]%n",
                    what,
                    sorted.get(sorted.size() / 2),
                    sorted.getFirst(),
                    sorted.getLast());
        });
    }
}
