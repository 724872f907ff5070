package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.protocol.ShareId;
import dev.shoal.transport.Identity;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which tickets open what is shared privately, on clocks of the test. */
class GateTest {

    private static final Identity INDEX = Identity.generate();
    private static final Identity OTHER_INDEX = Identity.generate();
    private static final Identity ACCOUNT = Identity.generate();
    private static final PeerId READER = Identity.generate().id();
    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4), 200_000);
    private static final AudienceId AUDIENCE = new AudienceId(5, 6);
    private static final ShareKey KEY = new ShareKey(CONTENT, new Circle(AUDIENCE, INDEX.key()));
    private static final long START_MILLIS = 1_800_000_000_000L;
    private static final long EXPIRY_MILLIS = START_MILLIS + AccessTicket.LIFE_MILLIS;
    private static final int LINK = 1;

    private final AtomicLong millis = new AtomicLong(START_MILLIS);
    private final AtomicLong nanos = new AtomicLong();
    private final Gate gate = new Gate(() -> Instant.ofEpochMilli(millis.get()), nanos::get);

    GateTest() {
        gate.trust(INDEX.key());
    }

    @Test
    void aTicketOpensOneShareForOnePeerUntilItIsOver() {
        AccessTicket ticket = ticket(INDEX, KEY.registered(), READER, EXPIRY_MILLIS);
        assertThat(opened(READER, CONTENT, AUDIENCE, ticket)).isEqualTo(KEY);
        assertThat(opened(ACCOUNT.id(), CONTENT, AUDIENCE, ticket)).isNull();
        assertThat(opened(READER, new ContentId(new Hash(1, 2, 3, 5), 200_000), AUDIENCE, ticket))
                .isNull();
        assertThat(opened(READER, CONTENT, new AudienceId(5, 7), ticket)).isNull();
        millis.set(EXPIRY_MILLIS + AccessTicket.CLOCK_MILLIS);
        assertThat(opened(READER, CONTENT, AUDIENCE, ticket)).isEqualTo(KEY);
        millis.incrementAndGet();
        assertThat(opened(READER, CONTENT, AUDIENCE, ticket)).isNull();
        assertThat(gate.isOver(ticket)).isTrue();
    }

    @Test
    void whatTheIndexDidNotSignOpensNothing() {
        AccessTicket good = ticket(INDEX, KEY.registered(), READER, EXPIRY_MILLIS);
        byte[] garbled = good.signature();
        garbled[40] ^= 1;
        assertThat(opened(READER, CONTENT, AUDIENCE, new AccessTicket(EXPIRY_MILLIS, good.account(), garbled)))
                .isNull();
        assertThat(opened(READER, CONTENT, AUDIENCE, new AccessTicket(EXPIRY_MILLIS, good.account(), new byte[64])))
                .isNull();
        assertThat(opened(
                        READER,
                        CONTENT,
                        AUDIENCE,
                        new AccessTicket(EXPIRY_MILLIS + 1, good.account(), good.signature())))
                .isNull();
        assertThat(opened(READER, CONTENT, AUDIENCE, ticket(OTHER_INDEX, KEY.registered(), READER, EXPIRY_MILLIS)))
                .isNull();
        // As the index would not make it: good for longer than tickets are.
        assertThat(opened(
                        READER,
                        CONTENT,
                        AUDIENCE,
                        ticket(INDEX, KEY.registered(), READER, EXPIRY_MILLIS + AccessTicket.CLOCK_MILLIS + 1)))
                .isNull();
        // A ticket of a public share there is not, nor one that is for a content's own id.
        assertThat(opened(READER, CONTENT, AUDIENCE, ticket(INDEX, CONTENT, READER, EXPIRY_MILLIS)))
                .isNull();
    }

    @Test
    void anotherIndexThatNamesTheSameAudienceOpensOnlyWhatIsSharedThere() {
        gate.trust(OTHER_INDEX.key());
        AccessTicket ticket = ticket(OTHER_INDEX, KEY.registered(), READER, EXPIRY_MILLIS);
        assertThat(opened(READER, CONTENT, AUDIENCE, ticket))
                .isEqualTo(new ShareKey(CONTENT, new Circle(AUDIENCE, OTHER_INDEX.key())))
                .isNotEqualTo(KEY);
        assertThat(gate.isGood(LINK, READER, KEY, ticket)).isFalse();
    }

    @Test
    void whatIsSharedWithEverybodyNeedsNoTicketAndIsNotOpenedByOne() {
        assertThat(gate.key(LINK, READER, new PeerPdu.Open(CONTENT))).isEqualTo(new ShareKey(CONTENT));
        AccessTicket ticket = ticket(INDEX, KEY.registered(), READER, EXPIRY_MILLIS);
        assertThat(gate.isGood(LINK, READER, new ShareKey(CONTENT), ticket)).isFalse();
        assertThat(gate.isGood(LINK, READER, KEY, ticket)).isTrue();
    }

    @Test
    void wrongTicketsOfALinkAreLookedAtNowAndThen() {
        AccessTicket good = ticket(INDEX, KEY.registered(), READER, EXPIRY_MILLIS);
        AccessTicket wrong = new AccessTicket(EXPIRY_MILLIS, good.account(), new byte[64]);
        for (int i = 0; i < Gate.WRONG_TICKETS; i++) {
            assertThat(opened(READER, CONTENT, AUDIENCE, good)).isEqualTo(KEY);
            assertThat(opened(READER, CONTENT, AUDIENCE, wrong)).isNull();
        }
        assertThat(opened(READER, CONTENT, AUDIENCE, good)).isNull();
        assertThat(gate.key(LINK + 1, READER, open(CONTENT, AUDIENCE, good))).isEqualTo(KEY);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(opened(READER, CONTENT, AUDIENCE, good)).isEqualTo(KEY);
    }

    private @Nullable ShareKey opened(PeerId peer, ContentId content, AudienceId audience, AccessTicket ticket) {
        return gate.key(LINK, peer, open(content, audience, ticket));
    }

    private static PeerPdu.Open open(ContentId content, AudienceId audience, AccessTicket ticket) {
        assertThat(ShareId.isOne(content)).isFalse();
        return new PeerPdu.Open(content, new PeerPdu.Open.Pass(audience, ticket));
    }

    private static AccessTicket ticket(Identity index, ContentId share, PeerId peer, long expiryMillis) {
        return AccessTicket.sign(index.id(), share, peer, ACCOUNT.key(), expiryMillis, index.privateKey());
    }
}
