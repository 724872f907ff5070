package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.store.FileHasher;
import dev.shoal.store.HashedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionChangeTest {

    private static final int CHUNK_BYTES = 64 * 1024;

    @TempDir
    Path folder;

    private HashedFile file(byte[] bytes) throws IOException {
        try (FileHasher hasher = new FileHasher(1)) {
            return hasher.hash(Files.write(Files.createTempFile(folder, "file", ""), bytes));
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(1).nextBytes(bytes);
        return bytes;
    }

    @Test
    void chunksThatStandInTheOtherOneCountAsTheSame() throws IOException {
        byte[] bytes = bytes(5 * CHUNK_BYTES + 100);
        HashedFile before = file(bytes);
        assertThat(VersionChange.byChunks(before, file(bytes.clone()))).isZero();
        byte[] edited = bytes.clone();
        edited[2 * CHUNK_BYTES]++;
        assertThat(VersionChange.byChunks(before, file(edited))).isEqualTo(CHUNK_BYTES);
        edited[5 * CHUNK_BYTES]++;
        assertThat(VersionChange.byChunks(before, file(edited))).isEqualTo(CHUNK_BYTES + 100);
        assertThat(VersionChange.byChunks(before, file(Arrays.copyOf(bytes, 4 * CHUNK_BYTES))))
                .as("what was cut off is not in the new one")
                .isZero();
        byte[] moved = Arrays.copyOfRange(bytes, CHUNK_BYTES, 4 * CHUNK_BYTES);
        assertThat(VersionChange.byChunks(before, file(moved))).isZero();
        assertThat(VersionChange.byChunks(before, file(new byte[0]))).isZero();
    }

    @Test
    void chunksOfOtherLengthsCannotBeCompared() throws IOException {
        byte[] bytes = bytes(CHUNK_BYTES);
        HashedFile long1 = file(new byte[300_000_000]);
        assertThat(VersionChange.byChunks(file(bytes), long1)).isNull();
    }
}
