package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is told of measurements is what was measured. */
class NumbersTest {

    private static final long BYTES = 2_000_000_000;

    @Test
    void theMedianIsInTheMiddle() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0)).median()).isEqualTo(2);
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0, 3.0)).median()).isEqualTo(2.5);
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0)).text()).isEqualTo("2.00 [1.00-9.00]");
    }

    @Test
    void percentilesAreValuesThatWereMeasured() {
        List<Double> hundred =
                IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList();
        assertThat(Spread.of(hundred).percentile(0.99)).isEqualTo(99);
        assertThat(Spread.of(hundred).percentile(1)).isEqualTo(100);
        assertThat(Spread.of(hundred).percentile(0)).isEqualTo(1);
        assertThat(Spread.of(List.of(7.0)).percentile(0.5)).isEqualTo(7);
    }

    @Test
    void nothingHasNoSpread() {
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tablesAlignNumbersToTheRight() {
        assertThat(new TextTable("name", "s")
                        .row("a", "10.5")
                        .row("longer", "1")
                        .toString())
                .isEqualTo("""
                | name   |    s |
                |--------|-----:|
                | a      | 10.5 |
                | longer |    1 |
                """);
        assertThatThrownBy(() -> new TextTable("name").row("a", "b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contendersAreMeasuredByTheReference() {
        Map<Contender, List<Contender.Sample>> samples = new LinkedHashMap<>();
        samples.put(named("quick"), List.of(new Contender.Sample(1, 2, 3), new Contender.Sample(2, 2, 3)));
        samples.put(named("slow"), List.of(new Contender.Sample(2, 1, 1), new Contender.Sample(4, 1, 1)));
        Comparison comparison = new Comparison(samples, "quick", BYTES);
        assertThat(comparison.toString())
                .contains("| slow ", "3.00 [2.00-4.00]", "2.00 [2.00-2.00]", "0.40 [0.40-0.40]", "| 0.67 |");
        assertThat(contender(comparison, 1))
                .containsEntry("medianCpuSeconds", 2.0)
                .containsEntry("wallSeconds", List.of(2.0, 4.0));
        assertThat(contender(comparison, 1))
                .containsEntry("ratioOfWallSeconds", 2.0)
                .containsEntry("ratioOfCpuSeconds", 0.4);
    }

    @Test
    void withoutTheReferenceThereAreNoRatios() {
        Comparison comparison =
                new Comparison(Map.of(named("alone"), List.of(new Contender.Sample(1, 2, 3))), "absent", BYTES);
        assertThat(comparison.toString()).contains("| alone ", "- |");
        assertThat(contender(comparison, 0)).doesNotContainKey("ratioOfWallSeconds");
    }

    private static Map<Object, Object> contender(Comparison comparison, int place) {
        List<?> contenders = (List<?>) comparison.results().getOrDefault("contenders", List.of());
        return new HashMap<>((Map<?, ?>) contenders.get(place));
    }

    private static Contender named(String name) {
        return new Contender() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void prepare() {}

            @Override
            public Sample run(Path target) {
                return new Sample(1, 1, 1);
            }

            @Override
            public void close() {}
        };
    }
}
