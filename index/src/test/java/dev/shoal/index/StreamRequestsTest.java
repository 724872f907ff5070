package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TlsListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An index with two places for connections. */
@Timeout(60)
class StreamRequestsTest {

    private static final int PLACES = 2;
    private static final long ANSWER_MILLIS = 20_000;

    @TempDir
    Path folder;

    @Test
    void whoHasGreetedKeepsItsPlaceAndWhoSaysNothingMakesRoom() throws Exception {
        TlsListener.Places places = new TlsListener.Places(PLACES, 100, TlsListener.Relief.NONE);
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Tls tls = new Tls(Identity.generate());
        try (SqliteNames names = SqliteNames.open(folder, NameLimits.DEFAULT)) {
            IndexService service = new IndexUnderTest(IndexUnderTest.SETTINGS, names).service;
            StreamRequests requests = new StreamRequests(service, 60_000, session -> {});
            try (TlsListener listener = new TlsListener(anywhere, tls, Tls.INDEX_PROTOCOL, places, requests::serve)) {
                listener.start();
                try (FrameLink known = greeted(listener.address(), 1);
                        FrameLink silent = connect(listener.address());
                        FrameLink fresh = greeted(listener.address(), 2)) {
                    assertThat(listener.connections()).isLessThanOrEqualTo(PLACES);
                    for (FrameLink link : List.of(known, fresh)) {
                        assertThat(link.exchange(new IndexRequest.Heartbeat(0, 0, 0, 0), ANSWER_MILLIS)
                                        .pdu())
                                .isInstanceOf(IndexReply.HeartbeatReply.class);
                    }
                    assertThat(silent.remote()).isEqualTo(known.remote());
                }
            }
        }
    }

    private static FrameLink connect(InetSocketAddress index) {
        return FrameLink.connect(index, new Tls(Identity.generate()));
    }

    private static FrameLink greeted(InetSocketAddress index, long instance) {
        FrameLink link = connect(index);
        Hello hello = new Hello(Hello.VERSION, instance, 0, "peer", 0, List.of(), "test");
        assertThat(link.exchange(hello, ANSWER_MILLIS).pdu()).isInstanceOf(Welcome.class);
        return link;
    }
}
