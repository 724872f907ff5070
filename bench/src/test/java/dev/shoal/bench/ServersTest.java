package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the programs of others are told, and what they used, is what their formats say. */
class ServersTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void valuesAreWrittenAsBitTorrentDoes() {
        Map<String, Object> members = Map.of("b", List.of("spam", 7L, -1L), "a", new byte[] {'x', 'y'});
        assertThat(text(Torrent.encode(new TreeMap<>(members)))).isEqualTo("d1:a2:xy1:bl4:spami7ei-1eee");
        assertThatThrownBy(() -> Torrent.encode(1.5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTorrentHasTheHashOfEachPiece() throws Exception {
        byte[] content = new byte[(1 << 20) + 5];
        content[1 << 20] = 1;
        Path file = Files.write(folder.resolve("name"), content);
        MessageDigest digest = MessageDigest.getInstance("SHA-1");
        digest.update(content, 0, 1 << 20);
        String first = text(digest.digest());
        digest.update(content, 1 << 20, 5);
        String second = text(digest.digest());
        assertThat(text(Files.readAllBytes(Torrent.write(folder.resolve("torrent"), file))))
                .isEqualTo("d4:infod6:lengthi1048581e4:name4:name12:piece lengthi1048576e6:pieces40:" + first + second
                        + "ee");
    }

    @Test
    void theTrackerTellsEverybodyItsPeer() throws Exception {
        try (OnePeerTracker tracker = new OnePeerTracker(0x1F90);
                InputStream answer =
                        URI.create(tracker.url() + "?port=1").toURL().openStream()) {
            assertThat(text(answer.readAllBytes()))
                    .isEqualTo("d8:intervali1800e5:peers6:\u007F\0\0\u0001\u001F\u0090e");
        }
    }

    @Test
    void processorTimeIsThatOfTheProcessAndOfItsEndedChildren() {
        String line = "42 (a name) with ) 1) S 1 42 42 0 -1 4194304 100 200 0 0 150 25 300 25 20 0 1 0 99 1000 10";
        assertThat(ProcessorTime.seconds(line)).isEqualTo(5.0);
    }

    @Test
    void whoNeverListensIsNotWaitedFor() throws Exception {
        LongProcess process =
                LongProcess.start(folder.resolve("log"), Map.of(), List.of("sh", "-c", "echo cannot; exit 1"));
        int port = Loopback.freePort();
        assertThatThrownBy(() -> Loopback.awaitListening(process, port)).hasMessageContaining("cannot");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
