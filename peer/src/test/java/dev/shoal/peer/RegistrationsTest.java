package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.IndexRequest.RegisterChunks;
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

    @Test
    void chunksAreToldOnceUnlessThatFailed() {
        ContentId content = new ContentId(new Hash(1, 0, 0, 0), 3 << 20);
        registrations.registered(content, new ChunkSet(3));
        assertThat(registrations.untold()).isEmpty();
        registrations.chunkCame(content, 1);
        List<RegisterChunks> told = registrations.untold();
        assertThat(told).containsExactly(new RegisterChunks(false, false, content, List.of(new ChunkRun(1, 1))));
        assertThat(registrations.untold()).isEmpty();
        registrations.untell(told.getFirst());
        assertThat(registrations.untold(content)).isEqualTo(told);
        assertThat(registrations.untold()).isEmpty();
        registrations.untellChunks();
        assertThat(registrations.untold()).isEqualTo(told);
        registrations.chunkCame(content, 0);
        registrations.chunkCame(content, 2);
        assertThat(registrations.untold()).containsExactly(new RegisterChunks(true, false, content, List.of()));
        registrations.unheard(content, ChunkSet.full(3));
        registrations.withdrawn(content);
        assertThat(registrations.untold()).isEmpty();
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
