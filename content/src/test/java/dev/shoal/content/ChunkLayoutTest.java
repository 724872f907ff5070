package dev.shoal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkLayoutTest {

    @ParameterizedTest
    @CsvSource({
        "0, 65536, 0",
        "1, 65536, 1",
        "65536, 65536, 1",
        "65537, 65536, 2",
        "268435456, 65536, 4096",
        "268435457, 131072, 2049",
        "2147483648, 524288, 4096",
        "68719476736, 16777216, 4096",
        "68719476737, 16777216, 4097",
        "70368744177664, 16777216, 4194304"
    })
    void chunkSizeFollowsFromTheLength(long length, int chunkBytes, int chunkCount) {
        ChunkLayout layout = new ChunkLayout(length);
        assertThat(layout.chunkBytes()).isEqualTo(chunkBytes);
        assertThat(layout.chunkCount()).isEqualTo(chunkCount);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 0", "16385, 1, 1", "65536, 2, 2", "65537, 3, 2", "262145, 5, 2", "70368744177664, 32, 10"})
    void levelsFollowFromTheLength(long length, int height, int chunkLevel) {
        assertThat(new ChunkLayout(length).height()).isEqualTo(height);
        assertThat(new ChunkLayout(length).chunkLevel()).isEqualTo(chunkLevel);
    }

    @Test
    void chunksAndBlocksCoverTheContentExactly() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 2_000; round++) {
            long length = random.nextLong(1, 1L << random.nextInt(1, 40));
            ChunkLayout layout = new ChunkLayout(length);
            int last = layout.chunkCount() - 1;
            assertThat(layout.offset(last) + layout.size(last))
                    .as("length %d", length)
                    .isEqualTo(length);
            long full = (long) last * layout.blocksPerChunk();
            assertThat(full + layout.blocks(last)).as("length %d", length).isEqualTo(layout.blockCount());
            assertThat(layout.size(last, 0, layout.blocks(last))).isEqualTo(layout.size(last));
            assertThat(layout.chunkCount()).isLessThanOrEqualTo((int) Math.max(4096, length >> 24) + 1);
        }
    }

    @Test
    void impossibleLengthsAndChunksAreRefused() {
        assertThatThrownBy(() -> new ChunkLayout(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ChunkLayout(ContentId.MAX_LENGTH + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ChunkLayout(10).size(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new ChunkLayout(0).size(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
