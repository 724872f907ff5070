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
    void amongKeptFilesOnlyPartsAreLeftOvers() throws IOException {
        Instant old = NOW.minus(LeftOvers.KEPT).minusSeconds(1);
        Path kept = file("stream-recording (version 3)", old);
        Path part = file("a.shoal-part", old);
        LeftOvers.deleteParts(folder, NOW, PeerEvents.NONE);
        assertThat(kept).exists();
        assertThat(part).doesNotExist();
    }

    @Test
    void aPartThatIsAFolderIsAsYoungAsWhatCameLast() throws IOException {
        Instant old = NOW.minus(LeftOvers.KEPT).minusSeconds(1);
        Files.createDirectory(folder.resolve("young.shoal-part"));
        Files.createDirectory(folder.resolve("old.shoal-part"));
        file("young.shoal-part/content", NOW);
        file("old.shoal-part/content", old);
        for (String name : new String[] {"young.shoal-part", "old.shoal-part"}) {
            Files.setLastModifiedTime(folder.resolve(name), FileTime.from(old));
        }
        LeftOvers.deleteParts(folder, NOW, PeerEvents.NONE);
        assertThat(folder.resolve("young.shoal-part/content")).exists();
        assertThat(folder.resolve("old.shoal-part")).doesNotExist();
    }

    @Test
    void aFolderThatIsNotThereIsNoError() {
        LeftOvers.delete(folder.resolve("none"), NOW, PeerEvents.NONE);
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
