package dev.shoal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.JSHandle;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The page as people use it: two browsers, of ada and of ben, a third peer, and an index. One step goes on from the one
 * before. With {@code -Dshoal.pictures=true} the pictures in docs/pictures are made anew.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(Browsing.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageTest {

    private static final int MODEL_BYTES = 12 << 20;

    private static final String DETAIL = "**/api/v1/downloads/*/detail";

    private static Path folder;
    private static Stay ada;
    private static Stay ben;
    private static Stay eve;
    private static Visit hers;
    private static Visit his;

    @BeforeAll
    static void start(World world) throws Exception {
        folder = world.folder;
        ada = world.stay("ada");
        ben = world.stay("ben");
        eve = world.stay("eve");
        byte[] model = new byte[MODEL_BYTES];
        new Random(7).nextBytes(model);
        Files.write(folder.resolve("ada/model.bin"), model);
        Files.writeString(folder.resolve("ada/thesis.txt"), "Chapter one. ".repeat(2_000));
        hers = world.visit(ada);
        his = world.visit(ben);
    }

    private static void share(String file, String note) {
        hers.go("Shares");
        hers.button("Share…").click();
        hers.field("File or folder").fill(folder.resolve("ada").resolve(file).toString());
        hers.field("Note").fill(note);
        hers.field("Watch it").check();
    }

    private static void choose(String action, String name) {
        his.go("Find");
        his.page.getByRole(AriaRole.SEARCHBOX).fill(name);
        his.row(name).click();
        his.button(action).click();
        his.field("Put it in").fill(folder.resolve("ben").toString());
        his.agree();
    }

    @Test
    @Order(1)
    void whoSignsUpIsShownTheCodesOnce() {
        hers.look("find-empty");
        hers.go("Account");
        hers.button("Sign up").click();
        Locator form = hers.page.locator("form");
        form.getByLabel("Account").fill("ada");
        form.getByLabel("Password", new Locator.GetByLabelOptions().setExact(true))
                .fill("correct horse");
        form.getByLabel("The same again").fill("another horse");
        form.locator("button.main").click();
        hers.see("The two passwords differ");
        form.getByLabel("The same again").fill("correct horse");
        form.locator("button.main").click();
        hers.see("They are shown this time only.");
        hers.hasFocus("Your recovery codes");
        assertThat(hers.page.locator(".codes li").count()).isPositive();
        hers.button("Copy all").click();
        assertThat(hers.page.evaluate("navigator.clipboard.readText()").toString())
                .contains(hers.page.locator(".codes code").first().textContent());
        hers.look("account");
        hers.button("I have kept them").click();
        hers.gone(".codes");
    }

    @Test
    @Order(2)
    void aPathIsSharedAndItsLinkIsThereToPassOn() {
        share("thesis.txt", "the first draft");
        hers.look("share-dialog");
        hers.agree();
        hers.see("Link to pass on");
        assertThat(hers.page
                        .getByLabel("Link", new Page.GetByLabelOptions().setExact(true))
                        .inputValue())
                .startsWith("shoal://")
                .contains("ada/thesis.txt");
        share("nowhere", "");
        hers.agree();
        hers.page.locator("dialog .problem").waitFor();
        hers.button("Choose… File or folder to share").click();
        hers.field("Folder").fill(folder.resolve("ada").toString());
        hers.press("Enter");
        hers.page.locator(".entry:has-text('model.bin')").click();
        hers.agree();
        hers.page.locator("h2:has-text('model.bin')").waitFor();
        hers.see("Link to pass on");
        hers.look("shares");
    }

    @Test
    @Order(2)
    void whatIsDroppedOnThePageIsShared() throws Exception {
        hers.go("Find");
        JSHandle dropped = dropped(hers.page, "photo notes.txt", "Words from another window.");
        hers.page.dispatchEvent("body", "dragover", Map.of("dataTransfer", dropped));
        hers.see("Drop it to share it");
        hers.page.dispatchEvent("body", "drop", Map.of("dataTransfer", dropped));
        hers.see("Share what you dropped");
        hers.agree();
        hers.page.locator("h2:has-text('photo notes.txt')").waitFor();
        hers.see("Link to pass on");
        String file = hers.page.locator(".facts code").first().textContent();
        assertThat(Path.of(file)).startsWith(folder.resolve("home-ada")).hasContent("Words from another window.");
        hers.button("End the share").click();
        hers.agree();
        hers.gone(".row-link:has-text('photo notes.txt')");
        // Cancelled when the peer has it already, and the page does not know.
        hers.page.evaluate("() => { window.asks = window.fetch; window.fetch = async (path, options) => {"
                + " const it = await asks(path, options); if (path.endsWith('/shares') && options.method === 'POST')"
                + " { await new Promise((go) => { window.go = go; }); } return it; }; }");
        hers.page.dispatchEvent("body", "drop", Map.of("dataTransfer", dropped(hers.page, "regret.txt", "No.")));
        hers.agree();
        Awaitility.await().until(() -> Boolean.TRUE.equals(hers.page.evaluate("'go' in window")));
        assertThat(ada.ask("GET", "/shares", null)).contains("regret.txt");
        hers.button("Cancel").click();
        hers.page.evaluate("() => { go(); window.fetch = asks; }");
        Awaitility.await().until(() -> !ada.ask("GET", "/shares", null).contains("regret.txt"));
    }

    @Test
    @Order(3)
    void whatIsFoundIsDownloadedWhileOneWatches() throws Exception {
        eve.ask("POST", "/downloads", Map.of("target", "ada/model.bin", "path", folder + "/eve/model.bin"));
        Awaitility.await().until(() -> eve.ask("GET", "/downloads", null).contains("\"sharing\""));
        for (Stay each : List.of(ada, eve)) {
            each.ask("POST", "/limits/names", Map.of("name", "ada/model.bin", "limit", "2MiB/s"));
        }
        his.page.getByRole(AriaRole.SEARCHBOX).fill("model");
        his.row("model.bin").click();
        his.see("100 %");
        his.look("find");
        choose("Get", "model.bin");
        Locator map = his.page.locator("canvas[aria-label*='from 2 sources']");
        map.waitFor();
        String before = map.getAttribute("aria-label");
        Awaitility.await()
                .pollInterval(50, TimeUnit.MILLISECONDS)
                .until(() -> map.getAttribute("aria-label").matches(".* [3-9][0-9] % .*"));
        his.keep("downloads");
        his.button("Pause").click();
        his.see("paused by you");
        assertThat(map.getAttribute("aria-label")).isNotEqualTo(before);
        his.look("paused");
        his.button("Resume").click();
        his.see("done, and shared");
        assertThat(folder.resolve("ben/model.bin")).hasSameBinaryContentAs(folder.resolve("ada/model.bin"));
        // Her account; what another calls itself nobody checked.
        his.page.locator(".pane td strong:text-is('ada')").waitFor();
        assertThat(his.page.locator(".pane td strong:text-is('eve')").count()).isZero();
        // As if it had failed.
        his.page.route(DETAIL, route -> {
            APIResponse answer = route.fetch();
            String failed = answer.text().replace("\"sharing\"", "\"failed\"");
            route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(failed));
        });
        his.button("Try again").click();
        his.see("is here already: there is nothing to pause or to go on with.");
        his.page.unroute(DETAIL);
    }

    @Test
    @Order(4)
    void aLinkIsPastedAndGot() throws Exception {
        Path file = Files.writeString(folder.resolve("ada/two words.txt"), "By its link.");
        Matcher link = Pattern.compile("\"link\":\"([^\"]+)\"")
                .matcher(ada.ask("POST", "/shares", Map.of("path", file.toString())));
        assertThat(link.find()).isTrue();
        assertThat(link.group(1)).contains("two%20words.txt,o=");
        his.go("Find");
        his.page.getByRole(AriaRole.SEARCHBOX).fill(link.group(1));
        his.see("A link to two words.txt");
        his.button("Get").click();
        his.see("Get two words.txt");
        his.field("Put it in").fill(folder.resolve("ben").toString());
        his.agree();
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(folder.resolve("ben/two words.txt")).hasContent("By its link."));
        his.go("Find");
        his.page.getByRole(AriaRole.SEARCHBOX).fill("");
    }

    @Test
    @Order(4)
    void whatIsFollowedComesWithEachVersion() throws Exception {
        // By the link that she passes on.
        hers.row("thesis.txt").click();
        hers.page.locator("h2:has-text('thesis.txt')").waitFor();
        String link = hers.page.locator(".pane .copy input").inputValue();
        his.go("Synced");
        his.field("Follow a name or a link").fill(link);
        his.button("Follow…").click();
        his.field("Put it in").fill(folder.resolve("ben").toString());
        his.agree();
        his.see("the latest version is here");
        Path copy = folder.resolve("ben/thesis.txt");
        Awaitility.await().untilAsserted(() -> assertThat(copy).exists());
        Files.writeString(folder.resolve("ada/thesis.txt"), "Chapter one. ".repeat(2_000) + "Chapter two.");
        his.page.locator(".versions").getByText("Version 2").waitFor();
        Awaitility.await()
                .untilAsserted(() -> assertThat(Files.readString(copy)).endsWith("Chapter two."));
        his.button("Bring version 1 back").click();
        his.see("an older version was brought back");
        Files.writeString(copy, "My own words.");
        his.page.locator(".card.warn").waitFor();
        his.look("synced");
        his.button("Take theirs").click();
        Awaitility.await()
                .untilAsserted(() -> assertThat(Files.readString(copy)).endsWith("Chapter two."));
        his.gone(".card.warn");
        his.button("Unsubscribe").click();
        his.agree();
        his.see("No name is followed");
        assertThat(copy).exists();
    }

    @Test
    @Order(5)
    void whoIsThereAndWhatHasHappenedIsTold() {
        his.go("People");
        his.page
                .locator(".row-plain")
                .filter(new Locator.FilterOptions().setHasText("calls itself ada"))
                .waitFor();
        his.look("people");
        his.page.locator(".row-plain").first().focus();
        his.press("End");
        Awaitility.await()
                .until(() -> "3"
                        .equals(his.page.evaluate(
                                "document.activeElement.closest('.row')?.getAttribute('aria-posinset')")));
        his.go("Activity");
        his.page.locator(".log li").first().waitFor();
        his.page.locator(".chart svg").waitFor();
        his.look("activity");
        his.page.getByLabel("Text").fill("model.bin");
        his.gone(".log li:has-text('thesis.txt')");
        assertThat(his.page.locator(".log li:has-text('model.bin')").count()).isPositive();
    }

    @Test
    @Order(8)
    void aNameIsTakenAwayAndOneLogsOut() {
        hers.go("Shares");
        hers.row("thesis.txt").click();
        hers.see("the first draft");
        hers.button("Take the name away").click();
        hers.agree();
        hers.gone(".row-link:has-text('thesis.txt')");
        his.go("Find");
        his.page.getByRole(AriaRole.SEARCHBOX).fill("thesis");
        his.see("Nothing matches");
        hers.page
                .getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName("ada").setExact(true))
                .click();
        hers.button("Log out").click();
        hers.agree();
        hers.see("With an account, all of your devices publish as one owner");
    }

    /** A file as the browser hands it over when somebody drops it. */
    static JSHandle dropped(Page page, String name, String text) {
        return page.evaluateHandle(
                "([name, text]) => { const all = new DataTransfer();"
                        + " all.items.add(new File([text], name)); return all; }",
                new String[] {name, text});
    }
}
