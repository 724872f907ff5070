package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.store.FileHasher;
import dev.shoal.store.FolderHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.OpenFiles;
import dev.shoal.store.SharedFile;
import dev.shoal.store.StoredContent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What counts as a download by a link, as programs end their connections. */
@Timeout(60)
class WebLinkCountTest {

    private static final String SHARE = "share key ann/it";

    /** Far longer than any program here takes to go. */
    private static final WebLinkAnswers.Waits WAITS = new WebLinkAnswers.Waits(20_000, 20_000, 20_000, 20_000);

    @TempDir
    Path folder;

    private final List<WebLinkReport.WebLinkUsed> used = new CopyOnWriteArrayList<>();
    private final OpenFiles openFiles = new OpenFiles(8);
    private final Servings servings = new Servings(PeerEvents.NONE, NoTables.of());
    private final Senders senders = new Senders(servings);
    private Optional<WebLinkAnswers.Offer> offer = Optional.empty();
    private Optional<WebLinks> links = Optional.empty();
    private Optional<WebLinkDoor> door = Optional.empty();

    @AfterEach
    void close() {
        door.ifPresent(WebLinkDoor::close);
        senders.close();
        openFiles.close();
    }

    /** A link to something, for so many downloads. */
    private KeptWebLink link(Path path, String saved, int times) {
        Served served;
        try (FileHasher hasher = new FileHasher(1)) {
            StoredContent stored = Files.isDirectory(path)
                    ? new FolderHasher(hasher, path).hash(HashProgress.UNSEEN).shared(openFiles)
                    : new SharedFile(hasher.hash(path), openFiles);
            served = new Served(stored);
        }
        servings.add(served);
        offer = Optional.of(new WebLinkAnswers.Offer(saved, served, false));
        WebLinks all = new WebLinks(folder.resolve("web-links"), InstantSource.system(), PeerEvents.NONE);
        links = Optional.of(all);
        WebLinkAnswers answers =
                new WebLinkAnswers(all, key -> offer, servings, senders, InstantSource.system(), used::add, WAITS);
        door = Optional.of(new WebLinkDoor(
                folder.resolve("web-links.pem"),
                setting -> setting == Setting.LINK_PORT ? "0" : setting == Setting.LINK_HOST ? "127.0.0.1" : "",
                answers::answer));
        return all.make(
                SHARE,
                "ann/it",
                served.content().toString(),
                new WebLinkWish.MakeWebLink(null, 0, "it", null, WebLinkWish.USUAL_MILLIS, times, false));
    }

    /** A connection of which a test sees what the system has of it. */
    private Socket dial() throws IOException {
        WebLinkDoor open = door.orElseThrow();
        open.open();
        return new Socket(
                InetAddress.getLoopbackAddress(), open.address().orElseThrow().getPort());
    }

    private static InputStream asked(Socket socket, KeptWebLink link) throws IOException {
        SSLSocket secured = (SSLSocket)
                HttpsAnswer.trusting().getSocketFactory().createSocket(socket, "127.0.0.1", socket.getPort(), false);
        secured.setSoTimeout(20_000);
        String request = "GET /" + link.secret() + "/f HTTP/1.1\r\nHost: a\r\n\r\n";
        secured.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return secured.getInputStream();
    }

    /** Reads up to the end of the head, and so much behind it. */
    private static int bodyBytes(InputStream in, int bytes) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return in.readNBytes(bytes).length;
    }

    @Test
    void whoGoesWithoutReadingTheGoodByeHasHadItAll() throws Exception {
        byte[] data = new byte[100_000];
        new SplittableRandom(5).nextBytes(data);
        KeptWebLink link = link(Files.write(folder.resolve("it"), data), "it", 1);
        try (Socket socket = dial()) {
            assertThat(bodyBytes(asked(socket, link), data.length)).isEqualTo(data.length);
            // Closed over something that came, a connection breaks off: no good-bye may come before its time, also when
            // this side has said its own.
            socket.getOutputStream().write(new byte[24]);
            socket.setSoTimeout(100);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
        Awaitility.await().until(() -> used.size() == 1);
        assertThat(used.getFirst().whole()).isTrue();
        assertThat(links.orElseThrow().find(link.secret())).isEmpty();
    }

    @Test
    void whoBreaksOffAtTheEndHasNotHadIt() throws Exception {
        KeptWebLink link = link(Files.write(folder.resolve("it"), new byte[100_000]), "it", 1);
        try (Socket socket = dial()) {
            assertThat(bodyBytes(asked(socket, link), 70_000)).isEqualTo(70_000);
            // As a program that is killed, whose system takes no more for it.
            socket.setSoLinger(true, 0);
        }
        Awaitility.await().until(() -> used.size() == 1);
        assertThat(used.getFirst().whole()).isFalse();
        assertThat(links.orElseThrow().find(link.secret())).isPresent();
    }

    @Test
    void equalFilesOfAFolderCountAsOftenAsTheyAreSent() throws Exception {
        byte[] data = new byte[50_000];
        new SplittableRandom(5).nextBytes(data);
        Path it = Files.createDirectory(folder.resolve("it"));
        for (int i = 0; i < 16; i++) {
            Files.write(it.resolve("equal" + i), data);
        }
        // A burst goes at once, which is a third of the archive, and hardly anything after it.
        servings.limit(10_000);
        KeptWebLink link = link(it, "it.zip", 1);
        try (Socket socket = dial()) {
            assertThat(bodyBytes(asked(socket, link), 3 * data.length)).isEqualTo(3 * data.length);
        }
        servings.pause(true);
        Awaitility.await().until(() -> used.size() == 1);
        assertThat(used.getFirst().whole()).isFalse();
        assertThat(used.getFirst().bytes()).isGreaterThan(2L * data.length);
        assertThat(links.orElseThrow().find(link.secret())).as("it broke off").isPresent();
    }
}
