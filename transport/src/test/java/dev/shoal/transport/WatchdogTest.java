package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    private static final class Mishap extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aTaskThatFailsOnceRunsAgainAndItsFailureIsSeen() throws Exception {
        runsAgainAfter(Mishap.class, () -> {
            throw new Mishap();
        });
    }

    @Test
    void aTaskForWhichThereWasNoMemoryRunsAgain() throws Exception {
        runsAgainAfter(OutOfMemoryError.class, () -> {
            throw new OutOfMemoryError("none for this test");
        });
    }

    private static void runsAgainAfter(Class<? extends Throwable> kind, Runnable failing) throws Exception {
        BlockingQueue<Throwable> seen = new LinkedBlockingQueue<>();
        BlockingQueue<Boolean> runs = new LinkedBlockingQueue<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> seen.add(failure));
        ScheduledFuture<?> task = Watchdog.every(1, () -> {
            runs.add(true);
            failing.run();
        });
        try {
            for (int run = 0; run < 3; run++) {
                assertThat(runs.poll(60, TimeUnit.SECONDS)).isNotNull();
                assertThat(seen.poll(60, TimeUnit.SECONDS)).isInstanceOf(kind);
            }
        } finally {
            task.cancel(false);
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }
}
