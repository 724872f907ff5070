package dev.shoal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page without a mouse. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ExtendWith(Browsing.class)
class KeyboardTest {

    @Test
    void theKeyboardIsEnough(World world) throws Exception {
        Path folder = world.folder;
        Visit hers = world.visit(world.stay("ada"));
        Visit his = world.visit(world.stay("ben"));
        Files.writeString(folder.resolve("ada/keys.txt"), "By keys alone.");
        hers.go("People");
        hers.tabTo("Shares");
        hers.press("Enter");
        hers.hasFocus("Shares");
        hers.tabTo("Share…");
        hers.press("Enter");
        hers.see("Share a file or a folder");
        hers.press("Escape");
        hers.hasFocus("Share…");
        hers.press("Enter");
        hers.hasFocus("File or folder");
        hers.page.keyboard().type(folder.resolve("ada/keys.txt").toString());
        hers.press("Enter");
        hers.page.locator("h2:has-text('keys.txt')").waitFor();
        hers.hasFocus("ada/keys.txt");
        hers.tabTo("Copy");
        hers.press("Enter");
        hers.see("Copied");
        hers.row("keys.txt").waitFor();
        hers.press("Escape");
        Awaitility.await().untilAsserted(() -> assertThat(hers.focus()).contains("keys.txt", "not sent yet"));
        his.go("Find");
        his.page.locator("h1").focus();
        his.press("/");
        his.press("Control+A");
        his.page.keyboard().type("keys");
        his.row("keys.txt").waitFor();
        his.tabTo("ada/keys.txt");
        his.press("Enter");
        his.button("Get").waitFor();
        his.tabTo("Get");
        his.press("Enter");
        his.hasFocus("Put it in");
        his.press("Control+A");
        his.page.keyboard().type(folder.resolve("ben").toString());
        his.press("Enter");
        Awaitility.await()
                .untilAsserted(() -> assertThat(folder.resolve("ben/keys.txt")).exists());
        his.see("done, and shared");
    }
}
