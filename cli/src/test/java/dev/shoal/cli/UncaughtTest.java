package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UncaughtTest {

    @Test
    void whatNobodyCaughtIsOneSentenceNowAndThen() {
        List<String> said = new ArrayList<>();
        AtomicLong now = new AtomicLong();
        Uncaught uncaught = new Uncaught(said::add, now::get);
        for (int i = 0; i < 1_000; i++) {
            uncaught.uncaughtException(Thread.currentThread(), new OutOfMemoryError("Java heap space"));
        }
        assertThat(said).hasSize(1);
        assertThat(said.getFirst()).contains("Java heap space").doesNotContain("\n");
        now.set(Uncaught.PAUSE_NANOS);
        uncaught.uncaughtException(Thread.currentThread(), new IllegalStateException("why"));
        assertThat(said).hasSize(2);
    }
}
