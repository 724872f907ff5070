package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.peer.PeerException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is dropped on a page, by whoever means no good. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DropsTest {

    private static final String DROP = "a-drop-of-a-page";

    @TempDir
    Path folder;

    private Path place;
    private Drops drops;

    @BeforeEach
    void begin() {
        place = folder.resolve("dropped");
        drops = new Drops(() -> place, ".hidden", 3);
    }

    private static InputStream body(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private long take(String drop, String path, String text) {
        return drops.take(drop, new Drops.Slice(path, 0, text.length(), text.length()), body(text));
    }

    private static void refused(PeerException.Reason reason, String text, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        PeerException.class, cause -> assertThat(cause.reason()).isEqualTo(reason))
                .hasMessageContaining(text);
    }

    private static void malformed(int status, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        Problem.Thrown.class,
                        cause -> assertThat(cause.problem().status()).isEqualTo(status));
    }

    private long left() throws IOException {
        Path hidden = place.resolve(".hidden");
        if (Files.notExists(hidden)) {
            return 0;
        }
        try (Stream<Path> inside = Files.list(hidden)) {
            return inside.count();
        }
    }

    @Test
    void whatIsRefusedTakesNoPlace() throws Exception {
        for (int i = 0; i < Drops.MOST_OPEN; i++) {
            String drop = DROP + i;
            Drops.Slice huge = new Drops.Slice("a", 0, 4, Long.MAX_VALUE / 2);
            refused(PeerException.Reason.DISK, "no room", () -> drops.take(drop, huge, body("text")));
            Drops.Slice second = new Drops.Slice("a", 4, 4, 8);
            refused(PeerException.Reason.CONFLICT, "begins at 0", () -> drops.take(drop, second, body("text")));
            Drops.Slice torn = new Drops.Slice("a", 0, 8, 8);
            malformed(400, () -> drops.take(drop, torn, body("text")));
        }
        assertThat(left()).isZero();
        take(DROP, "a", "text");
        assertThat(drops.land(DROP, null)).hasContent("text");
    }

    @Test
    void oneFileKeepsItsNameAndTakesNobodysPlace() throws Exception {
        take(DROP, "thesis.pdf", "first");
        Path first = drops.land(DROP, "ann/other");
        assertThat(first).isEqualTo(place.resolve("thesis.pdf")).hasContent("first");
        refused(PeerException.Reason.CONFLICT, "just being shared", () -> drops.land(DROP, null));
        refused(PeerException.Reason.CONFLICT, "just being shared", () -> drops.discard(DROP));
        drops.refused(DROP);
        assertThat(drops.land(DROP, null)).isEqualTo(first);
        refused(PeerException.Reason.CONFLICT, "shared already", () -> take(DROP, "more", "x"));
        drops.over(DROP);
        refused(PeerException.Reason.NOT_FOUND, "Nothing was dropped", () -> drops.land(DROP, null));
        Files.createSymbolicLink(place.resolve("thesis (2).pdf"), folder.resolve("nowhere"));
        take(DROP, "thesis.pdf", "second");
        assertThat(drops.land(DROP, null))
                .isEqualTo(place.resolve("thesis (3).pdf"))
                .hasContent("second");
        assertThat(first).hasContent("first");
        assertThat(folder.resolve("nowhere")).doesNotExist();
        drops.over(DROP);
        assertThat(left()).isZero();
    }

    @Test
    void aFolderStaysOneAndSeveralThingsNeedAName() throws Exception {
        take(DROP, "letters/to/ben", "dear ben");
        take(DROP, "letters/to/ada", "");
        assertThat(drops.land(DROP, null)).isEqualTo(place.resolve("letters"));
        assertThat(place.resolve("letters/to/ben")).hasContent("dear ben");
        take("another-drop", "one", "1");
        take("another-drop", "two", "2");
        malformed(400, () -> drops.land("another-drop", null));
        assertThatThrownBy(() -> drops.land("another-drop", "..")).isInstanceOf(RuntimeException.class);
        assertThat(drops.land("another-drop", "ann/num.bers")).isEqualTo(place.resolve("num.bers"));
        assertThat(place.resolve("num.bers/two")).hasContent("2");
    }

    @Test
    void slicesComeInOrderAndBeginAnew() throws Exception {
        assertThat(drops.take(DROP, new Drops.Slice("x", 0, 3, 8), body("abc"))).isEqualTo(3);
        refused(PeerException.Reason.CONFLICT, "not here as a whole", () -> drops.land(DROP, null));
        refused(
                PeerException.Reason.CONFLICT,
                "begins at 3, and the file has 8",
                () -> drops.take(DROP, new Drops.Slice("x", 4, 4, 8), body("efgh")));
        refused(
                PeerException.Reason.CONFLICT,
                "begins at 3",
                () -> drops.take(DROP, new Drops.Slice("x", 3, 4, 7), body("defg")));
        refused(
                PeerException.Reason.CONFLICT,
                "begins at 0",
                () -> drops.take(DROP, new Drops.Slice("y", 3, 4, 7), body("defg")));
        assertThat(drops.take(DROP, new Drops.Slice("x", 3, 5, 8), body("defgh")))
                .isEqualTo(8);
        assertThat(drops.take(DROP, new Drops.Slice("x", 0, 2, 2), body("no"))).isEqualTo(2);
        assertThat(drops.land(DROP, null)).hasContent("no");
    }

    @Test
    void impossibleNumbersAreRefused() {
        malformed(400, () -> drops.take(DROP, new Drops.Slice("x", 5, 4, 8), body("efgh")));
        malformed(400, () -> drops.take(DROP, new Drops.Slice("x", 9, 0, 8), body("")));
        malformed(400, () -> drops.take(DROP, new Drops.Slice("x", 0, 0, 8), body("")));
        malformed(400, () -> drops.take(DROP, new Drops.Slice("x", Long.MAX_VALUE, 1, Long.MAX_VALUE), body("x")));
        long large = Drops.MOST_SLICE_BYTES + 1;
        malformed(413, () -> drops.take(DROP, new Drops.Slice("x", 0, large, large), body("")));
        malformed(400, () -> take(DROP, "x/".repeat(Drops.MOST_PATH_CHARACTERS / 2) + "x", ""));
    }

    @Test
    void aBodyThatEndsEarlyIsSentAgain() throws Exception {
        assertThat(drops.take(DROP, new Drops.Slice("x", 0, 3, 8), body("abc"))).isEqualTo(3);
        malformed(400, () -> drops.take(DROP, new Drops.Slice("x", 3, 5, 8), body("de")));
        malformed(400, () -> drops.take(DROP, new Drops.Slice("y", 0, 5, 8), body("de")));
        refused(PeerException.Reason.CONFLICT, "not here as a whole", () -> drops.land(DROP, null));
        assertThat(drops.take(DROP, new Drops.Slice("x", 3, 5, 8), body("defgh")))
                .isEqualTo(8);
        assertThat(drops.land(DROP, null)).hasContent("abcdefgh");
    }

    @Test
    void whatHasNoRoomIsRefusedBeforeItsFirstByte() throws Exception {
        long bytes = Long.MAX_VALUE / 2;
        refused(
                PeerException.Reason.DISK,
                "There is no room for x",
                () -> drops.take(DROP, new Drops.Slice("x", 0, 1, bytes), body("x")));
        assertThat(place.resolve(".hidden").resolve(DROP)).doesNotExist();
    }

    @Test
    void twoAtOnceWithTheSameNameDoNotMix() throws Exception {
        PipedOutputStream sender = new PipedOutputStream();
        PipedInputStream slow = new PipedInputStream(sender);
        CompletableFuture<Long> first = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                first.complete(drops.take(DROP, new Drops.Slice("x", 0, 5, 5), slow));
            } catch (RuntimeException e) {
                first.completeExceptionally(e);
            }
        });
        sender.write("fi".getBytes(StandardCharsets.UTF_8));
        sender.flush();
        while (Files.notExists(place.resolve(".hidden").resolve(DROP).resolve("x"))) {
            Thread.onSpinWait();
        }
        refused(PeerException.Reason.CONFLICT, "Another request", () -> take(DROP, "x", "other"));
        refused(PeerException.Reason.CONFLICT, "on its way", () -> drops.discard(DROP));
        refused(PeerException.Reason.CONFLICT, "not here as a whole", () -> drops.land(DROP, null));
        drops.sweep(Long.MAX_VALUE);
        sender.write("rst".getBytes(StandardCharsets.UTF_8));
        sender.close();
        assertThat(first.get()).isEqualTo(5);
        assertThat(drops.land(DROP, null)).hasContent("first");
    }

    @Test
    void nothingIsBothAFileAndAFolder() throws Exception {
        take(DROP, "a", "file");
        refused(PeerException.Reason.CONFLICT, "both a file and a folder", () -> take(DROP, "a/b", "inside"));
        assertThat(drops.land(DROP, null)).hasContent("file");
        take("another-drop", "a/b", "inside");
        refused(PeerException.Reason.CONFLICT, "both a file and a folder", () -> take("another-drop", "a", "file"));
    }

    @Test
    void whatIsNeverEndedIsThrownAway() throws Exception {
        drops.take(DROP, new Drops.Slice("x", 0, 3, 8), body("abc"));
        drops.sweep(System.currentTimeMillis() + Drops.LONGEST_REST_MILLIS - 60_000);
        assertThat(left()).isEqualTo(1);
        drops.sweep(System.currentTimeMillis() + Drops.LONGEST_REST_MILLIS + 60_000);
        assertThat(left()).isZero();
        refused(PeerException.Reason.NOT_FOUND, "Nothing was dropped", () -> drops.land(DROP, null));
        take(DROP, "x", "abc");
        new Drops(() -> place, ".hidden").clear();
        assertThat(place.resolve(".hidden")).doesNotExist();
    }

    @Test
    void onlySoManyDropsAreOpenWithSoManyFilesEach() throws Exception {
        take(DROP, "1", "");
        take(DROP, "2", "");
        take(DROP, "3", "");
        refused(PeerException.Reason.NOT_ALLOWED, "3 files at most", () -> take(DROP, "4", ""));
        take(DROP, "3", "anew");
        for (int i = 1; i < Drops.MOST_OPEN; i++) {
            take(DROP + i, "x", "");
        }
        refused(PeerException.Reason.NOT_ALLOWED, "64 drops are open", () -> take("one-too-many", "x", ""));
        drops.discard(DROP);
        take("one-too-many", "x", "");
    }

    @Test
    void whatCouldNotBeSharedIsThrownAwayWithItsDrop() throws Exception {
        take(DROP, "a/x", "abc");
        take(DROP, "a/y", "abc");
        Path landed = drops.land(DROP, null);
        drops.sweep(System.currentTimeMillis() + 2 * Drops.LONGEST_REST_MILLIS);
        assertThat(landed).isNotEmptyDirectory();
        drops.refused(DROP);
        drops.discard(DROP);
        assertThat(landed).doesNotExist();
        take(DROP, "x", "abc");
        Path again = drops.land(DROP, null);
        drops.refused(DROP);
        drops.sweep(System.currentTimeMillis() + 2 * Drops.LONGEST_REST_MILLIS);
        assertThat(again).doesNotExist();
    }

    @Test
    void linksLeadNowhere() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Path precious = Files.writeString(elsewhere.resolve("precious"), "mine");
        take(DROP, "x", "abc");
        Files.createSymbolicLink(place.resolve(".hidden").resolve(DROP).resolve("link"), elsewhere);
        drops.discard(DROP);
        assertThat(precious).hasContent("mine");
        Files.delete(place.resolve(".hidden"));
        Files.createSymbolicLink(place.resolve(".hidden"), elsewhere);
        refused(PeerException.Reason.DISK, "is no folder", () -> take("another-drop", "x", "abc"));
        drops.clear();
        assertThat(precious).hasContent("mine");
    }
}
