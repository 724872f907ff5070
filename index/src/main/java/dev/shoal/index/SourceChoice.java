package dev.shoal.index;

import dev.shoal.content.ChunkRun;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply.Source;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which sources of a content an asker is told of, out of the tables of a {@link Directory}. The caller locks. */
final class SourceChoice {

    /** How many sources are looked at for one answer. */
    static final int SAMPLE = 64;

    private final IntLists sources;
    private final Peers peers;
    private final PartialTable partials;
    private final HandOuts handOuts = new HandOuts();
    private final long[] ranks = new long[SAMPLE];
    private final int[] sample = new int[SAMPLE];

    SourceChoice(IntLists sources, Peers peers, PartialTable partials) {
        this.sources = sources;
        this.peers = peers;
        this.partials = partials;
    }

    /**
     * Some sources, the best for this asker first, and counts each as a download that will probably begin.
     *
     * @param content number of the content
     * @param wanted most sources
     */
    List<Source> some(
            int content,
            int chunkCount,
            int asker,
            InetAddress observed,
            int wanted,
            long nowNanos,
            RandomGenerator random) {
        int ranked = rankSample(content, asker, Visibility.network(observed), nowNanos, random);
        List<Source> found = new ArrayList<>(Math.min(ranked, wanted));
        boolean counts = handOuts.isFirst(asker, content, nowNanos);
        for (int i = 0; i < ranked && found.size() < wanted; i++) {
            int place = sample[(int) ranks[i] & (SAMPLE - 1)];
            PeerEntry entry = peers.at(place & Directory.NUMBER);
            Source source = source(content, place, entry, observed, chunkCount, nowNanos, false);
            if (source != null) {
                found.add(source);
                if (counts) {
                    entry.handOut(nowNanos);
                }
            }
        }
        return found;
    }

    /** A page of the sources with their chunks, in the order of the list. Nothing is counted as load. */
    List<Source> page(
            int content, int chunkCount, int asker, InetAddress observed, int skip, int limit, long nowNanos) {
        List<Source> page = new ArrayList<>();
        int left = skip;
        for (int i = 0; i < sources.size(content) && page.size() < limit; i++) {
            int place = sources.at(content, i);
            PeerEntry entry = peers.at(place & Directory.NUMBER);
            if (entry.isGone() || (place & Directory.NUMBER) == asker) {
                continue;
            }
            Source source = source(content, place, entry, observed, chunkCount, nowNanos, left == 0);
            if (source != null && left-- <= 0) {
                left = 0;
                page.add(source);
            }
        }
        return page;
    }

    private int rankSample(int content, int asker, long network, long nowNanos, RandomGenerator random) {
        int size = sources.size(content);
        int draws = Math.min(size, SAMPLE);
        int count = 0;
        for (int draw = 0; draw < draws; draw++) {
            // One from each of as many equal stretches: never the same twice, and each as likely as any other.
            int from = (int) ((long) size * draw / draws);
            int to = (int) ((long) size * (draw + 1) / draws);
            int place = sources.at(content, to - from == 1 ? from : from + random.nextInt(to - from));
            PeerEntry entry = peers.at(place & Directory.NUMBER);
            if (entry.isGone() || (place & Directory.NUMBER) == asker) {
                continue;
            }
            long rank = Math.round(entry.load(nowNanos));
            rank = rank << 1 | (entry.network == network ? 0 : 1);
            rank = rank << 1 | (place < 0 ? 1 : 0);
            // Equal ones come in random order; the last bits lead back to the sample.
            rank = (rank << 20 | (random.nextInt() >>> 12)) << 6 | count;
            sample[count] = place;
            ranks[count++] = rank;
        }
        Arrays.sort(ranks, 0, count);
        return count;
    }

    private @Nullable Source source(
            int content,
            int place,
            PeerEntry entry,
            InetAddress asker,
            int chunkCount,
            long nowNanos,
            boolean withChunks) {
        Contact contact = entry.contact;
        if (contact == null) {
            return null;
        }
        List<Endpoint> endpoints = Visibility.told(contact.endpoints(), contact.observed(), asker);
        if (endpoints.isEmpty()) {
            return null;
        }
        int load = Math.min(0xffff, Math.round(entry.load(nowNanos)));
        int peer = place & Directory.NUMBER;
        if (place >= 0) {
            List<ChunkRun> all = withChunks && chunkCount > 0 ? List.of(new ChunkRun(0, chunkCount)) : List.of();
            return new Source(contact.peer(), Source.SEED, load, endpoints, all);
        }
        int completeness = (int) ((long) partials.chunks(content, peer) * (Source.SEED - 1) / chunkCount);
        List<ChunkRun> runs = withChunks ? partials.runs(content, peer) : List.of();
        List<ChunkRun> told = runs.size() > Source.MAX_RUNS ? runs.subList(0, Source.MAX_RUNS) : runs;
        return new Source(contact.peer(), completeness, load, endpoints, told);
    }
}
