package dev.shoal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChunkSetTest {

    @Test
    void behavesAsASetOfNumbers() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int size = random.nextInt(0, 300);
            ChunkSet set = new ChunkSet(size);
            BitSet model = new BitSet(size);
            for (int step = 0; step < 400 && size > 0; step++) {
                int chunk = random.nextInt(size);
                if (random.nextInt(3) > 0) {
                    assertThat(set.add(chunk)).as("seed %d", seed).isEqualTo(!model.get(chunk));
                    model.set(chunk);
                } else {
                    assertThat(set.remove(chunk)).as("seed %d", seed).isEqualTo(model.get(chunk));
                    model.clear(chunk);
                }
                int from = random.nextInt(size);
                int missing = model.nextClearBit(from);
                assertThat(set.next(from)).isEqualTo(model.nextSetBit(from));
                assertThat(set.nextMissing(from)).isEqualTo(missing < size ? missing : -1);
            }
            assertThat(set.count()).isEqualTo(model.cardinality());
            assertThat(set.isFull()).isEqualTo(model.cardinality() == size);
            assertThat(ChunkSet.decode(size, set.encode())).isEqualTo(set).isEqualTo(set.copy());
            ChunkSet fromRuns = new ChunkSet(size);
            set.runs().forEach(fromRuns::add);
            assertThat(fromRuns).as("seed %d", seed).isEqualTo(set);
        }
    }

    @Test
    void firstChunkIsTheHighestBit() {
        ChunkSet set = new ChunkSet(10);
        set.add(0);
        set.add(9);
        assertThat(set.encode()).containsExactly(0x80, 0x40);
    }

    @Test
    void wrongMapsAreRefused() {
        assertThatThrownBy(() -> ChunkSet.decode(10, new byte[3])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ChunkSet.decode(10, new byte[] {0, 0x20}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ChunkSet(10).add(new ChunkRun(5, 6)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new ChunkSet(10).add(new ChunkRun(5, Integer.MAX_VALUE)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new ChunkSet(10).add(10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(ChunkSet.full(0).isFull()).isTrue();
    }
}
