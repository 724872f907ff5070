package dev.shoal.index;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.PackedLocations;
import dev.shoal.protocol.PeerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Which sources of a content an asker is told of, out of the tables of a {@link Directory}. The caller locks. */
final class SourceChoice {

    /** How many sources are looked at for one answer. */
    static final int SAMPLE = 64;

    /**
     * How many sources are looked at for one page, told or not, from the first on: a content may have millions that
     * this asker is not told of, and nobody else is answered meanwhile.
     */
    static final int PAGED = 20_000;

    private final IntLists sources;
    private final Peers peers;
    private final PeerLoads loads;
    private final PartialTable partials;
    private final HandOuts handOuts = new HandOuts();
    private final long[] ranks = new long[SAMPLE];
    private final int[] sample = new int[SAMPLE];

    /**
     * Who asks.
     *
     * @param peer its number
     * @param observed where it is seen
     * @param wanted most sources that it wants
     * @param bytes how many bytes they may take in the answer
     */
    record Asker(int peer, InetAddress observed, int wanted, int bytes) {}

    SourceChoice(IntLists sources, Peers peers, PartialTable partials) {
        this.sources = sources;
        this.peers = peers;
        this.loads = peers.loads();
        this.partials = partials;
    }

    /**
     * Some sources, the best for this asker first, and counts each as a download that will probably begin.
     *
     * @param number number of the content
     */
    PackedLocations some(
            int number, ContentId content, Directory.State state, Asker asker, long nowNanos, RandomGenerator random) {
        int kind = PeerEntry.kind(asker.observed());
        int step = PeerLoads.step(nowNanos);
        int ranked = rankSample(number, asker, kind, step, random);
        boolean counts = handOuts.isFirst(asker.peer(), number, nowNanos);
        byte[] entries = new byte[Math.min(asker.bytes(), ranked * Source.MAX_BYTES)];
        int length = 0;
        int count = 0;
        for (int i = 0; i < ranked; i++) {
            int place = sample[(int) ranks[i] & (SAMPLE - 1)];
            int peer = place & Directory.NUMBER;
            byte[] told = told(peers.at(peer), kind, asker.observed());
            if (length + told.length > entries.length) {
                break;
            }
            System.arraycopy(told, 0, entries, length, told.length);
            int load = Math.min(0xffff, Math.round(loads.load(peer, step)));
            entries[length + Source.COMPLETENESS_OFFSET] =
                    (byte) (place >= 0 ? Source.SEED : completeness(number, peer, content));
            entries[length + Source.LOAD_OFFSET] = (byte) (load >>> Byte.SIZE);
            entries[length + Source.LOAD_OFFSET + 1] = (byte) load;
            length += told.length;
            count++;
            if (counts) {
                loads.handOut(peer, step);
            }
        }
        return new PackedLocations(state.seeds(), state.sources(), count, entries, length);
    }

    /** A page of the sources with their chunks, in the order of the list. Nothing is counted as load. */
    List<Source> page(
            int content, int chunkCount, int asker, InetAddress observed, int skip, int limit, long nowNanos) {
        List<Source> page = new ArrayList<>();
        int kind = PeerEntry.kind(observed);
        int looked = Math.min(sources.size(content), PAGED);
        int left = skip;
        for (int i = 0; i < looked && page.size() < limit; i++) {
            int place = sources.at(content, i);
            int peer = place & Directory.NUMBER;
            Contact contact = peers.at(peer).contact;
            if (contact == null || peer == asker || !isTold(peer, kind, observed)) {
                continue;
            }
            if (left > 0) {
                left--;
            } else {
                List<Endpoint> endpoints = Visibility.told(contact.endpoints(), contact.observed(), observed);
                page.add(source(content, place, contact.peer(), endpoints, chunkCount, nowNanos));
            }
        }
        return page;
    }

    /** The lowest ranks of a sample, in order, at most as many as are wanted; the last bits lead to the sample. */
    private int rankSample(int content, Asker asker, int kind, int step, RandomGenerator random) {
        int drawn = draw(content, random);
        int nearness = PeerLoads.nearness(Visibility.network(asker.observed()));
        int count = 0;
        for (int i = 0; i < drawn; i++) {
            int place = sample[i];
            int peer = place & Directory.NUMBER;
            if (peer == asker.peer() || !isTold(peer, kind, asker.observed())) {
                continue;
            }
            long rank = Math.round(loads.load(peer, step));
            rank = rank << 1 | (loads.isNear(peer, nearness) ? 0 : 1);
            rank = rank << 1 | (place < 0 ? 1 : 0);
            // Equal ones come in random order.
            rank = (rank << 20 | (random.nextInt() >>> 12)) << 6 | i;
            if (count < asker.wanted()) {
                count++;
            } else if (count == 0 || rank > ranks[count - 1]) {
                continue;
            }
            int at = count - 1;
            while (at > 0 && ranks[at - 1] > rank) {
                ranks[at] = ranks[at - 1];
                at--;
            }
            ranks[at] = rank;
        }
        return count;
    }

    /** Draws a sample of the sources. Returns how many were drawn. */
    private int draw(int content, RandomGenerator random) {
        int size = sources.size(content);
        int draws = Math.min(size, SAMPLE);
        for (int draw = 0; draw < draws; draw++) {
            // One from each of as many equal stretches: never the same twice, and each as likely as any other.
            int from = (int) ((long) size * draw / draws);
            int to = (int) ((long) size * (draw + 1) / draws);
            sample[draw] = to - from == 1 ? from : from + random.nextInt(to - from);
        }
        sources.gather(content, sample, draws);
        return draws;
    }

    private boolean isTold(int peer, int kind, InetAddress asker) {
        int flags = loads.flags(peer);
        if ((flags & PeerLoads.TOLD << kind) != 0) {
            return true;
        }
        // Behind the same public address as the source is its private network.
        boolean onlyHere = kind == PeerEntry.PUBLIC && (flags & PeerLoads.TOLD << PeerEntry.PRIVATE) != 0;
        return onlyHere && isSamePlace(peers.at(peer), asker);
    }

    private static byte[] told(PeerEntry entry, int kind, InetAddress asker) {
        byte[] told = entry.told(kind);
        boolean isMore = kind == PeerEntry.PUBLIC && entry.told(PeerEntry.PRIVATE).length > told.length;
        return isMore && isSamePlace(entry, asker) ? entry.told(PeerEntry.PRIVATE) : told;
    }

    private static boolean isSamePlace(PeerEntry entry, InetAddress asker) {
        Contact contact = entry.contact;
        return contact != null && contact.observed().equals(asker);
    }

    private int completeness(int number, int peer, ContentId content) {
        return (int) ((long) partials.chunks(number, peer)
                * (Source.SEED - 1)
                / content.layout().chunkCount());
    }

    private Source source(int content, int place, PeerId id, List<Endpoint> told, int chunkCount, long nowNanos) {
        int peer = place & Directory.NUMBER;
        int load = Math.min(0xffff, Math.round(loads.load(peer, PeerLoads.step(nowNanos))));
        if (place >= 0) {
            List<ChunkRun> all = chunkCount > 0 ? List.of(new ChunkRun(0, chunkCount)) : List.of();
            return new Source(id, Source.SEED, load, told, all);
        }
        int completeness = (int) ((long) partials.chunks(content, peer) * (Source.SEED - 1) / chunkCount);
        List<ChunkRun> runs = partials.runs(content, peer);
        List<ChunkRun> some = runs.size() > Source.MAX_RUNS ? runs.subList(0, Source.MAX_RUNS) : runs;
        return new Source(id, completeness, load, told, some);
    }
}
