package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that change while a peer runs. */
class SettingsWatchTest {

    @TempDir
    Path folder;

    private final List<String> taken = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private Path file;
    private SettingsWatch watch;

    @BeforeEach
    void begin() {
        file = folder.resolve("config");
        watch = new SettingsWatch(
                file,
                Configuration.load(file),
                (setting, value) -> taken.add(setting.key() + "=" + value),
                (level, text) -> said.add(level + " " + text));
    }

    @Test
    void whatAnEditorHasChangedIsTakenUpOnce() throws Exception {
        watch.look();
        Files.writeString(file, "upload-limit = 2MiB/s\nlisten = 7999\n");
        watch.look();
        watch.look();
        assertThat(taken).containsExactly("upload-limit=2MiB/s");
        assertThat(said)
                .containsExactlyInAnyOrder(
                        "INFO The setting upload-limit is 2MiB/s now.",
                        "INFO The setting listen is 7999 from the next start of this peer on.");
        Files.delete(file);
        watch.look();
        assertThat(taken).containsExactly("upload-limit=2MiB/s", "upload-limit=unlimited");
        assertThat(said).contains("INFO The setting listen is not set from the next start of this peer on.");
    }

    @Test
    void aFileThatIsWrongIsToldOnceAndChangesNothing() throws Exception {
        Files.writeString(file, "keep = 5\n");
        watch.look();
        taken.clear();
        said.clear();
        Files.writeString(file, "keep = very many\n");
        watch.look();
        Files.writeString(file, "keep = very many\n\n");
        watch.look();
        assertThat(said).singleElement().asString().startsWith("WARNING ").contains("keep", "from before hold");
        assertThat(taken).isEmpty();
        assertThat(watch.report().problem()).contains("very many");
        assertThat(watch.report().items())
                .filteredOn(item -> item.key().equals("keep"))
                .singleElement()
                .extracting(TaskReport.SettingNow::value)
                .isEqualTo("5");
        Files.writeString(file, "keep = 6\n");
        watch.look();
        assertThat(watch.report().problem()).isNull();
        assertThat(taken).containsExactly("keep=6");
    }

    @Test
    void severalAreChangedAtOnceOrNotAtAll() {
        assertThatThrownBy(() -> watch.change(Map.of("keep", "7", "upload-limit", "fast")))
                .isInstanceOf(PeerException.class);
        assertThatThrownBy(() -> watch.change(Map.of("keep", "7", "colour", "blue")))
                .hasMessageContaining("no setting \"colour\"");
        assertThat(file).doesNotExist();
        watch.change(Map.of("keep", "7", "user", "ada"));
        assertThat(file).content().contains("keep = 7", "user = ada");
        assertThat(taken).containsExactly("keep=7");
        assertThat(watch.report().items())
                .filteredOn(TaskReport.SettingNow::pending)
                .singleElement()
                .extracting(TaskReport.SettingNow::key)
                .isEqualTo("user");
        watch.change(Map.of("user", ""));
        assertThat(watch.report().items()).noneMatch(TaskReport.SettingNow::pending);
    }
}
