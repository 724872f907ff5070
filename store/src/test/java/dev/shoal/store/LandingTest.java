package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a download: its name, what else may have it, and a process that is killed in the middle. */
class LandingTest {

    private static final Landing.Linking NO_LINKS = (name, file) -> {
        throw new FileSystemException(name.toString(), file.toString(), "Operation not permitted");
    };

    @TempDir
    Path folder;

    private final FileHasher hasher = new FileHasher(1);
    private final Samples sample = Samples.of(1, 300_000);

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void whatHasTheNameAlreadyStays() throws IOException {
        try (PartialFile part = filled()) {
            Path other = Files.writeString(target().file(), "mine");
            assertThatThrownBy(part::finish)
                    .isInstanceOf(TargetExistsException.class)
                    .hasMessageContaining("Nothing was overwritten");
            assertThat(other).hasContent("mine");
            TargetPath free = new TargetPath(folder.resolve("g"));
            assertThat(part.finish(free).path()).isEqualTo(free.file()).hasBinaryContent(sample.bytes());
            assertThat(target().partFile()).doesNotExist();
        }
        assertThatThrownBy(() -> PartialFile.open(target(), sample.id(), hasher, HashProgress.UNSEEN))
                .isInstanceOf(TargetExistsException.class);
        assertThatThrownBy(() -> target().existing(sample.id(), hasher::hash))
                .isInstanceOf(TargetExistsException.class);
    }

    @Test
    void anEqualFileUnderTheNameIsTheDownload() throws IOException {
        try (PartialFile part = filled()) {
            sample.writeTo(target().file());
            FileStamp stamp = FileStamp.of(target().file());
            assertThat(part.finish().stamp()).isEqualTo(stamp);
            assertThat(target().partFile()).doesNotExist();
        }
        assertThat(target().existing(sample.id(), hasher::hash)).isPresent();
        assertThat(new TargetPath(folder.resolve("none")).existing(sample.id(), hasher::hash))
                .isEmpty();
    }

    @Test
    void withoutLinksNothingIsReplacedEither() throws IOException {
        Path part = sample.writeTo(target().partFile());
        Files.writeString(target().file(), "mine");
        Landing landing = new Landing(place(), target(), hasher, NO_LINKS);
        assertThatThrownBy(() -> landing.land(sample.row())).isInstanceOf(TargetExistsException.class);
        assertThat(target().file()).hasContent("mine");
        assertThat(part).exists();
        Files.delete(target().file());
        assertThat(landing.land(sample.row()).path()).hasBinaryContent(sample.bytes());
        assertThat(folder).isDirectoryContaining(file -> file.endsWith("f"));
        assertThat(part).doesNotExist();
    }

    @Test
    void aReservationThatLedNowhereIsTakenBack() {
        Landing landing = new Landing(place(), target(), hasher, NO_LINKS);
        assertThatThrownBy(() -> landing.land(sample.row())).isInstanceOf(FileAccessException.class);
        assertThat(target().file()).doesNotExist();
    }

    @Test
    void killedAfterTheReservationItGoesOn() throws IOException {
        sample.writeTo(target().partFile());
        Files.writeString(target().file(), "A Shoal download is about to get this name: " + sample.id() + "\n");
        assertThat(target().existing(sample.id(), hasher::hash)).isEmpty();
        try (PartialFile part = PartialFile.open(target(), sample.id(), hasher, HashProgress.UNSEEN)) {
            assertThat(part.chunks().isFull()).isTrue();
            assertThat(part.finish().path()).hasBinaryContent(sample.bytes());
        }
        assertThat(target().partFile()).doesNotExist();
        assertThatThrownBy(() -> target().checkFree(Samples.of(2, 10).id())).isInstanceOf(TargetExistsException.class);
    }

    @Test
    void killedAfterTheTrailerWasCutItGoesOn() {
        sample.writeTo(target().partFile());
        for (int start = 0; start < 2; start++) {
            try (PartialFile part = PartialFile.open(target(), sample.id(), hasher, HashProgress.UNSEEN)) {
                assertThat(part.chunks().isFull()).isTrue();
                assertThat(part.chunkRow()).contains(sample.row());
            }
        }
        try (PartialFile part = PartialFile.open(target(), sample.id(), hasher, HashProgress.UNSEEN)) {
            assertThat(part.finish().path()).hasBinaryContent(sample.bytes());
        }
    }

    @Test
    void killedBetweenBothNamesItIsDone() throws IOException {
        sample.writeTo(target().partFile());
        Files.createLink(target().file(), target().partFile());
        assertThat(target().existing(sample.id(), hasher::hash)).isPresent();
        assertThat(target().partFile()).doesNotExist();
    }

    @Test
    void aSecondNameOfThePartFileBelongsToTheUser() throws IOException {
        Path moved = Samples.of(3, 400_000).writeTo(folder.resolve("moved"));
        Files.createLink(target().partFile(), moved);
        try (PartialFile part = filled()) {
            assertThat(part.finish().path()).hasBinaryContent(sample.bytes());
        }
        assertThat(moved).hasBinaryContent(Samples.of(3, 400_000).bytes());
    }

    private TargetPath target() {
        return new TargetPath(folder.resolve("f"));
    }

    private PartPlace place() {
        return new PartPlace(sample.id(), target().partFile(), target());
    }

    private PartialFile filled() {
        PartialFile part = PartialFile.open(target(), sample.id(), hasher, HashProgress.UNSEEN);
        part.recordChunkRow(sample.row(), HashProgress.UNSEEN);
        for (int chunk = 0; chunk < sample.layout().chunkCount(); chunk++) {
            part.write(chunk, sample.chunk(chunk));
        }
        return part;
    }
}
