package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistrationsTest {

    private static final int PAGE = IndexRequest.MAX_BULK_ENTRIES_PER_DATAGRAM;

    private final Registrations registrations = new Registrations();

    @Test
    void everyPageOfAStatementButTheLastSaysThatMoreFollow() {
        assertThat(pages()).containsExactly(new RegisterBulk(1, List.of(), false));
        register(PAGE);
        assertThat(pages()).extracting(RegisterBulk::more).containsExactly(false);
        register(PAGE + 1);
        assertThat(pages()).extracting(RegisterBulk::more).containsExactly(true, false);
        register(2 * PAGE + 5);
        List<RegisterBulk> pages = pages();
        assertThat(pages).extracting(RegisterBulk::more).containsExactly(true, true, false);
        assertThat(pages).extracting(RegisterBulk::generation).containsOnly(4);
        assertThat(pages.getLast().entries()).hasSize(5);
    }

    private List<RegisterBulk> pages() {
        return registrations.restatement().stream()
                .map(RegisterBulk.class::cast)
                .toList();
    }

    private void register(int contents) {
        for (int i = 1; i <= contents; i++) {
            registrations.registered(new ContentId(new Hash(i, 0, 0, 0), 1_000), ChunkSet.full(1));
        }
    }
}
