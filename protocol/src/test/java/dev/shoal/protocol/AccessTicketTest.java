package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AccessTicketTest {

    private static final long NOW_MILLIS = 1_800_000_000_000L;

    private final Samples some = new Samples(new SplittableRandom(1), 3);
    private final KeyPair index = pair();
    private final PeerKey indexKey = PeerKey.of(index.getPublic());
    private final PeerId peer = PeerKey.of(pair().getPublic()).id();
    private final PeerKey account = PeerKey.of(pair().getPublic());
    private final AudienceId audience = some.audience();
    private final ContentId content = some.contentId();
    private final ContentId share = ShareId.of(audience, content);
    private final AccessTicket ticket =
            AccessTicket.sign(indexKey.id(), share, peer, account, NOW_MILLIS, index.getPrivate());

    @Test
    void isGoodForWhatItSaysAndNothingElse() {
        PeerKey otherIndex = PeerKey.of(pair().getPublic());
        AccessTicket later = new AccessTicket(NOW_MILLIS + 1, account, ticket.signature());
        AccessTicket ofAnother = new AccessTicket(NOW_MILLIS, otherIndex, ticket.signature());

        assertThat(ticket.isAuthentic(indexKey, share, peer)).isTrue();
        assertThat(ticket.isAuthentic(otherIndex, share, peer)).isFalse();
        assertThat(ticket.isAuthentic(indexKey, ShareId.of(some.audience(), content), peer))
                .isFalse();
        assertThat(ticket.isAuthentic(indexKey, content, peer)).isFalse();
        assertThat(ticket.isAuthentic(indexKey, share, otherIndex.id())).isFalse();
        assertThat(later.isAuthentic(indexKey, share, peer)).isFalse();
        assertThat(ofAnother.isAuthentic(indexKey, share, peer)).isFalse();
    }

    @Test
    void isOverAfterItsTimeAndNotMadeForLong() {
        assertThat(ticket.isOver(NOW_MILLIS)).isFalse();
        assertThat(ticket.isOver(NOW_MILLIS + AccessTicket.CLOCK_MILLIS)).isFalse();
        assertThat(ticket.isOver(NOW_MILLIS + AccessTicket.CLOCK_MILLIS + 1)).isTrue();
        assertThat(ticket.isOver(NOW_MILLIS - AccessTicket.LIFE_MILLIS)).isFalse();
        assertThat(ticket.isOver(NOW_MILLIS - AccessTicket.LIFE_MILLIS - AccessTicket.CLOCK_MILLIS - 1))
                .isTrue();
        assertThat(new AccessTicket(Long.MAX_VALUE, account, ticket.signature()).isOver(NOW_MILLIS))
                .isTrue();
        assertThat(new AccessTicket(Long.MIN_VALUE, account, ticket.signature()).isOver(NOW_MILLIS))
                .isTrue();
    }

    @Test
    void aShareIdIsMarkedAndFollowsFromAudienceAndContent() {
        assertThat(ShareId.isOne(share)).isTrue();
        assertThat(ShareId.isOne(content)).isFalse();
        assertThat(ShareId.isOne(ContentId.EMPTY)).isFalse();
        assertThat(share.layout()).isEqualTo(content.layout());
        assertThat(share).isEqualTo(ShareId.of(audience, content)).isNotEqualTo(ShareId.of(some.audience(), content));
        assertThat(ShareId.isOne(ShareId.of(audience, ContentId.EMPTY))).isTrue();
    }

    @Test
    void secretsAreNotShown() {
        assertThat(ticket.toString()).doesNotContain(HexFormat.of().formatHex(ticket.signature()));
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
