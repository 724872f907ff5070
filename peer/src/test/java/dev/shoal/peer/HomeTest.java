package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Where a peer keeps its state. */
class HomeTest {

    @Test
    void theVariableIsStrongest() {
        Map<String, String> environment = Map.of("SHOAL_HOME", "/a/../b", "HOME", "/h", "XDG_DATA_HOME", "/x");
        assertThat(Home.of(environment).folder()).isEqualTo(Path.of("/b").toAbsolutePath());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theEnvironmentSaysWhereAUserIsAtHome() {
        assertThat(Home.of(Map.of("HOME", "/h")).folder()).isEqualTo(Path.of("/h/.local/share/shoal"));
        assertThat(Home.of(Map.of("HOME", "/h", "XDG_DATA_HOME", "/x")).folder())
                .isEqualTo(Path.of("/x/shoal"));
        assertThat(Home.of(Map.of("HOME", "/h", "XDG_DATA_HOME", "x")).folder())
                .isEqualTo(Path.of("/h/.local/share/shoal"));
        assertThat(Home.of(Map.of("HOME", "h")).folder())
                .isEqualTo(Path.of(System.getProperty("user.home")).resolve(".local/share/shoal"));
    }
}
