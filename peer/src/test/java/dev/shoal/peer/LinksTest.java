package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.PeerId;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.TransportException;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who gets a place where there are few. */
@Timeout(60)
class LinksTest {

    private static final int PLACES = 4;

    /** Long before strangers that do not greet are let go in any case, long after they have to make room. */
    private static final int PATIENCE_MILLIS = Watchdog.HANDSHAKE_MILLIS * 7 / 10;

    @Test
    void strangersThatShakeHandsAndDoNotGreetMakeRoomForAPeerThatDoes() throws Exception {
        Identity identity = Identity.generate();
        List<TlsStream> strangers = new ArrayList<>();
        try (Servings servings = new Servings(PeerEvents.NONE, NoTables.of());
                Links links =
                        new Links(new Tls(identity), identity.id(), 1, Optional.of(0), servings, PLACES, 10 * PLACES)) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), links.port());
            for (int i = 0; i < PLACES; i++) {
                strangers.add(FrameLink.dial(address, new Tls(Identity.generate()), Tls.PEER_PROTOCOL, 20_000));
            }
            PeerLink honest = greet(address, servings);
            assertThat(honest.remote()).isEqualTo(identity.id());
            await().until(() -> links.count() == 1);
            honest.close();
        } finally {
            strangers.forEach(TlsStream::close);
        }
    }

    @Test
    void whoAnswersWithAnotherKeyThanTheIndexNamedIsNotEvenGreeted() throws Exception {
        Identity asking = Identity.generate();
        Identity answering = Identity.generate();
        try (Servings servings = new Servings(PeerEvents.NONE, NoTables.of());
                Links links = new Links(new Tls(asking), asking.id(), 1, Optional.of(0), servings, PLACES, PLACES);
                Servings others = new Servings(PeerEvents.NONE, NoTables.of());
                Links there =
                        new Links(new Tls(answering), answering.id(), 2, Optional.of(0), others, PLACES, PLACES)) {
            Endpoint here = new Endpoint(InetAddress.getLoopbackAddress(), there.port());
            IndexReply.Source named = source(Identity.generate().id(), here);
            assertThatThrownBy(() -> links.connect(named, 0))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("somebody else answers at");
            assertThat(links.count()).isZero();
            assertThat(there.count()).isZero();
            assertThat(links.find(named.peer(), 0)).isEmpty();

            PeerLink right = links.connect(source(answering.id(), here), 0);
            assertThat(right.remote()).isEqualTo(answering.id());
            await().until(() -> there.count() == 1);
        }
    }

    private static IndexReply.Source source(PeerId peer, Endpoint endpoint) {
        return new IndexReply.Source(peer, IndexReply.Source.SEED, 0, List.of(endpoint), List.of());
    }

    private static PeerLink greet(InetSocketAddress address, Servings servings) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        try (Watchdog.Guard guard = Watchdog.closeAfter(channel, PATIENCE_MILLIS)) {
            TlsStream stream = TlsStream.over(channel, new Tls(Identity.generate()), true, Tls.PEER_PROTOCOL);
            PeerLink link = new PeerLink(stream, true, 2, 0, servings);
            guard.release();
            return link;
        }
    }
}
