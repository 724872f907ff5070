package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The picture of a download's chunks. */
class ChunkCellsTest {

    private static ChunkCells of(int most, int... values) {
        return ChunkCells.of(values.length, chunk -> values[chunk], most);
    }

    @Test
    void aShortContentHasACellForEachChunk() {
        ChunkCells cells = of(9, 0, -1, -2, -3, -4, 7);
        assertThat(cells.chunksPerCell()).isEqualTo(1);
        assertThat(cells.cells()).containsExactly(0, -1, -2, -3, -4, 7);
        assertThat(cells.fewer(6)).isSameAs(cells);
    }

    @Test
    void aCellSaysWhereMostOfItCameFrom() {
        assertThat(of(2, 3, 1, 1, 2, 2, 5).cells()).containsExactly(1, 2);
        assertThat(of(1, -2, -3, -3).cells()).containsExactly(-3);
    }

    @Test
    void whatIsHereInPartIsUnderWay() {
        assertThat(of(1, 1, 0, 1).cells()).containsExactly(-1);
        assertThat(of(1, 0, -1, 0).cells()).containsExactly(-1);
        assertThat(of(1, 0, 0, 0).cells()).containsExactly(0);
    }

    @Test
    void whatIsNotWantedCountsForNothing() {
        assertThat(of(1, -4, 2, -4).cells()).containsExactly(2);
        assertThat(of(1, -4, 0, -4).cells()).containsExactly(0);
        assertThat(of(1, -4, -4).cells()).containsExactly(-4);
    }

    @Test
    void neverHasMoreCellsThanWanted() {
        ChunkCells cells = ChunkCells.of(100_001, chunk -> chunk % 3 == 0 ? 1 : Origins.MOST_PEERS + 1, 4_000);
        assertThat(cells.cells()).hasSizeLessThanOrEqualTo(4_000);
        assertThat(cells.chunksPerCell()).isEqualTo(26);
        ChunkCells fewer = cells.fewer(100);
        assertThat(fewer.cells()).hasSizeLessThanOrEqualTo(100).containsOnly(Origins.MOST_PEERS + 1);
        assertThat(fewer.chunksPerCell() * fewer.cells().size()).isGreaterThanOrEqualTo(100_001);
        assertThat(ChunkCells.of(0, chunk -> 0, 10).cells()).isEmpty();
    }
}
