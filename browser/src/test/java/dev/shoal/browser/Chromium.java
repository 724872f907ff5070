package dev.shoal.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The browser of the tests: the Chromium of this machine, without a window, one for all of them. None is fetched. Every
 * name below {@code test} leads it to this machine. For one thread.
 */
final class Chromium implements AutoCloseable {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "chrome");

    /** What is said where there is none. */
    static final String NONE =
            "No Chromium is installed, so the page is not tested. Debian's package is called chromium.";

    private final Playwright playwright;
    final Browser browser;

    private Chromium(Path program) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        this.playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
        List<String> arguments = new ArrayList<>(List.of("--host-resolver-rules=MAP *.test 127.0.0.1"));
        if (System.getProperty("user.name").equals("root")) {
            arguments.add("--no-sandbox");
        }
        BrowserType.LaunchOptions options = new BrowserType.LaunchOptions()
                .setExecutablePath(program)
                .setHeadless(true)
                .setArgs(arguments);
        this.browser = playwright.chromium().launch(options);
    }

    /** Where it is installed. */
    static Optional<Path> program() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Chromium start() {
        return new Chromium(program().orElseThrow());
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
