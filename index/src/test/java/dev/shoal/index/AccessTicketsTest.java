package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.AccessTicket;
import java.security.KeyPair;
import org.junit.jupiter.api.Test;

/** A ticket is given again while most of its life is left, to the same asker for the same share. */
class AccessTicketsTest {

    private static final KeyPair KEYS = Fixtures.keyPair();
    private static final long THIRD = AccessTicket.LIFE_MILLIS / 3;

    private final AccessTickets tickets = new AccessTickets(key(KEYS).id(), KEYS.getPrivate());

    private AccessTicket ticket(long peer, long account, long share, long nowMillis) {
        AccessTicket ticket = tickets.ticket(key(peer).id(), key(account), content(share), nowMillis);
        assertThat(ticket.isAuthentic(key(KEYS), content(share), key(peer).id()))
                .isTrue();
        assertThat(ticket.account()).isEqualTo(key(account));
        assertThat(ticket.isOver(nowMillis)).isFalse();
        return ticket;
    }

    @Test
    void oneIsGivenAgainUntilAThirdOfItsLifeIsGone() {
        AccessTicket first = ticket(1, 2, 3, NOW_MILLIS);
        assertThat(ticket(1, 2, 3, NOW_MILLIS + THIRD)).isSameAs(first);
        assertThat(ticket(1, 2, 3, NOW_MILLIS + THIRD + 1)).isNotEqualTo(first);
        // A clock that was set back.
        assertThat(ticket(1, 2, 3, NOW_MILLIS - 1)).isNotEqualTo(first);
        assertThat(tickets.size()).isEqualTo(1);
    }

    @Test
    void otherAskersAccountsAndSharesHaveTheirOwn() {
        AccessTicket first = ticket(1, 2, 3, NOW_MILLIS);
        assertThat(ticket(9, 2, 3, NOW_MILLIS)).isNotEqualTo(first);
        assertThat(ticket(1, 9, 3, NOW_MILLIS)).isNotEqualTo(first);
        assertThat(ticket(1, 2, 9, NOW_MILLIS)).isNotEqualTo(first);
    }

    @Test
    void noMoreAreKeptThanThereMayBe() {
        AccessTickets few = new AccessTickets(key(KEYS).id(), KEYS.getPrivate(), 3);
        AccessTicket last = few.ticket(key(1).id(), key(2), content(1), NOW_MILLIS);
        for (int i = 2; i < 6; i++) {
            last = few.ticket(key(1).id(), key(2), content(i), NOW_MILLIS);
        }
        assertThat(few.size()).isEqualTo(3);
        assertThat(few.ticket(key(1).id(), key(2), content(5), NOW_MILLIS)).isSameAs(last);
    }
}
