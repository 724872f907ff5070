package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PlanWaitTest {

    private static final long GIGABYTE = 1L << 30;
    private static final long BEGUN = -5;

    private final PlanWait wait = new PlanWait(GIGABYTE, 2 * GIGABYTE, BEGUN);

    @Test
    void filesThatAreBeingCutAreWaitedForByTheirLength() {
        assertThat(wait.isOver(true, true, after(85))).isFalse();
        assertThat(wait.isOver(true, true, after(86))).isTrue();
    }

    @Test
    void onceTheyAreCutTheSegmentsAreWaitedForByTheLengthOfTheContent() {
        wait.cut(after(30));
        assertThat(wait.isOver(true, true, after(60))).isFalse();
        assertThat(wait.isOver(true, true, after(61))).isTrue();
    }

    @Test
    void whereNobodyCanBeAskedTheDownloadBeginsSoon() {
        assertThat(wait.isOver(true, false, after(10))).isFalse();
        assertThat(wait.isOver(true, false, after(13))).isFalse();
        assertThat(wait.isOver(true, true, after(14))).isFalse();
        assertThat(wait.isOver(true, false, after(14))).isTrue();
    }

    @Test
    void whileThereAreNoSourcesNothingIsLostByWaiting() {
        assertThat(wait.isOver(false, false, after(60))).isFalse();
        assertThat(wait.isOver(true, false, after(62))).isFalse();
        assertThat(wait.isOver(true, false, after(66))).isTrue();
    }

    @Test
    void thereIsAnEndToItWhateverTheLength() {
        PlanWait longest = new PlanWait(Long.MAX_VALUE, Long.MAX_VALUE, BEGUN);
        assertThat(longest.isOver(true, true, after(301))).isTrue();
        longest.cut(after(1));
        assertThat(longest.isOver(true, true, after(121))).isFalse();
        assertThat(longest.isOver(true, true, after(122))).isTrue();
    }

    private static long after(long seconds) {
        return BEGUN + TimeUnit.SECONDS.toNanos(seconds);
    }
}
