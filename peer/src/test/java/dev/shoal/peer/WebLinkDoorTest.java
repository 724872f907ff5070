package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.store.FileHasher;
import dev.shoal.store.FolderHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.OpenFiles;
import dev.shoal.store.SharedFile;
import dev.shoal.store.StoredContent;
import dev.shoal.transport.Identity;
import dev.shoal.transport.SecretFile;
import dev.shoal.transport.ServerKey;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.Watchdog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The port of download links as it is reached from outside: what it gives, and what it gives nobody. */
@Timeout(60)
class WebLinkDoorTest {

    private static final String SHARE = "share key ann/thesis";
    private static final int BYTES = 300_000;
    private static final int MAX_PER_SITE = 8;
    private static final WebLinkAnswers.Waits WAITS = new WebLinkAnswers.Waits(10_000, 60_000, 0, 20_000);

    private static final SSLContext ANY = HttpsAnswer.trusting();
    private static final Tls CLIENT = new Tls(Identity.generate());

    @TempDir
    Path folder;

    private final Map<Setting, String> settings = new EnumMap<>(Setting.class);
    private final Map<String, WebLinkAnswers.Offer> offers = new LinkedHashMap<>();
    private final List<WebLinkReport.WebLinkUsed> used = new CopyOnWriteArrayList<>();
    private final OpenFiles openFiles = new OpenFiles(8);
    private final Servings servings = new Servings(PeerEvents.NONE, NoTables.of());
    private final Senders senders = new Senders(servings);
    private final AtomicLong nowMillis = new AtomicLong(1_800_000_000_000L);
    private byte[] thesis = {};
    private Path file;
    private WebLinks links;
    private WebLinkDoor door;

    @BeforeEach
    void open() throws IOException {
        thesis = new byte[BYTES];
        new SplittableRandom(5).nextBytes(thesis);
        file = Files.write(folder.resolve("thesis.pdf"), thesis);
        settings.put(Setting.LINK_PORT, "0");
        settings.put(Setting.LINK_HOST, "127.0.0.1");
        links = new WebLinks(folder.resolve("web-links"), () -> Instant.ofEpochMilli(nowMillis.get()), PeerEvents.NONE);
        door = door(WAITS);
    }

    private WebLinkDoor door(WebLinkAnswers.Waits waits) {
        WebLinkAnswers answers = new WebLinkAnswers(
                links,
                key -> Optional.ofNullable(offers.get(key)),
                servings,
                senders,
                () -> Instant.ofEpochMilli(nowMillis.get()),
                used::add,
                waits);
        return new WebLinkDoor(
                folder.resolve("web-links.pem"),
                setting -> settings.getOrDefault(setting, ""),
                answers::answer,
                MAX_PER_SITE);
    }

    @AfterEach
    void close() {
        door.close();
        senders.close();
        openFiles.close();
    }

    private Served serve(Path path, String saved) {
        try (FileHasher hasher = new FileHasher(1)) {
            StoredContent stored = Files.isDirectory(path)
                    ? new FolderHasher(hasher, path).hash(HashProgress.UNSEEN).shared(openFiles)
                    : new SharedFile(hasher.hash(path), openFiles);
            Served served = new Served(stored);
            servings.add(served);
            offers.put(SHARE, new WebLinkAnswers.Offer(saved, served, false));
            return served;
        }
    }

    private KeptWebLink link(int times, boolean privateToo) {
        WebLinkAnswers.Offer offer = offers.get(SHARE);
        String content = offer == null || offer.served() == null
                ? "another"
                : offer.served().content().toString();
        return links.make(
                SHARE,
                "ann/thesis",
                content,
                new WebLinkWish.MakeWebLink(null, 0, "thesis", null, WebLinkWish.USUAL_MILLIS, times, privateToo));
    }

    private SSLSocket dial() throws IOException {
        door.open();
        int port = door.address().orElseThrow().getPort();
        SSLSocket socket = (SSLSocket) ANY.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** With the same library as the other side, which is many times as fast as that of Java is at first. */
    private HttpsAnswer raw(String request) throws IOException {
        door.open();
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), door.address().orElseThrow().getPort()));
        ByteBuffer answer = ByteBuffer.allocate(3 * BYTES);
        try (TlsStream stream = TlsStream.over(channel, CLIENT, true, Tls.HTTP_PROTOCOL);
                Watchdog.Guard guard = stream.closeAfter(20_000)) {
            stream.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
            stream.readFully(answer);
            guard.release();
        } catch (IOException end) {
            // What came before counts.
            answer.flip();
        }
        return HttpsAnswer.of(new ByteArrayInputStream(answer.array(), 0, answer.limit()));
    }

    private static void begin(SSLSocket socket, KeptWebLink link) throws IOException {
        String request = "GET /" + link.secret() + "/f HTTP/1.1\r\nHost: a\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private HttpsAnswer ask(String method, String path, String... headers) throws IOException {
        return raw(method + " " + path + " HTTP/1.1\r\nHost: any\r\n" + String.join("", headers) + "\r\n");
    }

    private HttpsAnswer get(KeptWebLink link, String... headers) throws IOException {
        return ask("GET", "/" + link.secret() + "/thesis.pdf", headers);
    }

    @Test
    void whoHasTheLinkGetsTheFileAndTheBrowserDoesNothingButSaveIt() throws Exception {
        Served served = serve(file, "Ä \"b\"\r\nc.pdf");
        KeptWebLink link = link(0, false);
        HttpsAnswer answer = get(link);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(thesis);
        assertThat(answer.head())
                .contains(
                        "Content-Length: " + BYTES + "\r\n",
                        "Content-Type: application/octet-stream\r\n",
                        "Content-Disposition: attachment; filename=\"_ _b___c.pdf\";"
                                + " filename*=UTF-8''%C3%84%20%22b%22%0D%0Ac.pdf\r\n",
                        "ETag: \"" + served.content() + "\"\r\n",
                        "X-Content-Type-Options: nosniff\r\n",
                        "Content-Security-Policy: default-src 'none'; sandbox;",
                        "Referrer-Policy: no-referrer\r\n",
                        "Cache-Control: private, no-store\r\n",
                        "X-Robots-Tag: noindex",
                        "Connection: close\r\n",
                        "Last-Modified: ");
        HttpsAnswer head = ask("HEAD", "/" + link.secret() + "/anything?utm=1");
        assertThat(head.head()).isEqualTo(answer.head());
        assertThat(head.body()).isEmpty();
        Awaitility.await().until(() -> used.size() == 1);
        assertThat(used).singleElement().satisfies(use -> {
            assertThat(use.bytes()).isEqualTo(BYTES);
            assertThat(use.whole()).isTrue();
            assertThat(use.address()).isEqualTo("127.0.0.1");
            assertThat(use.toString()).doesNotContain(link.secret());
        });
        assertThat(served.uploadedBytes()).isEqualTo(BYTES);
        assertThat(senders.sentBytes()).isEqualTo(BYTES);
    }

    @Test
    void aDownloadGoesOnWhereItBrokeOff() throws Exception {
        Served served = serve(file, "thesis.pdf");
        KeptWebLink link = link(0, false);
        HttpsAnswer rest = get(link, "Range: bytes=100000-\r\n");
        assertThat(rest.status()).isEqualTo(206);
        assertThat(rest.head()).contains("Content-Range: bytes 100000-299999/300000\r\n", "Content-Length: 200000\r\n");
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(thesis, 100_000, BYTES));
        String tag = "\"" + served.content() + "\"";
        assertThat(get(link, "Range: bytes=5-9\r\n", "If-Range: " + tag + "\r\n")
                        .body())
                .isEqualTo(Arrays.copyOfRange(thesis, 5, 10));
        assertThat(get(link, "Range: bytes=5-9\r\n", "If-Range: \"another\"\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(get(link, "Range: bytes=5-9\r\n", "If-Range: W/" + tag + "\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(get(link, "Range: bytes=0-0,2-2\r\n").body()).hasSize(BYTES);
        HttpsAnswer none = get(link, "Range: bytes=300000-\r\n");
        assertThat(none.status()).isEqualTo(416);
        assertThat(none.head()).contains("Content-Range: bytes */300000\r\n");
    }

    @Test
    void whoGoesOnWithAnotherVersionGetsTheNewOneFromItsBeginning() throws Exception {
        serve(file, "thesis.pdf");
        KeptWebLink link = link(0, false);
        Path newer = Files.writeString(folder.resolve("newer.pdf"), "0123456789");
        Served served = serve(newer, "thesis.pdf");
        assertThat(get(link, "Range: bytes=5-\r\n").text()).isEqualTo("0123456789");
        assertThat(get(link, "Range: bytes=5-\r\n", "If-Range: \"" + served.content() + "\"\r\n")
                        .text())
                .isEqualTo("56789");
    }

    @Test
    void whateverIsNotTheSecretOfALinkIsAnsweredAlike() throws Exception {
        serve(file, "thesis.pdf");
        KeptWebLink ended = link(0, false);
        links.end(each -> true);
        KeptWebLink usedUp = link(1, false);
        get(usedUp);
        KeptWebLink over = link(0, false);
        nowMillis.addAndGet(WebLinkWish.USUAL_MILLIS);
        KeptWebLink good = link(0, false);
        String nothing = ask("GET", "/").whole();
        assertThat(nothing).startsWith("HTTP/1.1 404 ");
        String secret = good.secret();
        for (String path : List.of(
                "/" + ended.secret() + "/thesis.pdf",
                "/" + usedUp.secret() + "/thesis.pdf",
                "/" + over.secret() + "/thesis.pdf",
                "/" + secret.substring(0, 31) + "/thesis.pdf",
                "/" + secret + "A/thesis.pdf",
                "/" + secret,
                "/" + secret + "%2Fthesis.pdf",
                "//" + secret + "/thesis.pdf",
                "/x/../" + secret + "/thesis.pdf",
                "/" + secret + "/../thesis.pdf",
                "/" + secret + "/a/b",
                "/../../../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/favicon.ico",
                "/robots.txt",
                "/api/v1/status")) {
            assertThat(ask("GET", path).whole()).as(path).isEqualTo(nothing);
        }
        assertThat(get(good).status()).isEqualTo(200);
    }

    @Test
    void othersThanRequestsForOneThingAreRefused() throws Exception {
        serve(file, "thesis.pdf");
        KeptWebLink link = link(0, false);
        String path = "/" + link.secret() + "/thesis.pdf";
        for (String method : List.of("PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")) {
            assertThat(ask(method, path).head()).startsWith("HTTP/1.1 405 ").contains("Allow: GET, HEAD\r\n");
        }
        for (String request : List.of(
                "GET https://other" + path + " HTTP/1.1\r\nHost: other\r\n\r\n",
                "GET " + path + " HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET " + path + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "\0\1\2\3\r\n\r\n")) {
            assertThat(raw(request).status()).as(request).isEqualTo(400);
        }
        assertThat(ask("GET", path, "X: " + "y".repeat(HttpHead.MAX_BYTES) + "\r\n")
                        .status())
                .isEqualTo(431);
        // Only the first of two is answered, and the host does not matter.
        HttpsAnswer one = raw(
                "GET " + path + " HTTP/1.1\r\nHost: evil.example\r\n\r\nGET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(one.status()).isEqualTo(200);
        assertThat(one.text()).doesNotContain("HTTP/1.1");
        try (Socket plain = new Socket(
                InetAddress.getLoopbackAddress(), door.address().orElseThrow().getPort())) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(HttpsAnswer.of(plain.getInputStream()).text()).doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void whatWasWrittenToIsNotSentAndWhatIsPausedIsLeftForLater() throws Exception {
        Served served = serve(file, "thesis.pdf");
        KeptWebLink link = link(0, false);
        servings.pause(true);
        assertThat(get(link).head()).startsWith("HTTP/1.1 503 ").contains("Retry-After: ");
        servings.pause(false);
        served.ceiling(0);
        servings.limitChanged(served);
        assertThat(get(link).status()).isEqualTo(503);
        served.ceiling(Rate.UNLIMITED);
        servings.limitChanged(served);
        assertThat(get(link).status()).isEqualTo(200);
        List<Served> lost = new ArrayList<>();
        servings.whenLost(lost::add);
        Files.writeString(file, "another version");
        assertThat(get(link).text()).doesNotContain("another version");
        assertThat(lost).containsExactly(served);
        offers.put(SHARE, new WebLinkAnswers.Offer("thesis.pdf", null, false));
        assertThat(get(link).status()).isEqualTo(503);
        offers.clear();
        assertThat(get(link).status()).isEqualTo(404);
    }

    @Test
    void whatOnlySomeMayGetIsGivenByLinksThatWereMeantForIt() throws Exception {
        Served served = serve(file, "thesis.pdf");
        KeptWebLink link = link(0, false);
        KeptWebLink meant = link(0, true);
        offers.put(SHARE, new WebLinkAnswers.Offer("thesis.pdf", served, true));
        assertThat(get(link).status()).isEqualTo(404);
        assertThat(get(meant).body()).isEqualTo(thesis);
    }

    @Test
    void aFolderComesAsAnArchive() throws Exception {
        Files.createDirectories(folder.resolve("results/one/empty"));
        Files.write(folder.resolve("results/big"), thesis);
        Files.write(folder.resolve("results/same"), thesis);
        Files.writeString(folder.resolve("results/one/ä b.txt"), "text");
        Files.writeString(folder.resolve("results/one/nothing"), "");
        Files.createSymbolicLink(folder.resolve("results/link"), Path.of("big"));
        serve(folder.resolve("results"), "results.zip");
        KeptWebLink link = link(2, false);
        HttpsAnswer answer = get(link, "Range: bytes=5-\r\n");
        assertThat(answer.head())
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Type: application/zip\r\n", "filename=\"results.zip\"", "Accept-Ranges: none\r\n");
        assertThat(unzipped(answer.unchunked()))
                .isEqualTo(Map.of(
                        "results/big", BYTES,
                        "results/same", BYTES,
                        "results/one/ä b.txt", 4,
                        "results/one/nothing", 0,
                        "results/one/empty/", 0));
        HttpsAnswer old = raw("GET /" + link.secret() + "/results.zip HTTP/1.0\r\n\r\n");
        assertThat(unzipped(old.body())).hasSize(5);
        Awaitility.await().until(() -> links.find(link.secret()).isEmpty());
    }

    private static Map<String, Integer> unzipped(byte[] archive) throws IOException {
        Map<String, Integer> found = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive), StandardCharsets.UTF_8)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                found.put(entry.getName(), zip.readAllBytes().length);
            }
        }
        return found;
    }

    @Test
    void aSecondDownloadWaitsForTheOnlyOneThatIsAllowed() throws Exception {
        servings.limit(10_000);
        serve(file, "thesis.pdf");
        KeptWebLink link = link(1, false);
        try (SSLSocket first = dial()) {
            begin(first, link);
            assertThat(first.getInputStream().readNBytes(1_000)).hasSize(1_000);
            assertThat(get(link).status()).isEqualTo(503);
        }
        servings.pause(true);
        Awaitility.await().untilAsserted(() -> assertThat(used).hasSize(1));
        servings.pause(false);
        servings.limit(Rate.UNLIMITED);
        assertThat(used.getFirst().whole()).isFalse();
        assertThat(get(link, "Range: bytes=100-\r\n").status()).isEqualTo(206);
    }

    @Test
    void whatRunsThroughALinkStopsWhenItIsEnded() throws Exception {
        servings.limit(20_000);
        serve(file, "thesis.pdf");
        KeptWebLink link = link(0, false);
        try (SSLSocket socket = dial()) {
            begin(socket, link);
            assertThat(socket.getInputStream().readNBytes(1_000)).hasSize(1_000);
            links.end(each -> true);
            assertThat(HttpsAnswer.of(socket.getInputStream()).body().length).isLessThan(BYTES - 1_000);
        }
    }

    @Test
    void strangersTakeNoMoreThanTheirPlaces() throws Exception {
        serve(file, "thesis.pdf");
        KeptWebLink link = link(0, false);
        List<SSLSocket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < MAX_PER_SITE; i++) {
                SSLSocket socket = dial();
                socket.startHandshake();
                socket.getOutputStream().write("GET /".getBytes(StandardCharsets.US_ASCII));
                idle.add(socket);
            }
            assertThatThrownBy(() -> dial().startHandshake()).isInstanceOf(IOException.class);
        } finally {
            for (SSLSocket socket : idle) {
                socket.close();
            }
        }
        Awaitility.await()
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(get(link).status()).isEqualTo(200));
    }

    @Test
    void whoSaysNothingIsLetGo() throws Exception {
        door = door(new WebLinkAnswers.Waits(100, 60_000, 0, 20_000));
        try (SSLSocket silent = dial()) {
            silent.startHandshake();
            silent.getOutputStream().write("GET /".getBytes(StandardCharsets.US_ASCII));
            assertThat(HttpsAnswer.of(silent.getInputStream()).body()).isEmpty();
        }
    }

    @Test
    void whoTakesNothingIsLetGo() throws Exception {
        door = door(new WebLinkAnswers.Waits(10_000, 100, 0, 20_000));
        Files.write(file, new byte[16 << 20]);
        serve(file, "thesis.pdf");
        try (SSLSocket lazy = dial()) {
            begin(lazy, link(0, false));
            Awaitility.await().untilAsserted(() -> assertThat(used).hasSize(1));
            assertThat(used.getFirst().whole()).isFalse();
        }
    }

    @Test
    void theDoorIsOpenAsTheSettingsSay() throws Exception {
        WebLinkDoor.Address first = door.open();
        int port = door.address().orElseThrow().getPort();
        assertThat(first.root()).isEqualTo("https://127.0.0.1:" + port + "/");
        assertThat(first.key().isSelfSigned()).isTrue();
        assertThat(SecretFile.isOpenToOthers(folder.resolve("web-links.pem"))).isFalse();
        assertThat(door.open()).isEqualTo(first);
        settings.put(Setting.LINK_HOST, "files.example:443");
        assertThat(door.open().root()).isEqualTo("https://files.example/");
        assertThat(door.open().key().fingerprint()).isEqualTo(first.key().fingerprint());
        settings.put(Setting.LINK_HOST, "[2001:db8::1]");
        assertThat(door.open().root()).startsWith("https://[2001:db8::1]:");
        door.stop();
        assertThat(door.address()).isEmpty();
        try (ServerSocket taken = new ServerSocket(0)) {
            settings.put(Setting.LINK_PORT, Integer.toString(taken.getLocalPort()));
            assertThatThrownBy(door::open)
                    .isInstanceOf(PeerException.class)
                    .hasMessageContaining("shoal config link-port");
        }
    }

    @Test
    void aCertificateOfItsOwnersIsShownAndReadAnewWhenItChanges() throws Exception {
        Path pem = folder.resolve("own.pem");
        ServerKey own = ServerKey.loadOrCreate(pem, "files.example");
        settings.put(Setting.LINK_CERT, pem.toString());
        assertThatThrownBy(door::open).isInstanceOf(PeerException.class).hasMessageContaining("belong together");
        settings.put(Setting.LINK_KEY, pem.toString());
        WebLinkDoor.Address address = door.open();
        assertThat(address.key().isSelfSigned()).isFalse();
        assertThat(address.key().fingerprint()).isEqualTo(own.fingerprint());
        Files.delete(pem);
        String renewed = ServerKey.loadOrCreate(pem, "files.example").fingerprint();
        assertThat(door.open().key().fingerprint()).isEqualTo(renewed);
        Files.writeString(pem, "no certificate");
        assertThatThrownBy(door::open).isInstanceOf(PeerException.class).hasMessageContaining("openssl pkcs8");
        assertThat(door.address()).as("what was open stays open").isPresent();
    }
}
