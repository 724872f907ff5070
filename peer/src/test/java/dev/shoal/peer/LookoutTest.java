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

    /** A file at which nobody looks but when the system tells of it. */
    private record Slow(Path file) implements Watched {

        @Override
        public Optional<Look> look() {
            try {
                return Optional.of(new Look(Files.readString(file), false));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        @Override
        public boolean isOpen() {
            return false;
        }

        @Override
        public Set<Path> folders() {
            return Set.of(folder(file));
        }

        @Override
        public long slowlyMillis() {
            return TimeUnit.HOURS.toMillis(1);
        }

        private static Path folder(Path file) {
            return Objects.requireNonNull(file.getParent());
        }
    }

    @Test
    void whatChangesWhileItIsPublishedIsLookedAtAfterwards() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "1");
        try (Lookout lookout = new Lookout(PeerEvents.NONE)) {
            Lookout.Watch watch = lookout.watch(new Slow(file), new Written("it"));
            for (int version = 1; version <= 3; version++) {
                assertThat(told.take()).isEqualTo("it is due");
                Files.writeString(file, String.valueOf(version + 1));
                watch.published(new Watched.Look(String.valueOf(version), false), true);
            }
            assertThat(told.take()).isEqualTo("it is due");
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
