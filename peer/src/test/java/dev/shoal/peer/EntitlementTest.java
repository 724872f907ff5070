package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.AccessTicket;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.transport.Identity;
import org.junit.jupiter.api.Test;

/** What a download shows to its sources. */
class EntitlementTest {

    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4), 5);
    private static final Identity IDENTITY = Identity.generate();
    private static final AudienceId AUDIENCE = new AudienceId(5, 6);

    @Test
    void whatIsPrivateIsOpenedByTheTicketThatIsGoodForLongest() {
        Entitlement mine = new Entitlement(new ShareKey(CONTENT, new Circle(AUDIENCE, IDENTITY.key())));
        assertThat(mine.isReady(0)).isFalse();
        assertThat(mine.take(ticket(1_000))).isTrue();
        assertThat(mine.take(ticket(1_000))).as("as the index repeats it").isFalse();
        assertThat(mine.take(ticket(2_000))).isTrue();
        assertThat(mine.take(ticket(1_500))).isFalse();
        assertThat(mine.opening()).isEqualTo(new PeerPdu.Open(CONTENT, new PeerPdu.Open.Pass(AUDIENCE, ticket(2_000))));
        assertThat(mine.isReady(2_000)).isTrue();
        assertThat(mine.isReady(2_001 + AccessTicket.CLOCK_MILLIS)).isFalse();
    }

    @Test
    void aClockThatIsAheadIsNamed() {
        Entitlement mine = new Entitlement(new ShareKey(CONTENT, new Circle(AUDIENCE, IDENTITY.key())));
        assertThat(mine.trouble(0)).as("no ticket, so nothing is wrong with it").isEmpty();
        mine.take(ticket(1_000));
        assertThat(mine.trouble(1_000)).isEmpty();
        assertThat(mine.trouble(3_600_000))
                .hasValueSatisfying(trouble -> assertThat(trouble)
                        .contains("clock of this machine, which says 1970-01-01T01:00:00Z", "set the clock right"));
        assertThat(new Entitlement(new ShareKey(CONTENT)).trouble(3_600_000)).isEmpty();
    }

    @Test
    void whatEverybodyMayGetIsOpenedWithoutOneWhateverTheIndexGives() {
        Entitlement everybodys = new Entitlement(new ShareKey(CONTENT));
        assertThat(everybodys.isReady(0)).isTrue();
        assertThat(everybodys.take(ticket(1_000))).isFalse();
        assertThat(everybodys.opening()).isEqualTo(new PeerPdu.Open(CONTENT));
    }

    private static AccessTicket ticket(long expiryMillis) {
        return new AccessTicket(expiryMillis, IDENTITY.key(), new byte[64]);
    }
}
