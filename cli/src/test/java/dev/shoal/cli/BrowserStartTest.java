package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Opening a file in a browser. */
class BrowserStartTest {

    @TempDir
    Path folder;

    /** An opener that writes down what it was told to open. */
    private void opener(String name, int exit) throws Exception {
        Path script = Files.writeString(
                folder.resolve(name), "#!/bin/sh\necho \"$# $1\" > '" + folder + "/told'\nexit " + exit + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    private BrowserStart start(String system, String desktop) {
        return new BrowserStart(Map.of("PATH", "/nowhere:" + folder, desktop, ":0"), system);
    }

    @Test
    void theSystemsOpenerIsToldTheFile() throws Exception {
        opener("xdg-open", 0);
        opener("open", 0);
        for (BrowserStart each : java.util.List.of(
                start("Linux", "DISPLAY"), start("Linux", "WAYLAND_DISPLAY"), start("Mac OS X", "NONE"))) {
            assertThat(each.open(folder.resolve("page one.html"))).isNull();
            assertThat(folder.resolve("told")).hasContent("1 " + folder + "/page one.html");
            Files.delete(folder.resolve("told"));
        }
    }

    /** Ctrl-C is sent to the processes of the group that has the terminal. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theBrowserIsInASessionOfItsOwn() throws Exception {
        Path apart = Path.of("/usr/bin/setsid");
        assumeThat(apart).isExecutable();
        Path script = Files.writeString(
                folder.resolve("xdg-open"),
                "#!/bin/sh\nread -r pid name state parent group session rest < /proc/$$/stat\n"
                        + "echo \"$pid $group $session $# $1\" > '" + folder + "/told'\nexit 4\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        Path page = folder.resolve("page.html");
        assertThat(start("Linux", "DISPLAY").open(page)).endsWith("xdg-open failed with exit code 4");
        String[] inherited = Files.readString(folder.resolve("told")).strip().split(" ", -1);
        assertThat(inherited[1]).isNotEqualTo(inherited[0]);
        Path way = Files.writeString(folder.resolve("setsid"), "#!/bin/sh\nexec " + apart + " \"$@\"\n");
        Files.setPosixFilePermissions(way, PosixFilePermissions.fromString("rwx------"));
        assertThat(start("Linux", "DISPLAY").open(page)).endsWith("xdg-open failed with exit code 4");
        String[] told = Files.readString(folder.resolve("told")).strip().split(" ", -1);
        assertThat(told).containsExactly(told[0], told[0], told[0], "1", page.toString());
    }

    @Test
    void whereThereIsNoBrowserThatIsSaid() throws Exception {
        Path page = folder.resolve("page.html");
        assertThat(start("Linux", "DISPLAY").open(page)).isEqualTo("there is no xdg-open here");
        opener("xdg-open", 3);
        assertThat(start("Linux", "DISPLAY").open(page)).endsWith("xdg-open failed with exit code 3");
        assertThat(folder.resolve("told")).exists();
        Files.delete(folder.resolve("told"));
        assertThat(start("Linux", "NONE").open(page)).startsWith("there is no desktop here");
        assertThat(folder.resolve("told")).doesNotExist();
    }
}
