package dev.shoal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Download links on the page: made, copied, used by somebody else in a browser, and ended. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@ExtendWith(Browsing.class)
class LinkPageTest {

    @Test
    void aLinkIsMadeUsedAndEnded(World world) throws Exception {
        Stay ada = world.stay("ada");
        Path file = Files.writeString(world.folder.resolve("ada/thesis.txt"), "Chapter one.");
        ada.ask("PUT", "/settings", Map.of("link-port", "0", "link-host", "127.0.0.1"));
        ada.ask("POST", "/shares", Map.of("path", file.toString()));
        Visit hers = world.visit(ada);
        hers.go("Shares");
        hers.row("thesis.txt").click();
        hers.button("Link for somebody without Shoal…").click();
        hers.field("Good for").selectOption("a week");
        hers.field("Downloads").fill("half");
        hers.agree();
        hers.page.getByText("Downloads are a whole number").waitFor();
        hers.field("Downloads").fill("2");
        hers.agree();
        Locator link = hers.page.getByLabel("Download link 1").first();
        link.waitFor();
        hers.page.getByText("What the other browser says").waitFor();
        hers.look("link");
        String url = link.inputValue();
        hers.page
                .getByRole(AriaRole.BUTTON)
                .filter(new Locator.FilterOptions().setHasText("Copy Download link 1"))
                .click();
        assertThat(hers.page.evaluate("navigator.clipboard.readText()")).isEqualTo(url);
        assertThat(downloaded(world, url, "thesis.txt")).isEqualTo("Chapter one.");
        hers.page.getByText("1 of 2 downloads, 12 B sent").waitFor();
        hers.page
                .locator("dialog button")
                .filter(new Locator.FilterOptions().setHasText("End it"))
                .click();
        link.waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
        // It was the only one, so the port is closed as well.
        try (BrowserContext his = stranger(world)) {
            assertThatThrownBy(() -> his.request().get(url)).isInstanceOf(PlaywrightException.class);
        }
    }

    /** What somebody gets who opens a link, and goes on past the warning. */
    private static String downloaded(World world, String url, String name) throws Exception {
        try (BrowserContext his = stranger(world)) {
            Page page = his.newPage();
            Download download = page.waitForDownload(() -> page.evaluate("url => { location.href = url }", url));
            assertThat(download.suggestedFilename()).isEqualTo(name);
            return Files.readString(download.path());
        }
    }

    private static BrowserContext stranger(World world) {
        return world.chromium.browser.newContext(new Browser.NewContextOptions().setIgnoreHTTPSErrors(true));
    }
}
