package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where a search ends, and what is said of that. */
class QueriesTest {

    private static final ContentId CONTENT = new ContentId(Hash.ZERO, 1);

    private final List<Report> heard = new ArrayList<>();

    /** Looks for what so many names match, of which an index tells no more than it does. */
    private List<String> said(int matches, int limit) {
        ScriptedLine line = new ScriptedLine();
        int told = Math.min(matches, Request.Search.MOST);
        line.script = request -> {
            IndexRequest.Search search = (IndexRequest.Search) request;
            int end = Math.min(told, search.skip() + search.limit());
            List<IndexReply.Listing> entries = IntStream.range(search.skip(), end)
                    .mapToObj(i -> new IndexReply.Listing(new Name("a/" + i), CONTENT, false, 1, 0, 1, 1))
                    .toList();
            return new IndexReply.Names('S', entries, end < told ? String.valueOf(end) : "");
        };
        heard.clear();
        Queries.search(line, "a", limit, heard::add, new Cancellation());
        return heard.stream()
                .filter(Report.Said.class::isInstance)
                .map(report -> ((Report.Said) report).text())
                .toList();
    }

    private long listed() {
        return heard.stream().filter(Report.Listed.class::isInstance).count();
    }

    @Test
    void whoHasAllOfItIsToldNothing() {
        assertThat(said(0, 50)).isEmpty();
        assertThat(said(50, 50)).isEmpty();
        assertThat(said(499, 500)).isEmpty();
        assertThat(listed()).isEqualTo(499);
    }

    @Test
    void aSearchThatEndsBeforeItsMatchesDoSaysSo() {
        assertThat(said(51, 50)).singleElement().asString().contains("More names match than these 50");
        assertThat(listed()).isEqualTo(50);
        assertThat(said(5_000, 500)).singleElement().asString().contains("no more than 500 matches");
        assertThat(listed()).isEqualTo(500);
        // It may be all, or not: the index does not say.
        assertThat(said(500, 500)).hasSize(1);
    }
}
