package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.InvalidNameException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetPathTest {

    @TempDir
    Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.toRealPath().resolve("here"));
        Files.createDirectory(folder.resolve("sub"));
    }

    @Test
    void withoutAWordItLandsInTheCurrentFolder() {
        assertThat(TargetPath.resolve(null, folder, "genome.fa").file()).isEqualTo(folder.resolve("genome.fa"));
    }

    @Test
    void aFolderTakesTheNameAndAFileIsTaken() {
        assertThat(TargetPath.resolve(Path.of("sub"), folder, "a").file()).isEqualTo(folder.resolve("sub/a"));
        assertThat(TargetPath.resolve(Path.of("sub/b"), folder, "a").file()).isEqualTo(folder.resolve("sub/b"));
        assertThat(TargetPath.resolve(Path.of("."), folder, "a").file()).isEqualTo(folder.resolve("a"));
        assertThat(TargetPath.resolve(Path.of(".."), folder, "a").file()).isEqualTo(folder.resolveSibling("a"));
        assertThat(TargetPath.resolve(folder.resolve("b"), Path.of("/"), "a").file())
                .isEqualTo(folder.resolve("b"));
        assertThatThrownBy(() -> TargetPath.resolve(Path.of("none/b"), folder, "a"))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("no folder")
                .hasMessageContaining("Make it first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "", "/etc/passwd", "a/../../b", "sub/..", "a\\b", "x\0y", "nul", "/"})
    void hostileNamesAreRefused(String name) {
        assertThatThrownBy(() -> TargetPath.inside(folder, name)).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> TargetPath.resolve(null, folder, name))
                .isInstanceOfAny(InvalidNameException.class, IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.shoal-part", "a.SHOAL-PART", ".shoal-part"})
    void nothingMayPoseAsAPartFile(String name) {
        assertThatThrownBy(() -> TargetPath.inside(folder, name))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("unfinished downloads");
    }

    @Test
    void foldersInBetweenAreMade() {
        assertThat(TargetPath.inside(folder, "x/y/z").file()).isEqualTo(folder.resolve("x/y/z"));
        assertThat(folder.resolve("x/y")).isDirectory();
        assertThat(folder.resolve("x/y/z")).doesNotExist();
    }

    @Test
    void linksAreFollowedOnlyInside() throws IOException {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Files.createSymbolicLink(folder.resolve("out"), outside);
        Files.createSymbolicLink(folder.resolve("in"), folder.resolve("sub"));
        Files.createSymbolicLink(folder.resolve("loose"), temporary.resolve("nowhere"));
        Files.createFile(folder.resolve("file"));
        assertThat(TargetPath.inside(folder, "in/a").file()).isEqualTo(folder.resolve("sub/a"));
        assertThatThrownBy(() -> TargetPath.inside(folder, "out/a"))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("symbolic link");
        assertThatThrownBy(() -> TargetPath.inside(folder, "in/../out/a")).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> TargetPath.inside(folder, "loose/a")).isInstanceOf(FileAccessException.class);
        assertThatThrownBy(() -> TargetPath.inside(folder, "file/a")).isInstanceOf(FileAccessException.class);
        assertThat(outside).isEmptyDirectory();
        assertThat(temporary.resolve("nowhere")).doesNotExist();
    }

    @Test
    void aLinkUnderTheNameIsNotFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("a"), temporary.resolve("nowhere"));
        assertThatThrownBy(() -> TargetPath.inside(folder, "a")
                        .existing(Samples.of(1, 10).id(), path -> {
                            throw new AssertionError(path);
                        }))
                .isInstanceOf(TargetExistsException.class);
    }

    @Test
    void thePartFileIsBesideAndItsNameIsNotTooLong() {
        assertThat(new TargetPath(folder.resolve("a")).partFile()).isEqualTo(folder.resolve("a.shoal-part"));
        Path longest = new TargetPath(folder.resolve("ä".repeat(122))).partFile();
        assertThat(longest.getFileName().toString()).isEqualTo("ä".repeat(122) + ".shoal-part");
        for (String name : new String[] {"a".repeat(245), "a".repeat(255), "ä".repeat(127), "😀".repeat(63)}) {
            Path part = new TargetPath(folder.resolve(name)).partFile();
            assertThat(part.getFileName().toString().getBytes(StandardCharsets.UTF_8))
                    .hasSizeLessThanOrEqualTo(255);
            assertThat(part.getFileName().toString())
                    .startsWith(name.substring(0, 100))
                    .contains("~");
        }
        assertThat(new TargetPath(folder.resolve("a".repeat(254) + "b")).partFile())
                .isNotEqualTo(new TargetPath(folder.resolve("a".repeat(254) + "c")).partFile());
    }
}
