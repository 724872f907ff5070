package dev.shoal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A list of very many rows has all of them, and few in the page. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(Browsing.class)
class ManyRowsTest {

    private static final int MOST_ROWS = 20_000;

    @Test
    void twentyThousandRowsAreThere(World world) throws Exception {
        Path file = Files.writeString(world.folder.resolve("keys.txt"), "By keys alone.");
        try (Stay one = world.open("many")) {
            one.ask("POST", "/shares", Map.of("path", file.toString(), "name", "row-0"));
        }
        Path kept = world.home("many").resolve("tasks");
        String first = Files.readString(kept).strip();
        StringBuilder tasks = new StringBuilder(first);
        for (int i = 2; i <= MOST_ROWS; i++) {
            tasks.append('\n')
                    .append(first.replace("\"id\":1,", "\"id\":" + i + ",").replace("row-0", "row-" + i));
        }
        Files.writeString(kept, tasks);
        Visit visit = world.visit(world.stay("many"));
        visit.go("Shares");
        visit.row("row-20000").waitFor();
        assertThat(visit.page.locator(".row").count()).isBetween(8, 60);
        visit.page.locator(".row-link").first().focus();
        visit.press("End");
        visit.row("row-0").waitFor();
        Awaitility.await().untilAsserted(() -> assertThat(visit.focus()).contains("row-0"));
        assertThat(visit.page.locator(".row:has(:focus)").getAttribute("aria-posinset"))
                .isEqualTo("20000");
        visit.page.evaluate("document.querySelector('.rows').scrollTop = 640000");
        visit.row("row-10000").waitFor();
        assertThat(visit.page.locator(".row").count()).isBetween(8, 60);
        visit.page.getByRole(AriaRole.SEARCHBOX).fill("row-777");
        visit.row("row-7771").waitFor();
    }
}
