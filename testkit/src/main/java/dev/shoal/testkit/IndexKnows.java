package dev.shoal.testkit;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.IndexReply.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * When nothing has gone wrong for some leases, the index knows of everybody that is there, and what each has. Not an
 * {@link Invariant}: it is about the end of a run.
 */
final class IndexKnows {

    /** The rule, as a sentence. */
    static final String RULE = "the index comes to know who has what";

    /** An index tells the chunks of so many sources of a content, and not of more. */
    private static final int MOST_LISTED = 10_000;

    private IndexKnows() {}

    /** What is wrong, a sentence for each peer that is there and of which the index knows something else. */
    static List<String> wrong(Collection<SwarmPeer> peers, SwarmIndex index) {
        List<Source> listed = index.everything();
        Map<Integer, List<Source>> byPeer =
                listed.stream().collect(Collectors.groupingBy(source -> index.number(source.peer())));
        List<String> wrong = new ArrayList<>();
        for (SwarmPeer peer : peers) {
            List<Source> entries = byPeer.getOrDefault(peer.id, List.of());
            boolean untold = entries.isEmpty() && listed.size() >= MOST_LISTED;
            if (peer.isPresent()
                    && peer.behaviour().mustFinish()
                    && !untold
                    && entries.stream()
                            .noneMatch(source -> isRight(source, peer.disk().held()))) {
                wrong.add("the index knows of peer " + peer.id + ", which has "
                        + peer.disk().held().runs() + ": " + entries);
            }
        }
        return wrong;
    }

    private static boolean isRight(Source source, ChunkSet held) {
        if (held.isFull()) {
            return source.isSeed();
        }
        List<ChunkRun> runs = held.runs();
        return !source.isSeed() && source.chunks().equals(runs.subList(0, Math.min(runs.size(), Source.MAX_RUNS)));
    }
}
