package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.Welcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

    private final SplittableRandom random = new SplittableRandom(3);
    private final Secrets secrets = Secrets.fresh(random);
    private final Tickets tickets = new Tickets(secrets);

    @Test
    void theFileIsMadeOnceAndOnlyItsOwnerReadsIt(@TempDir Path folder) throws IOException {
        Secrets first = Secrets.load(folder, random);
        Secrets second = Secrets.load(folder, random);
        assertThat(second.proofKey(42)).isEqualTo(first.proofKey(42)).hasSize(Welcome.KEY_BYTES);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(Secrets.FILE_NAME))))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aDamagedFileIsRefusedWithASentence(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve(Secrets.FILE_NAME), new byte[5]);
        assertThatThrownBy(() -> Secrets.load(folder, random))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> Secrets.load(folder.resolve("nowhere"), random))
                .isInstanceOf(IndexException.class);
    }

    @Test
    void proofsDifferBySessionAndIndex() {
        assertThat(secrets.proofKey(1)).isNotEqualTo(secrets.proofKey(2));
        assertThat(Secrets.fresh(random).proofKey(1)).isNotEqualTo(secrets.proofKey(1));
    }

    @Test
    void aCookieIsGoodForItsSessionAndAddressAndAMinuteAtMost() {
        long cookie = secrets.cookie(7, socket("203.0.113.1", 4000), NOW_MILLIS);
        assertThat(secrets.isCookie(cookie, 7, socket("203.0.113.1", 4000), NOW_MILLIS))
                .isTrue();
        assertThat(secrets.isCookie(cookie, 7, socket("203.0.113.1", 4000), NOW_MILLIS + 30_000))
                .isTrue();
        assertThat(secrets.isCookie(cookie, 7, socket("203.0.113.1", 4000), NOW_MILLIS + 60_000))
                .isFalse();
        assertThat(secrets.isCookie(cookie, 8, socket("203.0.113.1", 4000), NOW_MILLIS))
                .isFalse();
        assertThat(secrets.isCookie(cookie, 7, socket("203.0.113.2", 4000), NOW_MILLIS))
                .isFalse();
        assertThat(secrets.isCookie(cookie, 7, socket("203.0.113.1", 4001), NOW_MILLIS))
                .isFalse();
        assertThat(secrets.isCookie(cookie ^ 1, 7, socket("203.0.113.1", 4000), NOW_MILLIS))
                .isFalse();
    }

    @Test
    void aTicketOpensAsItWasSealed() {
        Ticket ticket = ticket("anna", List.of(new Endpoint(address("2001:db8::1"), 0)));
        byte[] sealed = tickets.seal(ticket, random);
        Ticket opened = tickets.open(sealed, NOW_MILLIS).orElseThrow();
        assertThat(opened.profile()).isEqualTo(ticket.profile());
        assertThat(opened.resumptionSecret()).isEqualTo(ticket.resumptionSecret());
        assertThat(opened.issuedMillis()).isEqualTo(NOW_MILLIS);
    }

    @Test
    void theLongestTicketFitsItsField() {
        Endpoint longest = new Endpoint(address("2001:db8:1:2:3:4:5:6"), 65_535);
        Ticket ticket = ticket("x".repeat(PeerProfile.MAX_USER_BYTES), List.of(longest, longest, longest, longest));
        byte[] sealed = tickets.seal(ticket, random);
        assertThat(sealed).hasSizeLessThanOrEqualTo(Welcome.MAX_TICKET_BYTES);
        assertThat(tickets.open(sealed, NOW_MILLIS)).isPresent();
    }

    @Test
    void aTicketIsGoodForSevenDays() {
        byte[] sealed = tickets.seal(ticket("", List.of()), random);
        assertThat(tickets.open(sealed, NOW_MILLIS + Tickets.MAX_AGE_MILLIS)).isPresent();
        assertThat(tickets.open(sealed, NOW_MILLIS + Tickets.MAX_AGE_MILLIS + 1))
                .isEmpty();
        assertThat(tickets.open(sealed, NOW_MILLIS - 24 * 3600_000)).isEmpty();
    }

    @Test
    void nothingButTheIndexsOwnTicketsOpens() {
        byte[] sealed = tickets.seal(ticket("anna", List.of()), random);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 0x10;
            assertThat(tickets.open(changed, NOW_MILLIS)).as("byte " + i).isEmpty();
            assertThat(tickets.open(Arrays.copyOf(sealed, i), NOW_MILLIS))
                    .as("length " + i)
                    .isEmpty();
        }
        assertThat(tickets.open(new byte[1_000], NOW_MILLIS)).isEmpty();
        assertThat(new Tickets(Secrets.fresh(random)).open(sealed, NOW_MILLIS)).isEmpty();
    }

    private static Ticket ticket(String user, List<Endpoint> declared) {
        byte[] secret = new byte[Welcome.SECRET_BYTES];
        Arrays.fill(secret, (byte) 9);
        return new Ticket(new PeerProfile(key(5), -3, user, 7801, declared), secret, NOW_MILLIS);
    }
}
