package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.PackedLocations;
import dev.shoal.protocol.PeerId;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of peers side by side says the same as what it was made of. */
class PeerLoadsTest {

    private static final List<String> ADDRESSES = List.of("127.0.0.1", "10.1.2.3", "203.0.113.5", "2001:db8::7");
    private static final int HALF_LIFE = PeerLoads.step(PeerLoads.HALF_LIFE_NANOS);

    private final PeerLoads loads = new PeerLoads();

    @Test
    void whatWasHandedOutFadesAndAReportReplacesIt() {
        loads.add(3_000);
        loads.tell(3_000, PeerLoads.PRESENT, 77);
        loads.report(3_000, 5);
        for (int i = 0; i < 8; i++) {
            loads.handOut(3_000, 100);
        }
        assertThat(loads.load(3_000, 100)).isEqualTo(13);
        assertThat(loads.load(3_000, 100 + HALF_LIFE)).isCloseTo(9, within(0.01f));
        assertThat(loads.load(3_000, 100 + 9 * HALF_LIFE)).isEqualTo(5);
        assertThat(loads.load(3_000, 99)).isEqualTo(13);
        loads.report(3_000, 100_000);
        assertThat(loads.load(3_000, 100)).isEqualTo(0xffff);
        assertThat(loads.uploads(3_000)).isEqualTo(0xffff);
        assertThat(loads.flags(3_000)).isEqualTo(PeerLoads.PRESENT);
        assertThat(loads.isNear(3_000, PeerLoads.nearness(77))).isTrue();
        assertThat(loads.isNear(3_000, PeerLoads.nearness(78))).isFalse();
    }

    @Test
    void aNewNumberTakesTheLoadAlongAndNothingElse() {
        loads.add(0);
        loads.tell(0, PeerLoads.PRESENT, 1);
        loads.report(0, 2);
        loads.handOut(0, 7);
        loads.add(1);
        loads.tell(1, PeerLoads.PRESENT, 9);
        loads.take(1, 0);
        assertThat(loads.load(1, 7)).isEqualTo(3);
        assertThat(loads.isNear(1, PeerLoads.nearness(9))).isTrue();
        loads.remove(1);
        assertThat(loads.flags(1)).isZero();
        loads.add(1);
        assertThat(loads.load(1, 7)).isZero();
    }

    @Test
    void askersAreToldOfWhatTheRulesSay() {
        for (String observed : ADDRESSES) {
            List<Endpoint> endpoints = ADDRESSES.stream()
                    .map(address -> new Endpoint(Fixtures.address(address), 7801))
                    .toList();
            PeerId id = new PeerId(Fixtures.hash(1));
            for (int first = 0; first < endpoints.size(); first++) {
                for (int end = first; end <= endpoints.size(); end++) {
                    Contact contact = new Contact(id, Fixtures.address(observed), endpoints.subList(first, end));
                    ADDRESSES.forEach(asker -> assertTold(contact, Fixtures.address(asker)));
                    assertTold(contact, Fixtures.address("198.51.100.1"));
                }
            }
        }
    }

    private static void assertTold(Contact contact, InetAddress asker) {
        PeerEntry entry = new PeerEntry();
        entry.tell(contact);
        boolean sameAddress = asker.equals(contact.observed());
        int kind = PeerEntry.kind(asker);
        byte[] told = entry.told(kind == PeerEntry.PUBLIC && sameAddress ? PeerEntry.PRIVATE : kind);
        List<Endpoint> expected = Visibility.told(contact.endpoints(), contact.observed(), asker);
        List<Source> sources = new PackedLocations(0, 0, told.length > 0 ? 1 : 0, told, told.length)
                .unpacked()
                .entries();
        assertThat(sources.stream().flatMap(source -> source.endpoints().stream()))
                .as("%s asks for %s", asker, contact)
                .containsExactlyElementsOf(expected);
        sources.forEach(source -> assertThat(source.peer()).isEqualTo(contact.peer()));
    }
}
