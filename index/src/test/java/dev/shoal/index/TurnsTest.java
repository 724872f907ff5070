package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final Turns<Integer, Integer> turns = new Turns<>();

    @Test
    void eachBeginsWhenTheOneBeforeHasEndedWellOrNot() {
        List<CompletableFuture<Integer>> begun = new ArrayList<>();
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answers.add(turns.next(i, () -> {
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
        for (int i = 0; i <= Turns.MAX_WAITING; i++) {
            turns.next(i, () -> first);
        }
        assertThatThrownBy(() -> turns.next(-1, () -> first).join()).hasMessageContaining("200 long lists");
        first.complete(1);
        assertThat(turns.next(-1, () -> CompletableFuture.completedFuture(7))).isCompletedWithValue(7);
    }

    @Test
    void whoWaitsAlreadyJoinsThatTurnAndWhoseTurnHasBegunGetsAnother() {
        List<CompletableFuture<Integer>> begun = new ArrayList<>();
        Supplier<CompletableFuture<Integer>> work = () -> {
            begun.add(new CompletableFuture<>());
            return begun.getLast();
        };
        CompletableFuture<Integer> first = turns.next(1, work);
        List<CompletableFuture<Integer>> joined = new ArrayList<>();
        for (int i = 0; i < 2 * Turns.MAX_WAITING; i++) {
            joined.add(turns.next(1, work));
        }
        CompletableFuture<Integer> other = turns.next(2, work);
        begun.getFirst().complete(10);
        assertThat(first).isCompletedWithValue(10);
        assertThat(joined).noneMatch(CompletableFuture::isDone);
        begun.get(1).complete(11);
        assertThat(joined).allSatisfy(turn -> assertThat(turn).isCompletedWithValue(11));
        begun.get(2).complete(12);
        assertThat(other).isCompletedWithValue(12);
        assertThat(begun).hasSize(3);
    }
}
