package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who looks at what is watched goes on looking, and looks only at what may have changed. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LookoutTest {

    @TempDir
    Path folder = Path.of("");

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    /** Writes down what it is told. */
    private final class Written implements Lookout.Listener {
        private final String name;

        Written(String name) {
            this.name = name;
        }

        @Override
        public void isDue() {
            told.add(name + " is due");
        }

        @Override
        public void isGone() {
            told.add(name + " is gone");
        }

        @Override
        public void isOpenForLong() {
            told.add(name + " is open");
        }

        @Override
        public void isBroken(RuntimeException cause) {
            told.add(name + " is broken: " + cause.getMessage());
        }
    }

    /** Something that nobody can look at. */
    private record Unlooked(Map<String, Look> looks) implements Watched {

        @Override
        public Optional<Look> look() {
            return Optional.of(Objects.requireNonNull(looks.get("it"), "unheard of"));
        }

        @Override
        public boolean isOpen() {
            return false;
        }

        @Override
        public Set<Path> folders() {
            return Set.of();
        }
    }

    @Test
    void whatCannotBeLookedAtEndsAloneAndIsSaid() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "1");
        try (Lookout lookout = new Lookout(PeerEvents.NONE)) {
            lookout.watch(new Unlooked(Map.of()), new Written("one"));
            assertThat(told.take()).isEqualTo("one is broken: unheard of");
            lookout.watch(new WatchedFile(file), new Written("other"));
            assertThat(told.take()).isEqualTo("other is due");
        }
    }

    @Test
    void onlyWhatHasTheNameOfAChangeIsNoticed() throws IOException, InterruptedException {
        try (Notices notices = new Notices(about -> told.add(about.toString()), PeerEvents.NONE)) {
            notices.tellOf("all", Set.of(folder), Set.of());
            notices.tellOf("other", Set.of(folder), Set.of("other"));
            Files.writeString(folder.resolve("a"), "1");
            assertThat(told.take()).isEqualTo("all");
            // What it is about comes after what it is not, which is told by then.
            Files.createDirectory(folder.resolve("b"));
            assertThat(told.take()).isEqualTo("all");
            assertThat(told).doesNotContain("other");
            Files.writeString(folder.resolve("other"), "1");
            for (String next = told.take(); !next.equals("other"); next = told.take()) {
                assertThat(next).isEqualTo("all");
            }
        }
    }

    @Test
    void whoIsNotLoggedInMayBeSoonAgain() {
        assertThat(List.of(ErrorCode.NOT_LOGGED_IN, ErrorCode.LIMIT)).noneMatch(LookoutTest::isForGood);
        assertThat(List.of(ErrorCode.NAME_OWNED, ErrorCode.FORBIDDEN)).allMatch(LookoutTest::isForGood);
    }

    private static boolean isForGood(ErrorCode code) {
        return LiveSharing.isForGood(new PeerException(PeerException.Reason.NOT_ALLOWED, "no", code));
    }
}
