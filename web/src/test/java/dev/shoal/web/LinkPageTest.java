package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Download links on the page: made, copied, used by somebody else, and ended. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LinkPageTest {

    @TempDir
    Path folder;

    @Test
    void aLinkIsMadeUsedAndEnded() throws Exception {
        Path file = Files.writeString(folder.resolve("thesis.txt"), "Chapter one.");
        try (Chromium chromium = Chromium.start();
                IndexServer index = IndexServer.start(new IndexConfiguration(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        folder.resolve("index"),
                        Optional.empty(),
                        IndexSettings.DEFAULT));
                Stay ada = new Stay(
                        folder.resolve("home"), "127.0.0.1:" + index.address().getPort(), "ada", 0)) {
            ada.ask("PUT", "/settings", Map.of("link-port", "0", "link-host", "127.0.0.1"));
            ada.ask("POST", "/shares", Map.of("path", file.toString()));
            try (Visit hers = new Visit(chromium, ada.web)) {
                hers.go("Shares");
                hers.row("thesis.txt").click();
                makeAndUse(hers);
                hers.assertClean();
            }
        }
    }

    private static void makeAndUse(Visit hers) throws Exception {
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
        assertThat(LinkSteps.fetched(url)).startsWith("HTTP/1.1 200 ").endsWith("Chapter one.");
        hers.page.getByText("1 of 2 downloads, 12 B sent").waitFor();
        hers.page
                .locator("dialog button")
                .filter(new Locator.FilterOptions().setHasText("End it"))
                .click();
        link.waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
        // It was the only one, so the port is closed as well.
        assertThatThrownBy(() -> LinkSteps.fetched(url)).isInstanceOf(IOException.class);
    }
}
