package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexPush;
import dev.shoal.protocol.Pdu;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who hears what an index says by itself, and what is acknowledged. */
class PushesTest {

    private static final IndexPush PUSH = new IndexPush.NewVersion(new Name("lab/genome.fa"), 3);

    private final Pushes pushes = new Pushes();
    private final List<IndexPush> heard = new ArrayList<>();

    private boolean came(int id, Pdu pdu) {
        ByteBuffer bytes = ByteBuffer.allocate(Pdu.MAX_DATAGRAM_BYTES);
        pdu.encodeRequest(id, bytes);
        bytes.flip();
        return pushes.came(Header.read(bytes), bytes);
    }

    @Test
    void nothingIsAcknowledgedWhileNobodyListens() {
        assertThat(came(1, PUSH)).isFalse();
        pushes.listen(heard::add);
        assertThat(came(1, PUSH)).isTrue();
        assertThat(heard).containsExactly(PUSH);
    }

    @Test
    void aRepetitionIsAcknowledgedAndNotToldAgain() {
        pushes.listen(heard::add);
        for (int i = 0; i < 5; i++) {
            assertThat(came(7, PUSH)).isTrue();
        }
        assertThat(came(8, PUSH)).isTrue();
        IndexPush other = new IndexPush.NewVersion(new Name("lab/genome.fa"), 4);
        assertThat(came(8, other)).as("of another session").isTrue();
        assertThat(heard).containsExactly(PUSH, PUSH, other);
    }

    @Test
    void whatIsRememberedIsBounded() {
        pushes.listen(heard::add);
        for (int id = 0; id <= Pushes.REMEMBERED; id++) {
            came(id, PUSH);
        }
        came(Pushes.REMEMBERED, PUSH);
        assertThat(heard).hasSize(Pushes.REMEMBERED + 1);
        came(0, PUSH);
        assertThat(heard).as("forgotten, and so told again").hasSize(Pushes.REMEMBERED + 2);
    }

    @Test
    void whatCannotBeReadIsDropped() {
        pushes.listen(heard::add);
        ByteBuffer unknown = ByteBuffer.allocate(20);
        assertThat(pushes.came(new Header('P', false, false, 1), unknown)).isFalse();
        assertThat(pushes.came(new Header('N', false, false, 1), ByteBuffer.allocate(3)))
                .isFalse();
        assertThat(pushes.came(new Header('E', false, false, 1), unknown)).isFalse();
        assertThat(heard).isEmpty();
    }
}
