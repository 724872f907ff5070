package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import dev.shoal.peer.Home;
import dev.shoal.peer.KnownKeys;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.protocol.Link;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Links that name several addresses of their index. Linux, where all of 127.0.0.0/8 is this machine. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OtherAddressesTest {

    private static final String ELSEWHERE = "127.0.0.2";

    @TempDir
    Path folder;

    @Test
    void anIndexThatIsOutOfReachAtItsFirstAddressIsFoundAtAnother() throws Exception {
        try (Network network = Network.withLease(folder, 60_000)) {
            Link link = elsewhere(shared(network));
            peer(network).get(link.toString(), folder.resolve("got"));
            assertThat(folder.resolve("got")).hasContent("data");

            network.index().close();
            PeerException refused =
                    peer(network).refusal(new Request.Get(null, link.toString(), folder.toString(), false, false));
            assertThat(refused.reason()).isEqualTo(PeerException.Reason.UNREACHABLE);
            assertThat(refused).hasMessageContaining(ELSEWHERE).hasMessageContaining("127.0.0.1");
        }
    }

    @Test
    void whoAnswersInItsPlaceWithAnotherKeyIsPassedOverAndNotRemembered() throws Exception {
        try (Network network = Network.withLease(folder, 60_000)) {
            Link link = elsewhere(shared(network));
            try (IndexServer stranger = stranger(link.port())) {
                peer(network).get(link.toString(), folder.resolve("got"));
                assertThat(folder.resolve("got")).hasContent("data");
                KnownKeys known = new KnownKeys(new Home(folder.resolve("bob")).knownKeysFile());
                assertThat(known.index(ELSEWHERE + ":" + link.port())).isEmpty();
                assertThat(known.index(network.address())).contains(link.indexFingerprint());

                network.index().close();
                PeerException refused =
                        peer(network).refusal(new Request.Get(null, link.toString(), folder.toString(), false, false));
                assertThat(refused.reason()).isEqualTo(PeerException.Reason.VERIFICATION);
                assertThat(refused).hasMessageContaining(stranger.address().getHostString());
            }
        }
    }

    private Link shared(Network network) throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "data");
        return Link.parse(
                network.peer("alice").share(file).next(Report.Shared.class).link());
    }

    /** Somebody who has no index but the one that a link names. */
    private static Network.Peer peer(Network network) {
        return network.inHome("bob", new Peers.Options(null, null, "bob", null, null, false), PeerEvents.NONE);
    }

    /** The same link, with an address first at which the index is not. */
    private static Link elsewhere(Link link) {
        return new Link(
                link.indexFingerprint(),
                ELSEWHERE,
                link.port(),
                link.name(),
                link.ownerFingerprint(),
                link.content(),
                List.of(link.host()));
    }

    private IndexServer stranger(int port) {
        return IndexServer.start(new IndexConfiguration(
                new InetSocketAddress(ELSEWHERE, port),
                folder.resolve("stranger"),
                Optional.empty(),
                IndexSettings.DEFAULT));
    }
}
