package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.transport.Identity;
import dev.shoal.transport.ServerKey;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The port of download links while settings change: what runs goes on, and what was passed on leads somewhere. */
@Timeout(60)
class WebLinkPortTest {

    private static final Tls CLIENT = new Tls(Identity.generate());

    @TempDir
    Path folder;

    private final Map<Setting, String> settings = new EnumMap<>(Setting.class);
    private final AtomicReference<String> machine = new AtomicReference<>("192.0.2.7");
    private final List<TlsStream> dialed = new ArrayList<>();
    private WebLinkDoor door;

    @BeforeEach
    void open() {
        settings.put(Setting.LINK_PORT, "0");
        door = new WebLinkDoor(
                folder.resolve("web-links.pem"),
                setting -> settings.getOrDefault(setting, ""),
                WebLinkPortTest::echo,
                100,
                machine::get);
    }

    @AfterEach
    void close() {
        door.close();
        dialed.forEach(stream -> Watchdog.closeQuietly(stream::close));
    }

    /** A byte greets; each is sent back. */
    private static void echo(TlsStream stream, Runnable greeted) {
        ByteBuffer one = ByteBuffer.allocate(1);
        try {
            while (true) {
                stream.readFully(one.clear());
                greeted.run();
                stream.write(one.flip());
            }
        } catch (IOException end) {
            Watchdog.closeQuietly(stream::close);
        }
    }

    private int port() {
        return door.address().orElseThrow().getPort();
    }

    private TlsStream dial(int port) throws IOException {
        TlsStream stream = TlsStream.over(
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                CLIENT,
                true,
                Tls.HTTP_PROTOCOL);
        dialed.add(stream);
        return stream;
    }

    /** A connection that is in use. */
    private TlsStream inUse(int port) throws IOException {
        TlsStream stream = dial(port);
        assertThat(isAnswered(stream)).isTrue();
        return stream;
    }

    private static boolean isAnswered(TlsStream stream) {
        ByteBuffer one = ByteBuffer.allocate(1);
        try (Watchdog.Guard guard = stream.closeAfter(20_000)) {
            stream.write(ByteBuffer.wrap(new byte[] {7}));
            stream.readFully(one);
            guard.release();
            return one.get(0) == 7;
        } catch (IOException end) {
            return false;
        }
    }

    @Test
    void anotherNameOrCertificateCutsNothingAndIsShownFromThenOn() throws Exception {
        WebLinkDoor.Address first = door.open();
        int port = port();
        TlsStream before = inUse(port);
        settings.put(Setting.LINK_HOST, "files.example");
        assertThat(door.open().root()).isEqualTo("https://files.example:" + port + "/");
        Path pem = folder.resolve("own.pem");
        ServerKey own = ServerKey.loadOrCreate(pem, "files.example");
        settings.put(Setting.LINK_CERT, pem.toString());
        settings.put(Setting.LINK_KEY, pem.toString());
        assertThat(door.open().key().fingerprint()).isEqualTo(own.fingerprint());
        assertThat(port()).isEqualTo(port);
        TlsStream after = inUse(port);
        assertThat(after.remoteKey()).isNotEqualTo(before.remoteKey());
        assertThat(isAnswered(before)).isTrue();
        assertThat(first.key().fingerprint()).isNotEqualTo(own.fingerprint());
        Files.writeString(pem, "no certificate");
        assertThatThrownBy(door::open).isInstanceOf(PeerException.class);
        assertThat(isAnswered(before)).isTrue();
        assertThat(inUse(port).remoteKey()).isEqualTo(after.remoteKey());
    }

    @Test
    void atAnotherPortOthersComeAndWhatRunsGoesOn() throws Exception {
        door.open();
        int port = port();
        TlsStream before = inUse(port);
        try (ServerSocket taken = new ServerSocket(0)) {
            settings.put(Setting.LINK_PORT, Integer.toString(taken.getLocalPort()));
            assertThatThrownBy(door::open)
                    .isInstanceOf(PeerException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " cannot be used")
                    .hasMessageEndingWith("Links are answered at the port " + port + " as before.");
            inUse(port);
            settings.put(Setting.LINK_PORT, Integer.toString(port));
            assertThat(door.open().root()).isEqualTo("https://192.0.2.7:" + port + "/");
        }
        settings.put(Setting.LINK_PORT, Integer.toString(free()));
        door.open();
        assertThat(port()).isNotEqualTo(port);
        inUse(port());
        assertThat(isAnswered(before)).isTrue();
        assertThatThrownBy(() -> dial(port)).isInstanceOf(IOException.class);
    }

    private static int free() throws IOException {
        try (ServerSocket any = new ServerSocket(0)) {
            return any.getLocalPort();
        }
    }

    @Test
    void whoChangesThePortMoreOftenEndsTheOldest() throws Exception {
        door.open();
        List<TlsStream> running = new ArrayList<>();
        for (int i = 0; i <= WebLinkDoor.MAX_ENDING; i++) {
            running.add(inUse(port()));
            settings.put(Setting.LINK_PORT, Integer.toString(free()));
            door.open();
        }
        assertThat(isAnswered(running.removeFirst())).isFalse();
        assertThat(running).hasSize(WebLinkDoor.MAX_ENDING).allMatch(WebLinkPortTest::isAnswered);
    }

    @Test
    void withoutALinkNobodyComesAndWhoSaysNothingIsLetGoWhileWhatRunsGoesOn() throws Exception {
        door.open();
        int port = port();
        TlsStream running = inUse(port);
        TlsStream silent = dial(port);
        door.stop();
        assertThat(door.address()).isEmpty();
        assertThatThrownBy(() -> silent.readFully(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> dial(port)).isInstanceOf(IOException.class);
        assertThat(isAnswered(running)).isTrue();
        door.open();
        assertThat(port()).as("links that were passed on name it").isEqualTo(port);
        assertThat(isAnswered(running)).isTrue();
        door.close();
        Awaitility.await().until(() -> !isAnswered(running));
    }

    @Test
    void aPortThatOthersTookMeanwhileIsLeftToThem() throws Exception {
        door.open();
        int port = port();
        door.stop();
        try (ServerSocket taken = new ServerSocket(port)) {
            door.open();
            assertThat(port()).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void linksSayTheAddressThatTheMachineHasWhenTheyAreShown() {
        WebLinkDoor.Address address = door.open();
        machine.set("198.51.100.9");
        assertThat(address.root()).isEqualTo("https://198.51.100.9:" + port() + "/");
        assertThat(door.open().root()).isEqualTo(address.root());
    }

    @Test
    void anAddressThatIsGoodOnThisMachineAloneIsRefused() {
        assertThat(HostAndPort.checkHost("[2001:db8::1]:443")).isEqualTo("[2001:db8::1]:443");
        for (String zoned : List.of("2001:db8::1%eth0", "[fe80::1%eth0]:443")) {
            assertThatThrownBy(() -> HostAndPort.checkHost(zoned))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("zone (%eth0)");
        }
    }
}
