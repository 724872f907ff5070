package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose turn it is to download. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DownloadQueueTest {

    private final DownloadQueue queue = new DownloadQueue(1);

    private CompletableFuture<Boolean> begin(long task, Cancellation cancellation) {
        int before = queue.place(task);
        CompletableFuture<Boolean> turn = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> turn.complete(queue.enter(task, cancellation)));
        Awaitility.await().until(() -> turn.isDone() || queue.place(task) != before);
        return turn;
    }

    @Test
    void turnsComeInTheOrderOfTheAsking() {
        assertThat(begin(1, new Cancellation()).join()).isTrue();
        CompletableFuture<Boolean> second = begin(2, new Cancellation());
        CompletableFuture<Boolean> third = begin(3, new Cancellation());
        assertThat(queue.place(1)).isZero();
        assertThat(queue.place(2)).isEqualTo(1);
        assertThat(queue.place(3)).isEqualTo(2);
        queue.leave();
        assertThat(second.join()).isTrue();
        assertThat(third).isNotDone();
        assertThat(queue.place(3)).isEqualTo(1);
        queue.leave();
        assertThat(third.join()).isTrue();
        queue.leave();
        assertThat(begin(4, new Cancellation()).join()).isTrue();
    }

    @Test
    void whoGivesUpHasNoTurnAndLeavesNoGap() {
        assertThat(begin(1, new Cancellation()).join()).isTrue();
        Cancellation enough = new Cancellation();
        CompletableFuture<Boolean> second = begin(2, enough);
        CompletableFuture<Boolean> third = begin(3, new Cancellation());
        enough.cancel();
        assertThat(second.join()).isFalse();
        assertThat(queue.place(3)).isEqualTo(1);
        queue.leave();
        assertThat(third.join()).isTrue();
    }

    @Test
    void whoHasHadItsTurnLeavesNothingBehind() {
        Cancellation never = new Cancellation();
        assertThat(begin(1, new Cancellation()).join()).isTrue();
        CompletableFuture<Boolean> second = begin(2, never);
        Awaitility.await().until(() -> never.waiting() == 1);
        queue.leave();
        assertThat(second.join()).isTrue();
        Awaitility.await().until(() -> never.waiting() == 0);
    }

    @Test
    void whoAsksAgainWaitsOnlyOnce() {
        assertThat(begin(1, new Cancellation()).join()).isTrue();
        CompletableFuture<Boolean> first = begin(2, new Cancellation());
        CompletableFuture<Boolean> again = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> again.complete(queue.enter(2, new Cancellation())));
        assertThat(first.join()).isFalse();
        queue.leave();
        assertThat(again.join()).isTrue();
        assertThat(queue.place(2)).isZero();
    }
}
