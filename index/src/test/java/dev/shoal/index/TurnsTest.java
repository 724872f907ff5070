package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final Turns turns = new Turns();

    @Test
    void eachBeginsWhenTheOneBeforeHasEndedWellOrNot() {
        List<CompletableFuture<Integer>> begun = new ArrayList<>();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answers.add(turns.next(() -> {
                begun.add(new CompletableFuture<>());
                return begun.getLast();
            }));
        }
        assertThat(begun).hasSize(1);
        begun.getLast().completeExceptionally(new IllegalStateException("broken"));
        assertThat(answers.getFirst()).isCompletedExceptionally();
        assertThat(begun).hasSize(2);
        begun.getLast().complete(2);
        assertThat(answers.get(1)).isCompletedWithValue(2);
        begun.getLast().complete(3);
        assertThat(answers.get(2)).isCompletedWithValue(3);
    }

    @Test
    void onlySoMuchWaits() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        for (int i = 0; i < Turns.MAX_WAITING; i++) {
            turns.next(() -> first);
        }
        assertThatThrownBy(() -> turns.next(() -> first).join()).hasMessageContaining("200 long lists");
        first.complete(1);
        assertThat(turns.next(() -> CompletableFuture.completedFuture(7))).isCompletedWithValue(7);
    }
}
