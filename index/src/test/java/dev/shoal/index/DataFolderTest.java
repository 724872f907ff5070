package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    Path temporary;

    @Test
    void aFolderIsMadeAndTakenByOneAtATimeWhateverItIsCalled() throws IOException {
        Path folder = temporary.resolve("new/data");
        DataFolder first = DataFolder.claim(folder);
        Path alias = Files.createSymbolicLink(temporary.resolve("alias"), folder);
        DataException refused = catchThrowableOfType(DataException.class, () -> DataFolder.claim(alias));
        assertThat(refused.isInUse()).isTrue();
        assertThat(refused).hasMessageContaining(alias.toString());

        first.close();
        DataFolder second = DataFolder.claim(folder);
        // Once is enough: it is another's by now.
        first.close();
        assertThatThrownBy(() -> DataFolder.claim(folder)).isInstanceOf(DataException.class);
        second.close();
        DataFolder.claim(folder).close();
    }

    @Test
    void whatIsNoFolderIsRefused() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "text");
        for (Path wrong : new Path[] {file, file.resolve("below")}) {
            DataException refused = catchThrowableOfType(DataException.class, () -> DataFolder.claim(wrong));
            assertThat(refused.isInUse()).isFalse();
            assertThat(refused).hasMessageContaining(wrong.toString()).hasMessageEndingWith("folder.");
        }
    }
}
