package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftOversTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private Path file(String name, Instant written) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "x");
        return Files.setLastModifiedTime(file, FileTime.from(written));
    }

    @Test
    void onlyPartFilesThatNobodyWroteToForLongAreDeleted() throws IOException {
        Path old = file("a.shoal-part", NOW.minus(LeftOvers.KEPT).minusSeconds(1));
        Path passedOn = file("stream-x1", NOW.minus(LeftOvers.KEPT).minusSeconds(1));
        Path young = file("b.shoal-part", NOW.minus(LeftOvers.KEPT).plusSeconds(1));
        Path other = file("notes", Instant.EPOCH);
        LeftOvers.delete(folder, NOW, PeerEvents.NONE);
        assertThat(old).doesNotExist();
        assertThat(passedOn).doesNotExist();
        assertThat(young).exists();
        assertThat(other).exists();
    }

    @Test
    void aFolderThatIsNotThereIsNoError() {
        LeftOvers.delete(folder.resolve("none"), NOW, PeerEvents.NONE);
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
