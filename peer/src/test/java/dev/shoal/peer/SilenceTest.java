package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.Channel;
import org.junit.jupiter.api.Test;

class SilenceTest {

    /** Remembers whether it was closed. */
    private static final class Line implements Channel {
        private boolean open = true;

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    private final Line line = new Line();

    @Test
    void aWaitOfTooManyStepsClosesTheSocket() {
        try (Silence silence = new Silence(line)) {
            steps(silence, Silence.MOST_STEPS);
            assertThat(line.isOpen()).isTrue();
            assertThat(silence.isTooLong()).isFalse();
            silence.step();
            assertThat(line.isOpen()).isFalse();
            assertThat(silence.isTooLong()).isTrue();
        }
    }

    @Test
    void whoeverHearsSomethingWaitsAnew() {
        try (Silence silence = new Silence(line)) {
            for (int i = 0; i < 5; i++) {
                steps(silence, Silence.MOST_STEPS);
                silence.waiting(true);
            }
            assertThat(line.isOpen()).isTrue();
        }
    }

    @Test
    void whoeverDoesNotWaitMayTakeAsLongAsItLikes() {
        try (Silence silence = new Silence(line)) {
            silence.waiting(false);
            steps(silence, 10 * Silence.MOST_STEPS);
            assertThat(line.isOpen()).isTrue();
        }
    }

    @Test
    void severalSignsOfLifeComeInTheTime() {
        assertThat(3 * ControlServer.SIGN_MILLIS).isLessThan(Silence.MOST_STEPS * Silence.STEP_MILLIS);
    }

    private static void steps(Silence silence, int count) {
        for (int i = 0; i < count; i++) {
            silence.step();
        }
    }
}
