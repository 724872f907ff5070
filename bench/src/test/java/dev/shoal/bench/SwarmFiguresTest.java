package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which figure is to be reached on which network. */
class SwarmFiguresTest {

    /** One stream reaches 10 of 20 Mbit/s, so that the minimum is 0.8 s for equal peers, 2 s for mixed ones. */
    private static final Goodput HALF = Goodput.known(20, 10);

    private static final long FILE_BYTES = 1_000_000;

    @Test
    void equalPeersHaveAFigureOnGoodLinesAlone() {
        assertThat(figures("equal8", 0, 0, 0.88, 0.88))
                .extracting(Figure::verdict)
                .containsOnly("reached");
        assertThat(figures("equal8", 0, 0, 0.96, 0.96).getFirst().verdict()).startsWith("missed by");
        assertThat(figures("equal8", 40, 0, 0.96, 0.96).getFirst())
                .isEqualTo(Figure.atMost("equal8: last peer over minimum by goodput", 1.2, 1.15)
                        .unset());
        assertThat(figures("equal8", 0, 10, 0.96, 0.96)).noneMatch(Figure::isSet);
    }

    @Test
    void mixedLinksHaveAnotherFigureWhenAnAnswerTakes80Milliseconds() {
        assertThat(figures("mixed8", 0, 0, 1, 2.2).getFirst().verdict()).startsWith("missed by");
        List<Figure> delayed = figures("mixed8", 40, 0, 1, 2.2);
        assertThat(delayed.getFirst().limit()).isEqualTo(1.15);
        assertThat(delayed.getFirst().verdict()).isEqualTo("reached");
        assertThat(delayed.getLast().verdict()).isEqualTo("no figure for this");
        assertThat(delayed.getLast().result()).doesNotContainKey("reached");
        for (int[] trouble : new int[][] {{80, 0}, {10, 0}, {40, 1}, {0, 1}}) {
            List<Figure> others = figures("mixed8", trouble[0], trouble[1], 1, 2.2);
            assertThat(others).noneMatch(Figure::isSet);
            assertThat(others.getFirst().limit()).isEqualTo(1.04);
        }
    }

    private static List<Figure> figures(String name, int delayMillis, int lossPerMille, double fast, double slow) {
        SwarmCase links = SwarmCase.named(name);
        List<Double> seconds = List.of(fast, fast, fast, fast, slow, slow, slow, slow);
        return new SwarmFigures(
                        links,
                        new SwarmNetwork.Trouble(50, delayMillis, lossPerMille),
                        FILE_BYTES,
                        HALF,
                        Map.of(new Shoal(), List.of(new SwarmSample(seconds, 1, 1))))
                .figures();
    }

    /** Nothing but its name. */
    private static final class Shoal implements SwarmContender {
        @Override
        public String name() {
            return ShoalSwarm.NAME;
        }

        @Override
        public Optional<String> missing() {
            return Optional.empty();
        }

        @Override
        public void prepare() {}

        @Override
        public void offer(Job job) {}

        @Override
        public List<Double> run(Job job) {
            return List.of();
        }

        @Override
        public void forget(Job job) {}

        @Override
        public void close() {}
    }
}
