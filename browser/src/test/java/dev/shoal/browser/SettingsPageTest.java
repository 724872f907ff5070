package dev.shoal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the page says of its peer, and what one tells the peer there. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(Browsing.class)
class SettingsPageTest {

    private static Stay ben;
    private static Visit his;

    @BeforeAll
    static void start(World world) throws Exception {
        ben = world.stay("ben");
        Path file = Files.writeString(world.folder.resolve("ben/model.bin"), "Something to pause.");
        ben.ask("POST", "/shares", Map.of("path", file.toString(), "name", "ben/model.bin"));
        his = world.visit(ben);
    }

    @Test
    void aPeerThatTellsNothingIsNotTakenForGone() {
        his.page.route("**/api/v1/events", route -> route.fulfill(new Route.FulfillOptions().setStatus(403)));
        his.page.reload();
        his.see("What happens is not told.");
        his.page.unroute("**/api/v1/events");
        his.gone(".banner");
    }

    @Test
    void limitsRulesAndSettingsAreKept() throws Exception {
        his.go("Settings");
        his.field("Upload").first().fill("quickly");
        his.button("Keep").first().click();
        his.page.locator(".problem").waitFor();
        his.field("Upload").first().fill("3MiB/s");
        his.button("Keep").first().click();
        his.gone(".problem");
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(ben.home.configurationFile()).content().contains("upload-limit = 3MiB/s"));
        his.see("By the clock");
        his.page.getByText("Add a rule").click();
        his.page.locator("#rule-upload").fill("2MiB/s");
        his.page.locator("#rule-from").fill("08:00");
        his.page.locator("#rule-to").fill("18:00");
        his.button("Add").click();
        his.see("08:00 to 18:00");
        // In a terminal, say: what the page does must not undo it.
        ben.ask("PUT", "/schedule", Map.of("pauses", List.of(Map.of("name", "ben/model.bin"))));
        his.field("keep").fill("many");
        his.button("Pause everything").click();
        his.see("Everything is paused until you resume it.");
        his.hasFocus("Resume");
        his.look("settings");
        his.button("Resume").click();
        his.button("Pause everything").waitFor();
        his.hasFocus("Pause everything");
        assertThat(ben.ask("GET", "/schedule", null)).contains("ben/model.bin");
        his.button("Resume ben/model.bin").click();
        his.gone(".pauses li");
        his.button("Take away rule 1").click();
        his.see("No rule yet.");
        his.hasFocus("Add a rule");
        his.button("Keep keep").click();
        his.page.locator(".setting .problem").waitFor();
        his.field("keep").fill("2");
        his.button("Keep keep").click();
        his.gone(".setting .problem");
        his.hasFocus("keep");
    }
}
