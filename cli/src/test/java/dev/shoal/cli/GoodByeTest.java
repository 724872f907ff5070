package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Pdu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a peer with many shares ends: with one good-bye, whether the index answers or not. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GoodByeTest {

    private static final int FILES = 400;

    @TempDir
    Path folder;

    private final CountDownLatch silenceEnds = new CountDownLatch(1);
    private volatile boolean silent;
    private ScriptedIndex index;
    private PeerService service;
    private Network.Job sharing;

    @BeforeEach
    void share() throws Exception {
        index = new ScriptedIndex(this::answer);
        service = Peers.open(
                new Home(folder.resolve("home")),
                new Peers.Options(index.address(), null, "alice", null, null, true),
                PeerEvents.NONE);
        sharing = new Network.Peer(service).begin(new Request.Share(null, files(), null, ""));
        for (int i = 0; i < FILES; i++) {
            sharing.next(Report.Shared.class);
        }
    }

    @AfterEach
    void stop() {
        silenceEnds.countDown();
        service.close();
        index.close();
    }

    @Test
    void oneMessageTakesAllSharesAway() throws Exception {
        service.leave();
        sharing.stop();
        service.close();
        await().atMost(Duration.ofSeconds(60)).until(() -> count(IndexRequest.Quit.class) > 0);
        assertThat(count(IndexRequest.DeregisterContent.class)).isZero();
    }

    @Test
    void closingThePeerSaysGoodByeBeforeItsRequestsEnd() throws Exception {
        service.close();
        sharing.stop();
        await().atMost(Duration.ofSeconds(60)).until(() -> count(IndexRequest.Quit.class) > 0);
        assertThat(count(IndexRequest.DeregisterContent.class)).isZero();
    }

    @Test
    void nobodyWaitsForAnIndexThatIsSilent() throws Exception {
        silent = true;
        service.leave();
        sharing.stop();
        service.close();
        assertThat(silenceEnds.getCount()).isEqualTo(1);
        assertThat(count(IndexRequest.DeregisterContent.class)).isZero();
    }

    private long count(Class<? extends IndexRequest> type) {
        return index.requests().stream().filter(type::isInstance).count();
    }

    private Pdu answer(IndexRequest request) {
        if (silent) {
            try {
                silenceEnds.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return switch (request) {
            case IndexRequest.Inspect inspect -> Failure.of(ErrorCode.NOT_FOUND, "no such name");
            case IndexRequest.Register register -> new IndexReply.Ack(IndexReply.Ack.Outcome.NAME_MADE, 1);
            default -> ScriptedIndex.nothing(request);
        };
    }

    private List<String> files() throws IOException {
        List<String> files = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            files.add(Files.writeString(folder.resolve("file" + i), "content " + i)
                    .toString());
        }
        return files;
    }
}
