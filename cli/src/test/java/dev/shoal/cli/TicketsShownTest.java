package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.ShareId;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.Identity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a downloader of something private shows to a source, and says to the index, with both made by the test. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TicketsShownTest {

    private static final Name NAME = new Name("alice/data");
    private static final AudienceId AUDIENCE = new AudienceId(5, 6);
    private static final Sample SAMPLE = Sample.of(1, 3 * 65_536);

    @TempDir
    Path folder;

    private final Identity owner = Identity.generate();
    private final AtomicInteger searches = new AtomicInteger();
    private final long startMillis = System.currentTimeMillis();

    /** A source that gives nothing before it was shown another ticket than that by which it was opened. */
    private static final class Waiting implements ScriptedPeer.Conduct {
        final List<Pdu> shown = new CopyOnWriteArrayList<>();
        private final List<PeerPdu.Get> asked = new ArrayList<>();
        private boolean renewed;

        @Override
        public synchronized void heard(ScriptedPeer.Line line, Pdu pdu) throws IOException {
            if (pdu instanceof PeerPdu.Open) {
                shown.add(pdu);
            } else if (pdu instanceof PeerPdu.Renewal) {
                shown.add(pdu);
                renewed = true;
                for (PeerPdu.Get ask : asked) {
                    get(line, ask);
                }
            }
        }

        @Override
        public synchronized void get(ScriptedPeer.Line line, PeerPdu.Get ask) throws IOException {
            if (renewed) {
                ScriptedPeer.Conduct.super.get(line, ask);
            } else {
                asked.add(ask);
            }
        }
    }

    /** The index's ticket: the next search for sources brings one that is good for longer. */
    private AccessTicket ticket(Identity index, int search) {
        return new AccessTicket(
                startMillis + AccessTicket.LIFE_MILLIS / 2 + search * 1_000L, index.key(), new byte[64]);
    }

    private Pdu answer(IndexRequest request, Identity index, ScriptedPeer source) {
        return switch (request) {
            case IndexRequest.Inspect inspect ->
                new IndexReply.Version(
                        VersionRecord.sign(
                                VersionRecord.Kind.FILE,
                                1,
                                SAMPLE.id(),
                                0,
                                Hash.ZERO,
                                owner.key(),
                                NAME,
                                "",
                                owner.privateKey()),
                        1,
                        1,
                        1,
                        null,
                        AUDIENCE);
            case IndexRequest.Locate locate ->
                AUDIENCE.equals(locate.audience())
                        ? new IndexReply.Locations(
                                false,
                                1,
                                1,
                                List.of(source.source()),
                                ticket(index, Math.min(2, searches.incrementAndGet())))
                        : ScriptedIndex.nothing(request);
            default -> ScriptedIndex.nothing(request);
        };
    }

    @Test
    void eachTicketIsShownAndTheIndexHearsOfTheShareAlone() throws Exception {
        Waiting conduct = new Waiting();
        try (ScriptedPeer source = new ScriptedPeer(SAMPLE, conduct);
                ScriptedIndex index = new ScriptedIndex(ScriptedIndex::nothing);
                PeerService service = Peers.open(
                        new Home(folder.resolve("home")),
                        new Peers.Options(index.address(), null, "bob", null, null, true),
                        PeerEvents.NONE)) {
            index.answer(request -> answer(request, index.identity(), source));
            Report.Got got = new Network.Peer(service).get(NAME.text(), folder.resolve("got"));
            assertThat(got.bytes()).isEqualTo(SAMPLE.id().length());
            assertThat(conduct.shown)
                    .containsExactly(
                            new PeerPdu.Open(SAMPLE.id(), new PeerPdu.Open.Pass(AUDIENCE, ticket(index.identity(), 1))),
                            new PeerPdu.Renewal(ticket(index.identity(), 2)));
            assertThat(index.requests())
                    .filteredOn(IndexRequest.Register.class::isInstance)
                    .isNotEmpty()
                    .allSatisfy(register -> assertThat(((IndexRequest.Register) register).audience())
                            .isEqualTo(AUDIENCE));
            assertThat(index.requests())
                    .filteredOn(RegisterChunks.class::isInstance)
                    .allSatisfy(chunks -> assertThat(((RegisterChunks) chunks).content())
                            .isEqualTo(ShareId.of(AUDIENCE, SAMPLE.id())));
        }
    }
}
