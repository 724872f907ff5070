package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The figures of a transfer are medians of what the rounds say, and only of those who took part. */
class TransferFiguresTest {

    private static final Offset<Double> NEARLY = Offset.offset(1e-9);

    private final Map<String, List<Contender.Sample>> samples = new HashMap<>();

    @Test
    void ratiosAreTakenRoundByRound() {
        samples.put(CurlContender.SECURE, List.of(sample(1, 1, 1), sample(2, 1, 1), sample(10, 1, 1)));
        samples.put(ShoalColdContender.NAME, List.of(sample(1.5, 1, 1), sample(2, 1, 1), sample(11, 1, 1)));
        List<Figure> figures = TransferFigures.toMemory(samples);
        assertThat(figures).hasSize(1);
        assertThat(figures.getFirst().name()).isEqualTo("fresh process / curl https");
        assertThat(figures.getFirst().value()).isEqualTo(1.1, NEARLY);
        assertThat(figures.getFirst().isReached()).isTrue();
    }

    @Test
    void whoVerifiesIsComparedWithAPassOfTheHashBesides() {
        samples.put(CurlContender.SECURE, List.of(sample(1, 2, 3)));
        samples.put(HashPass.NAME, List.of(sample(1, 3, 0)));
        samples.put(ShoalWarmContender.NAME, List.of(sample(1.5, 3, 7)));
        List<Figure> figures = TransferFigures.toMemory(samples);
        assertThat(figures).extracting(Figure::value).containsExactly(1.5, 10.0 / 8);
        assertThat(figures).extracting(Figure::verdict).containsExactly("missed by 50.0 %", "missed by 25.0 %");
    }

    @Test
    void allOfThemAreTold() {
        for (String name : List.of(
                CurlContender.SECURE,
                HashPass.NAME,
                ShoalWarmContender.NAME,
                ShoalColdContender.NAME,
                LibtorrentContender.NAME,
                SyncthingContender.NAME)) {
            samples.put(name, List.of(sample(1, 1, 1)));
        }
        assertThat(TransferFigures.toMemory(samples))
                .extracting(Figure::limit)
                .containsExactly(1.0, 1.2, 0.55, 0.55, 1.0, 1.0);
        assertThat(TransferFigures.toDisk(samples)).extracting(Figure::limit).containsExactly(1.2);
        assertThat(TransferFigures.toDisk(Map.of())).isEmpty();
    }

    private static Contender.Sample sample(double wallSeconds, double receiverCpuSeconds, double senderCpuSeconds) {
        return new Contender.Sample(wallSeconds, receiverCpuSeconds, senderCpuSeconds);
    }
}
