package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.IndexRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an index is told, and in which order. */
class StatementsTest {

    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4), 1L << 28);

    private final Registrations registrations = new Registrations();
    private final ScriptedLine index = new ScriptedLine();
    private final Statements statements = new Statements(registrations, index, PeerEvents.NONE);

    @Test
    void noChunksOfAContentAreToldAfterItWasWithdrawn() {
        int chunks = CONTENT.layout().chunkCount();
        registrations.registered(CONTENT, new ChunkSet(chunks));
        // So many runs that they need several requests.
        for (int chunk = 0; chunk < chunks; chunk += 2) {
            registrations.chunkCame(CONTENT, chunk);
        }
        index.script = request -> {
            // While the first chunks are being told, somebody gives the download up.
            registrations.withdrawn(CONTENT);
            return ScriptedLine.usual(request);
        };
        statements.tellNews();
        statements.withdraw(List.of(CONTENT));
        assertThat(index.heard).hasSize(2);
        assertThat(index.heard.getFirst()).isInstanceOf(IndexRequest.RegisterChunks.class);
        assertThat(index.heard.getLast()).isEqualTo(new IndexRequest.DeregisterContent(CONTENT));
    }

    @Test
    void noChunksFollowTheWordThatAContentIsComplete() {
        int chunks = CONTENT.layout().chunkCount();
        registrations.registered(CONTENT, new ChunkSet(chunks));
        // So many runs that they need several requests.
        for (int chunk = 0; chunk < chunks; chunk += 2) {
            registrations.chunkCame(CONTENT, chunk);
        }
        index.script = request -> {
            // While the first chunks are being told, the last ones come, of which another thread may tell first.
            for (int chunk = 1; chunk < chunks; chunk += 2) {
                registrations.chunkCame(CONTENT, chunk);
            }
            return ScriptedLine.usual(request);
        };
        statements.tellNews();
        assertThat(index.heard.getFirst()).isNotEqualTo(complete());
        assertThat(index.heard.subList(1, index.heard.size())).isNotEmpty().containsOnly(complete());
    }

    private static IndexRequest complete() {
        return new IndexRequest.RegisterChunks(true, false, CONTENT, List.of());
    }

    @Test
    void whatIsSharedAgainMeanwhileIsNotWithdrawn() {
        registrations.registered(CONTENT, ChunkSet.full(CONTENT.layout().chunkCount()));
        statements.withdraw(List.of(CONTENT));
        assertThat(index.heard).isEmpty();
    }
}
