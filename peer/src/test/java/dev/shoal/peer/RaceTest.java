package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shoal.transport.TransportException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RaceTest {

    private final Queue<String> dialled = new ConcurrentLinkedQueue<>();
    private final Queue<String> closed = new ConcurrentLinkedQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);

    private Race<String, String> race(Function<String, String> dial, long limitMillis) {
        return new Race<>(
                address -> {
                    dialled.add(address);
                    return dial.apply(address);
                },
                closed::add,
                limitMillis);
    }

    private String answers(String address) {
        if (address.startsWith("slow")) {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new TransportException("interrupted", e);
            }
        }
        if (address.startsWith("away")) {
            throw new TransportException("nobody at " + address);
        }
        if (address.startsWith("other")) {
            throw new PeerException(PeerException.Reason.VERIFICATION, "another key at " + address);
        }
        return "from " + address;
    }

    @Test
    void theFirstThatAnswersIsTakenAndNoOtherIsDialled() {
        assertThat(race(this::answers, 10_000).run(List.of("a", "b"))).isEqualTo("from a");
        assertThat(dialled).containsExactly("a");
    }

    @Test
    void whoFailsOrHasAnotherKeyIsPassedOver() {
        assertThat(race(this::answers, 10_000).run(List.of("away", "other", "c")))
                .isEqualTo("from c");
        assertThat(dialled).containsExactly("away", "other", "c");
    }

    @Test
    void whoIsSlowIsOvertakenAndClosedWhenItComes() {
        assertThat(race(this::answers, 10_000).run(List.of("slow", "b"))).isEqualTo("from b");
        assertThat(closed).isEmpty();
        release.countDown();
        await().until(() -> closed.contains("from slow"));
    }

    @Test
    void whereAllFailSomebodyWithAnotherKeyIsWorthMoreThanSilence() {
        assertThatThrownBy(() -> race(this::answers, 10_000).run(List.of("away 1", "other", "away 2")))
                .isInstanceOf(PeerException.class)
                .hasMessage("another key at other");
        assertThatThrownBy(() -> race(this::answers, 10_000).run(List.of("away 1", "away 2")))
                .isInstanceOf(TransportException.class)
                .hasMessage("nobody at away 2");
    }

    @Test
    void theWholeRaceHasALimit() {
        assertThatThrownBy(() -> race(this::answers, 1).run(List.of("slow 1", "slow 2")))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("no answer within 1 ms");
        release.countDown();
    }
}
