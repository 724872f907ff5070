package dev.shoal.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.PeerId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SmallDecisionsTest {

    @Test
    void exactlyOneOfTwoConnectionsStaysAndBothSidesAgreeWhich() {
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PeerId one = new PeerId(new Hash(random.nextLong(), 0, 0, 0));
            PeerId other = new PeerId(new Hash(random.nextLong(), 0, 0, 0));
            boolean dialledByOne = Glare.stays(one, other, true);
            assertThat(Glare.stays(other, one, false)).isEqualTo(dialledByOne);
            assertThat(Glare.stays(other, one, true)).isEqualTo(!dialledByOne);
            assertThat(dialledByOne).as("seed %d", seed).isEqualTo(one.compareTo(other) < 0);
        }
    }

    @Test
    void nearEndpointsAreDialledFirstAndTheFamiliesTakeTurns() {
        assertThat(DialOrder.of(List.of(
                        endpoint("198.51.100.7", 1),
                        endpoint("2001:db8::1", 2),
                        endpoint("192.168.1.2", 3),
                        endpoint("127.0.0.1", 4))))
                .extracting(Endpoint::port)
                .containsExactly(4, 3, 2, 1);
        assertThat(DialOrder.of(List.of(
                        endpoint("198.51.100.7", 1),
                        endpoint("198.51.100.8", 2),
                        endpoint("2001:db8::1", 3),
                        endpoint("2001:db8::2", 4))))
                .extracting(Endpoint::port)
                .containsExactly(3, 1, 4, 2);
    }

    @Test
    void whatCannotBeDialledIsLeftOut() {
        assertThat(DialOrder.of(List.of(
                        endpoint("0.0.0.0", 1),
                        endpoint("224.0.0.1", 2),
                        endpoint("198.51.100.7", 0),
                        endpoint("198.51.100.7", 9),
                        endpoint("198.51.100.7", 9))))
                .containsExactly(endpoint("198.51.100.7", 9));
    }

    @Test
    void bansEnd() {
        BanList<String> bans = new BanList<>(100);
        bans.ban("a", 0);
        bans.ban("b", 50);
        assertThat(bans.isBanned("a", 99)).isTrue();
        assertThat(bans.isBanned("a", 100)).isFalse();
        bans.ban("b", 120);
        assertThat(bans.isBanned("b", 219)).isTrue();
        assertThat(bans.size(220)).isZero();
    }

    @Test
    void theOldestBanMakesRoom() {
        BanList<Integer> bans = new BanList<>(1_000_000);
        for (int who = 0; who <= BanList.MAX_ENTRIES; who++) {
            bans.ban(who, who);
        }
        assertThat(bans.size(BanList.MAX_ENTRIES)).isEqualTo(BanList.MAX_ENTRIES);
        assertThat(bans.isBanned(0, BanList.MAX_ENTRIES)).isFalse();
        assertThat(bans.isBanned(1, BanList.MAX_ENTRIES)).isTrue();
    }

    private static Endpoint endpoint(String address, int port) {
        try {
            return new Endpoint(InetAddress.getByName(address), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
