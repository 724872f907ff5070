package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A figure is reached up to its limit, and says by how much it is missed. */
class FigureTest {

    @Test
    void theLimitItselfIsReached() {
        assertThat(Figure.atMost("ratio", 1.2, 1.2).verdict()).isEqualTo("reached");
        assertThat(Figure.atLeast("rate", 1.2, 1.2).verdict()).isEqualTo("reached");
    }

    @Test
    void whatIsMissedIsMissedByAPartOfTheLimit() {
        assertThat(Figure.atMost("ratio", 1.5, 1.2).verdict()).isEqualTo("missed by 25.0 %");
        assertThat(Figure.atLeast("rate", 90_000, 120_000).verdict()).isEqualTo("missed by 25.0 %");
        assertThat(Figure.atMost("ratio", 1.5, 1.2).isReached()).isFalse();
        assertThat(Figure.atLeast("rate", 1.5, 1.2).isReached()).isTrue();
    }

    @Test
    void theyAreToldInATableAndAsResults() {
        List<Figure> figures = List.of(Figure.atMost("ratio", 1.5, 1.2), Figure.atLeast("rate", 130_000, 120_000));
        assertThat(Figure.table(figures).toString())
                .contains("| ratio  |     1.50 |", "at most 1.20", "   130000 |", "at least 120000");
        assertThat(figures.getFirst().result())
                .containsEntry("name", "ratio")
                .containsEntry("value", 1.5)
                .containsEntry("atMost", 1.2)
                .containsEntry("reached", false);
    }
}
