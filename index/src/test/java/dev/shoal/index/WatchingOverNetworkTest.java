package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.IndexPush;
import dev.shoal.protocol.IndexPush.NewVersion;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.protocol.Welcome;
import dev.shoal.transport.DatagramLink;
import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Pushes;
import dev.shoal.transport.Retransmission;
import dev.shoal.transport.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index tells a peer of new versions on the way by which its heartbeats come, and hears its answers. */
class WatchingOverNetworkTest {

    private static final int ANSWER_MILLIS = 20_000;
    private static final Name NAME = new Name("lab/a");
    private static final IndexRequest HEARTBEAT = new IndexRequest.Heartbeat(0, 0, 0, 0);

    @TempDir
    private Path folder;

    private final Identity owner = Identity.generate();
    private VersionRecord latest = version(1, Hash.ZERO);

    private VersionRecord version(int number, Hash previous) {
        return record(owner.privateKey(), owner.key(), NAME.text(), number, content(number), previous);
    }

    private static Welcome greet(FrameLink link) {
        Hello hello = new Hello(Hello.VERSION, 1, 0, "", 0, List.of(), "test");
        return (Welcome) link.exchange(hello, ANSWER_MILLIS).pdu();
    }

    private void publish(FrameLink publisher) {
        assertThat(publisher
                        .exchange(new IndexRequest.Register(false, latest.content(), NAME, latest), ANSWER_MILLIS)
                        .pdu())
                .isInstanceOf(Ack.class);
        latest = version(latest.number() + 1, latest.hash());
    }

    private void acknowledged(int number) {
        await().untilAsserted(() -> {
            try (SqliteNames names = SqliteNames.open(folder, NameLimits.DEFAULT)) {
                assertThat(names.readers()
                                .read(handle -> handle.createQuery("SELECT told FROM watches")
                                        .mapTo(Integer.class)
                                        .one())
                                .join())
                        .isEqualTo(number);
            }
        });
    }

    @Test
    void newVersionsComeOnTheWayOfTheHeartbeats() throws InterruptedException {
        IndexConfiguration configuration = new IndexConfiguration(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder,
                Optional.empty(),
                IndexSettings.DEFAULT);
        BlockingQueue<IndexPush> heard = new LinkedBlockingQueue<>();
        Pushes pushes = new Pushes();
        pushes.listen(heard::add);
        try (IndexServer server = IndexServer.start(configuration);
                FrameLink publisher = FrameLink.connect(server.address(), new Tls(owner))) {
            greet(publisher);
            publish(publisher);
            Welcome welcome;
            try (FrameLink link = FrameLink.connect(server.address(), new Tls(Identity.generate()), pushes)) {
                welcome = greet(link);
                link.exchange(HEARTBEAT, ANSWER_MILLIS);
                assertThat(link.exchange(new IndexRequest.Watch(NAME, 0), ANSWER_MILLIS)
                                .pdu())
                        .isEqualTo(new Ack(Ack.Outcome.DONE, 1));
                publish(publisher);
                assertThat(heard.poll(ANSWER_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(new NewVersion(NAME, 2));
                acknowledged(2);
            }
            InetSocketAddress datagramPort =
                    new InetSocketAddress(server.address().getAddress(), welcome.udpPort());
            try (DatagramLink datagrams = new DatagramLink(datagramPort, welcome, pushes)) {
                assertThat(datagrams.exchange(HEARTBEAT, Retransmission.REQUEST))
                        .isPresent();
                publish(publisher);
                assertThat(heard.poll(ANSWER_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(new NewVersion(NAME, 3));
                acknowledged(3);
            }
        }
        assertThat(heard).isEmpty();
    }
}
