package dev.shoal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Every rule finds the mistake that it is there for, within some seeds, and what is left of the plan then is short
 * enough to be read.
 */
class PlantedDefectsTest {

    private static final int MOST_SEEDS = 200;

    @Test
    void unverifiedDataIsFound() {
        Shrinker.Failure failure = find(Defect.ACCEPTS_UNVERIFIED, new OnlyVerified().rule(), FaultKind.LIE);
        assertThat(failure.plan().happening()).isNotEmpty().allMatch(fault -> fault instanceof Fault.Turn);
    }

    @Test
    void chunksThatWereNotForcedAreFound() {
        Shrinker.Failure failure = find(Defect.BELIEVES_UNFORCED, new OnlyForcedSurvives().rule(), FaultKind.CRASH);
        assertThat(failure.plan().happening()).as(failure.toString()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void requestsWithoutADeadlineAreFound() {
        Shrinker.Failure failure = find(Defect.DROPS_DEADLINES, new RequestsEnd().rule(), FaultKind.LIE);
        assertThat(failure.plan().peers()).as(failure.toString()).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void requestsThatAreNotCancelledAreFound() {
        Shrinker.Failure failure = find(Defect.FORGETS_CANCELS, new RequestsEnd().rule(), FaultKind.SLOW);
        assertThat(failure.plan().peers()).as(failure.toString()).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void tooManyConnectionsAreFound() {
        // Not made smaller: as many peers as the limit allows are needed for it.
        first(Defect.IGNORES_LIMITS, new LimitsKept().rule(), 50, Set.of());
    }

    @Test
    void dataThatGoesFasterThanItMayIsFound() {
        Shrinker.Failure failure = find(Defect.IGNORES_UPLOAD_LIMIT, new LimitsKept().rule(), FaultKind.SLOW);
        assertThat(failure.toString()).contains("bytes sent faster than its upload limit");
        assertThat(failure.plan().peers()).as(failure.toString()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void requestsThatAreMadeFasterThanTheyMayAreFound() {
        Shrinker.Failure failure = find(Defect.IGNORES_DOWNLOAD_LIMIT, new LimitsKept().rule(), FaultKind.SLOW);
        assertThat(failure.toString()).contains("bytes requested faster than its download limit");
        assertThat(failure.plan().peers()).as(failure.toString()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void requestsThatWaitWhenEverybodyIsDoneAreFound() {
        Shrinker.Failure failure = find(Defect.STOPS_SILENTLY, NothingLeft.RULE, FaultKind.LIE);
        assertThat(failure.plan().peers()).as(failure.toString()).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void downloadsThatDoNotEndAreFound() {
        Shrinker.Failure failure = find(Defect.ASKS_ONCE, DownloadsEnd.RULE, FaultKind.PARTITION);
        assertThat(failure.plan().happening()).as(failure.toString()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void sourcesAfterTheirLeaseAreFound() {
        Shrinker.Failure failure = find(Defect.FORGETS_LEASES, new LeasesKept().rule(), FaultKind.CRASH);
        assertThat(failure.plan().happening()).as(failure.toString()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void peersThatTheIndexForgotAreFound() {
        Shrinker.Failure failure = find(Defect.NEVER_RESTATES, IndexKnows.RULE, FaultKind.RESTART);
        assertThat(failure.plan().happening()).as(failure.toString()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aFailureSaysWhatHappenedAndHowToSeeItAgain() {
        Shrinker.Failure failure = find(Defect.ACCEPTS_UNVERIFIED, new OnlyVerified().rule(), FaultKind.LIE);
        String text = failure.toString();
        assertThat(text)
                .contains("CORRUPTS")
                .contains("wrong=true")
                .contains("accepts chunk")
                .contains("bench/run simulate --seed " + failure.plan().seed() + " --peers 12 --faults lie")
                .contains("--only-peers");
        assertThat(text.lines().count()).as(text).isLessThan(Trace.MOST + 20);
    }

    private static Shrinker.Failure find(Defect defect, String rule, FaultKind kind) {
        Shrinker.Failure failure = first(defect, rule, 12, Set.of(kind));
        return Shrinker.shrink(failure.plan(), failure.result(), smaller -> SwarmSimulation.run(smaller, defect));
    }

    /** The first seed under which that rule is the first to be broken. */
    private static Shrinker.Failure first(Defect defect, String rule, int most, Set<FaultKind> kinds) {
        for (long seed = 0; seed < MOST_SEEDS; seed++) {
            Plan plan = Plans.random(seed, most, kinds);
            SwarmResult result = SwarmSimulation.run(plan, defect);
            if (!result.violations().isEmpty()
                    && result.violations().getFirst().rule().equals(rule)) {
                return new Shrinker.Failure(plan, result);
            }
        }
        throw new AssertionError(defect + " was not found under " + MOST_SEEDS + " seeds");
    }
}
