package dev.shoal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.shoal.web.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;

/**
 * The page of a peer in a browser, with what a test does there. Notes what must not happen: errors, refused scripts or
 * styles, requests to anywhere but the peer. For one thread.
 */
final class Visit implements AutoCloseable {

    private static final int PHONE_WIDTH = 360;
    private static final int WIDTH = 1_180;
    private static final int HEIGHT = 760;

    /** More than there is to reach in any view. */
    private static final int MOST_TABS = 60;

    private static final Set<String> IN_DOCS = Set.of("find", "downloads", "shares", "synced", "activity");

    private static final boolean FOR_DOCS = Boolean.getBoolean("shoal.pictures");

    private static final String AXE = script();

    final Page page;
    private final BrowserContext context;
    private final String address;
    private final List<String> wrong = new ArrayList<>();

    Visit(Chromium chromium, WebServer web) {
        this.address = web.address();
        this.context = chromium.browser.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(WIDTH, HEIGHT)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setPermissions(List.of("clipboard-read", "clipboard-write"))
                .setLocale("en-GB"));
        this.page = context.newPage();
        page.setDefaultTimeout(20_000);
        page.onConsoleMessage(message -> {
            // What the peer refuses, the page shows; the browser writes it down as an error, too.
            if (message.type().equals("error") && !message.text().contains("the server responded with a status of 4")) {
                wrong.add("console: " + message.text());
            }
        });
        page.onPageError(error -> wrong.add("error: " + error));
        page.onRequest(request -> {
            if (!request.url().startsWith(address + "/")) {
                wrong.add("request to " + request.url());
            }
        });
        page.navigate(web.entrance());
        page.getByRole(AriaRole.NAVIGATION).waitFor();
    }

    /** Goes to a view by its link. */
    void go(String view) {
        page.getByRole(AriaRole.NAVIGATION)
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(view))
                .click();
        page.locator("h1").filter(new Locator.FilterOptions().setHasText(view)).waitFor();
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator row(String name) {
        return page.locator(".row-link").filter(new Locator.FilterOptions().setHasText(name));
    }

    Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    /** The button of the dialog that does what it is for. */
    void agree() {
        page.locator("dialog").last().locator(".actions button").first().click();
    }

    void see(String text) {
        page.getByText(text).first().waitFor();
    }

    void gone(String selector) {
        page.locator(selector)
                .first()
                .waitFor(new Locator.WaitForOptions()
                        .setState(com.microsoft.playwright.options.WaitForSelectorState.HIDDEN));
    }

    /** Everybody can use the view as it is now, by day, by night and on a phone; pictures of it are kept. */
    void look(String name) {
        keep(name);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        // What else there is to find does not change with the colours.
        axe(name + " by night", "{resultTypes: ['violations'], runOnly: ['color-contrast']}");
        picture(name + "-dark", false);
        page.setViewportSize(PHONE_WIDTH, 700);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        assertThat(page.evaluate("document.scrollingElement.scrollWidth"))
                .as(name + " on a phone")
                .isEqualTo(PHONE_WIDTH);
        assertThat(page.evaluate("[...document.querySelectorAll('main, .pane, .single, dialog')]"
                        + ".filter((each) => each.scrollWidth > each.clientWidth).length"))
                .as(name + " on a phone, inside")
                .isEqualTo(0);
        picture(name + "-phone", false);
        page.setViewportSize(WIDTH, HEIGHT);
        axe(name, "{resultTypes: ['violations']}");
    }

    /** The script is there once a page, as views come and go without another one. */
    private void axe(String name, String options) {
        if (!Boolean.TRUE.equals(page.evaluate("'axe' in window"))) {
            page.evaluate(AXE);
        }
        Object found = page.evaluate("axe.run(document, " + options + ").then((found) => found.violations.map((rule) =>"
                + " `${rule.id}: ${rule.nodes[0].html} ${rule.nodes[0].failureSummary}`))");
        assertThat(found).as(name).isEqualTo(List.of());
    }

    private static String script() {
        try (InputStream in = Visit.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void picture(String name, boolean isForDocs) {
        Path root = Path.of(System.getProperty("shoal.root"));
        Path file = isForDocs
                ? root.resolve("docs/pictures/" + name + ".png")
                : root.resolve("browser/target/pictures/" + name + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }

    /** What has the focus, by its label or its text. */
    String focus() {
        return page.evaluate("(() => { const it = document.activeElement;"
                        + " return it.labels?.length ? it.labels[0].textContent.trim()"
                        + " : it.getAttribute('aria-label') ?? it.textContent.trim(); })()")
                .toString();
    }

    /** What has the focus, or comes to have it, is called so. */
    void hasFocus(String text) {
        Awaitility.await().untilAsserted(() -> assertThat(focus()).isEqualTo(text));
    }

    void press(String... keys) {
        for (String key : keys) {
            page.keyboard().press(key);
        }
    }

    /** Goes with the tab key until something has the focus whose label begins with a text. */
    void tabTo(String text) {
        for (int i = 0; i < MOST_TABS && !focus().startsWith(text); i++) {
            press("Tab");
        }
        assertThat(focus()).startsWith(text);
    }

    /** Keeps a picture; where it is wanted, in the documentation. */
    void keep(String name) {
        page.mouse().move(1, 1);
        picture(name, FOR_DOCS && IN_DOCS.contains(name));
    }

    /** How it looked when a test failed. */
    void failed(String name) {
        picture("failed-" + name, false);
    }

    /** Nothing went wrong that nobody saw. */
    void assertClean() {
        assertThat(wrong).isEmpty();
    }

    @Override
    public void close() {
        context.close();
    }
}
