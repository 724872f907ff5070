package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PartChunksTest {

    private static final int CHUNK_BYTES = 65_536;
    private static final int COUNT = 100;

    private final AtomicLong nanos = new AtomicLong();
    private final PartChunks chunks =
            new PartChunks(new ChunkLayout((long) COUNT * CHUNK_BYTES), new ChunkSet(COUNT), nanos::get);

    @Test
    void aChunkBelongsToOneWriterUntilItIsThere() {
        assertThat(chunks.claim(7)).isTrue();
        assertThat(chunks.claim(7)).isFalse();
        assertThat(chunks.holds(7)).isFalse();
        chunks.settle(7, false);
        assertThat(chunks.claim(7)).as("the write failed").isTrue();
        chunks.settle(7, true);
        assertThat(chunks.claim(7)).isFalse();
        assertThat(chunks.holds(7)).isTrue();
        assertThat(chunks.missingBytes()).isEqualTo(99L * CHUNK_BYTES);
    }

    @Test
    void recordingIsDueAtTheLimitOfBytesOrOfTime() {
        assertThat(chunks.isDue(1, 1)).isFalse();
        for (int chunk = 0; chunk < 3; chunk++) {
            assertThat(chunks.isDue(3 * CHUNK_BYTES, Long.MAX_VALUE)).isFalse();
            write(chunk);
        }
        assertThat(chunks.isDue(3 * CHUNK_BYTES, Long.MAX_VALUE)).isTrue();
        assertThat(chunks.isDue(3 * CHUNK_BYTES + 1, 1000)).isFalse();
        nanos.set(999);
        assertThat(chunks.isDue(3 * CHUNK_BYTES + 1, 1000)).isFalse();
        nanos.set(1000);
        assertThat(chunks.isDue(3 * CHUNK_BYTES + 1, 1000)).isTrue();
    }

    @Test
    void whatIsWrittenDuringARecordIsNotInIt() {
        write(1);
        PartChunks.Unrecorded now = chunks.unrecorded();
        nanos.set(500);
        write(2);
        chunks.recorded(now);
        assertThat(now.added().runs()).containsExactly(new ChunkRun(1, 1));
        assertThat(chunks.unrecorded().added().runs()).containsExactly(new ChunkRun(2, 1));
        assertThat(chunks.unrecorded().bytes()).isEqualTo(CHUNK_BYTES);
        assertThat(chunks.unrecorded().all().count()).isEqualTo(2);
    }

    @Test
    void whatIsDroppedIsToBeWrittenAgain() {
        write(1);
        chunks.recorded(chunks.unrecorded());
        write(2);
        ChunkSet wrong = new ChunkSet(COUNT);
        wrong.add(new ChunkRun(1, 2));
        assertThat(chunks.drop(wrong).isEmpty()).isTrue();
        assertThat(chunks.unrecorded().bytes()).isZero();
        assertThat(chunks.held().isEmpty()).isTrue();
        assertThat(chunks.claim(1)).isTrue();
    }

    @Test
    void aRangeNamesItsFirstMissingChunk() {
        write(3);
        write(4);
        assertThat(chunks.missingIn(3L * CHUNK_BYTES, 2 * CHUNK_BYTES)).isEqualTo(-1);
        assertThat(chunks.missingIn(3L * CHUNK_BYTES - 1, 2)).isEqualTo(2);
        assertThat(chunks.missingIn(5L * CHUNK_BYTES - 1, 2)).isEqualTo(5);
        assertThat(chunks.missingIn(99L * CHUNK_BYTES, 1)).isEqualTo(99);
    }

    private void write(int chunk) {
        assertThat(chunks.claim(chunk)).isTrue();
        chunks.settle(chunk, true);
    }
}
