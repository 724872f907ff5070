package dev.shoal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What commands write and say of their figures. */
class ResultJsonTest {

    @Test
    void valuesAreWrittenAsJson() {
        assertThat(ResultJson.text(Map.of("a", List.of(1, 2.5, true, "say \"\\\n\t\""))))
                .isEqualTo("{\"a\":[1,2.5,true,\"say \\\"\\\\\\n\\u0009\\\"\"]}");
    }

    @Test
    void crowdsOfAThousandHaveAFigure() {
        SwarmScenario crowd = SwarmRuns.scenario("crowd1000", 1);
        assertThat(crowd.copiesNanos() / crowd.minimumNanos()).isBetween(1.0089, 1.0091);
        assertThat(SwarmRuns.verdict(crowd, 1.08)).isEqualTo("reached");
        assertThat(SwarmRuns.verdict(crowd, 1.188)).isEqualTo("missed by 10.0 %");
        assertThat(SwarmRuns.verdict(SwarmRuns.scenario("crowd100", 1), 1)).isEqualTo("no figure for this");
        assertThat(SwarmRuns.verdict(SwarmRuns.scenario("mixed", 1), 1)).isEqualTo("no figure for this");
    }
}
