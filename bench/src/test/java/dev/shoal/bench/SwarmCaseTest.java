package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a swarm can reach at best, and what is made of its times. */
class SwarmCaseTest {

    private static final long FILE_BYTES = 1_000_000;

    @Test
    void theSeedsLinkDecidesWhenAllAreEqual() {
        SwarmCase eight = SwarmCase.named("equal8");
        assertThat(eight.peers()).hasSize(8);
        assertThat(eight.minimumSeconds(FILE_BYTES, rate -> rate)).isCloseTo(0.4, within(1e-9));
        assertThat(eight.decidingRates()).containsExactly(20.0);
    }

    @Test
    void theSlowestDownloadDecidesInAMixedSwarm() {
        SwarmCase mixed = SwarmCase.named("mixed8");
        assertThat(mixed.isMixed()).isTrue();
        assertThat(mixed.fastPeers()).isEqualTo(4);
        assertThat(mixed.minimumSeconds(FILE_BYTES, rate -> rate)).isCloseTo(1, within(1e-9));
        assertThat(mixed.decidingRates()).containsExactly(20.0, 8.0);
    }

    @Test
    void allUploadsTogetherDecideWhereTheyAreShort() {
        SwarmCase.Link link = new SwarmCase.Link(100, 1);
        SwarmCase slow = new SwarmCase("slow", new SwarmCase.Link(100, 8), List.of(link, link, link, link));
        assertThat(slow.minimumSeconds(FILE_BYTES, rate -> rate)).isCloseTo(4 * 8 / 12.0, within(1e-9));
        assertThat(slow.minimumSeconds(FILE_BYTES, rate -> rate / 2)).isCloseTo(2 * 4 * 8 / 12.0, within(1e-9));
    }

    @Test
    void unknownCasesAreRefused() {
        for (String name : List.of("equal", "equal1", "equal999", "round8", "")) {
            assertThatThrownBy(() -> SwarmCase.named(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void fairnessIsOneWhenAllWereEquallyFast() {
        SwarmSample even = new SwarmSample(List.of(2.0, 2.0, 2.0), 1, 1);
        SwarmSample uneven = new SwarmSample(List.of(1.0, 1000.0, 1000.0), 1, 1);
        assertThat(even.fairness()).isCloseTo(1, within(1e-9));
        assertThat(uneven.fairness()).isCloseTo(1 / 3.0, within(1e-2));
        assertThat(uneven.lastOf(1)).isEqualTo(1);
        assertThat(uneven.last()).isEqualTo(1000);
    }
}
