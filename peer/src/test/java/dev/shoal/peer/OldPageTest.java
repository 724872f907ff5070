package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.transport.SecretFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a killed process left behind of its page. */
class OldPageTest {

    @TempDir
    Path folder;

    @Test
    void theAddressAndTheLeadGoAndTheTokenStays() throws Exception {
        Home home = new Home(folder);
        OldPage.remove(home);
        assertThat(folder).isEmptyDirectory();
        SecretFile.write(home.webFile(), "http://127.0.0.1:7808\nthe-token\n");
        SecretFile.write(home.pageFile(), "leads there");
        OldPage.remove(home);
        assertThat(home.webFile()).hasContent("\nthe-token\n");
        assertThat(SecretFile.isOpenToOthers(home.webFile())).isFalse();
        assertThat(home.pageFile()).doesNotExist();
        OldPage.remove(home);
        assertThat(home.webFile()).hasContent("\nthe-token\n");
    }

    @Test
    void anAddressThatCannotBeReplacedGoesWithItsToken() throws Exception {
        Home home = new Home(folder);
        SecretFile.write(home.webFile(), "http://127.0.0.1:7808\nthe-token\n");
        Path inTheWay = Files.createDirectory(folder.resolve("web.new"));
        Files.createFile(inTheWay.resolve("file"));
        OldPage.remove(home);
        assertThat(home.webFile()).doesNotExist();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aTokenThatOthersMayHaveReadGoesAsItIs() throws Exception {
        Home home = new Home(folder).create();
        SecretFile.write(home.webFile(), "\nthe-token\n");
        Files.setPosixFilePermissions(home.webFile(), PosixFilePermissions.fromString("rw-r--r--"));
        OldPage.remove(home.create());
        assertThat(home.webFile()).doesNotExist();
    }
}
