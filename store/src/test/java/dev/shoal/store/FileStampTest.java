package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStampTest {

    @TempDir
    Path folder;

    @Test
    void aFileThatNobodyTouchesKeepsItsStamp() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "one");
        FileStamp stamp = FileStamp.of(file);
        assertThat(FileStamp.of(file)).isEqualTo(stamp);
        assertThat(stamp.size()).isEqualTo(3);
        Files.createLink(folder.resolve("b"), file);
        assertThat(FileStamp.of(file)).as("another name for it").isEqualTo(stamp);
    }

    @Test
    void lengthTimeAndReplacementChangeTheStamp() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "one");
        FileStamp stamp = FileStamp.of(file);

        Files.setLastModifiedTime(file, FileTime.from(stamp.modifiedNanos() + 1000, TimeUnit.NANOSECONDS));
        assertThat(FileStamp.of(file)).isNotEqualTo(stamp);
        Files.setLastModifiedTime(file, FileTime.from(stamp.modifiedNanos(), TimeUnit.NANOSECONDS));
        assertThat(FileStamp.of(file)).isEqualTo(stamp);

        Path other = Files.writeString(folder.resolve("b"), "two");
        Files.setLastModifiedTime(other, FileTime.from(stamp.modifiedNanos(), TimeUnit.NANOSECONDS));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(FileStamp.of(file))
                .as("another file of the same length and time")
                .isNotEqualTo(stamp);

        Files.writeString(file, "three");
        assertThat(FileStamp.of(file).size()).isEqualTo(5);
    }

    @Test
    void whatIsNoFileIsRefusedWithItsReason() {
        assertThatThrownBy(() -> FileStamp.of(folder))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("is a folder");
        assertThatThrownBy(() -> FileStamp.of(folder.resolve("none")))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("no such file");
    }
}
