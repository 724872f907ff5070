package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttemptsTest {

    @Test
    void whoeverIsRefusedAsksLaterEachTime() {
        long nowNanos = Long.MAX_VALUE - 5;
        Attempts attempts = new Attempts(nowNanos);
        assertThat(attempts.isDue(nowNanos)).isTrue();
        List<Long> pausesMillis = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            attempts.failed(refusal(ErrorCode.LIMIT), nowNanos);
            long begunNanos = nowNanos;
            while (!attempts.isDue(nowNanos)) {
                nowNanos += 100_000_000;
            }
            pausesMillis.add((nowNanos - begunNanos) / 1_000_000);
        }
        assertThat(pausesMillis)
                .containsExactly(500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L, 30_000L);
        attempts.succeeded();
        assertThat(attempts.isDue(nowNanos + Attempts.LONGEST_PAUSE_NANOS)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"NAME_TAKEN", "NOT_FOUND", "FORBIDDEN", "NAME_OWNED", "UNSUPPORTED"})
    void aRefusalThatStaysIsNotAskedForAgain(ErrorCode code) {
        Attempts attempts = new Attempts(0);
        attempts.failed(refusal(code), 0);
        assertThat(attempts.isDue(Attempts.LONGEST_PAUSE_NANOS)).isFalse();
    }

    private static PeerException refusal(ErrorCode code) {
        return IndexClient.refusal(Failure.of(code, "refused"));
    }
}
