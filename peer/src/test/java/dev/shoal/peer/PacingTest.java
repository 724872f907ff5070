package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.content.Name;
import dev.shoal.peer.LimitRule.Flow;
import dev.shoal.peer.Schedule.Pause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacingTest {

    private static final Name NAME = new Name("lab/a");

    @TempDir
    Path folder;

    private static ZonedDateTime now() {
        return ZonedDateTime.now(ZoneId.systemDefault());
    }

    @Test
    void thereIsATurnWhenAPauseEnds() {
        KeptSchedule kept = new KeptSchedule(folder.resolve("limits"));
        long until = System.currentTimeMillis() + 120;
        kept.change(before -> new Schedule(List.of(), List.of(new Pause(NAME, until))));
        AtomicInteger turns = new AtomicInteger();
        try (Pacing pacing = new Pacing(kept, PacingTest::now, (level, text) -> {}, turns::incrementAndGet)) {
            pacing.begin();
            assertThat(pacing.of(NAME, Flow.DOWNLOAD).isPaused()).isTrue();
            assertThat(pacing.of(null, Flow.DOWNLOAD).isPaused()).isFalse();
            await().until(() -> !pacing.of(NAME, Flow.DOWNLOAD).isPaused());
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(until);
            assertThat(turns).hasValueGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aBrokenFileChangesNothingAndIsSaidOnce() throws IOException {
        Path file = folder.resolve("limits");
        KeptSchedule kept = new KeptSchedule(file);
        kept.change(before -> new Schedule(List.of(), List.of(new Pause(null, 0))));
        List<String> said = new ArrayList<>();
        try (Pacing pacing = new Pacing(kept, PacingTest::now, (level, text) -> said.add(text), () -> {})) {
            pacing.turn();
            Files.writeString(file, "nonsense\n");
            pacing.turn();
            pacing.turn();
            assertThat(pacing.of(NAME, Flow.UPLOAD).why()).isEqualTo("by you");
            assertThat(said).singleElement().asString().contains(file.toString());
            Files.delete(file);
            pacing.turn();
            assertThat(pacing.of(NAME, Flow.UPLOAD).isPaused()).isFalse();
        }
    }

    @Test
    void whatHoldsIsThatOfTheLastTurn() {
        KeptSchedule kept = new KeptSchedule(folder.resolve("limits"));
        LimitRule day = new LimitRule(1, null, "10k", null, LimitTimes.parse("8:00", "18:00", null));
        kept.change(before -> new Schedule(List.of(day), List.of()));
        AtomicReference<ZonedDateTime> now =
                new AtomicReference<>(ZonedDateTime.parse("2026-06-01T12:00+02:00[Europe/Berlin]"));
        try (Pacing pacing = new Pacing(kept, now::get, (level, text) -> {}, () -> {})) {
            assertThat(pacing.of(null, Flow.UPLOAD).bytesPerSecond()).isEqualTo(Rate.UNLIMITED);
            pacing.turn();
            assertThat(pacing.of(null, Flow.UPLOAD).bytesPerSecond()).isEqualTo(10_000);
            now.set(now.get().plusHours(6));
            assertThat(pacing.of(null, Flow.UPLOAD).bytesPerSecond()).isEqualTo(10_000);
            pacing.turn();
            assertThat(pacing.of(null, Flow.UPLOAD).bytesPerSecond()).isEqualTo(Rate.UNLIMITED);
        }
    }
}
