package dev.shoal.index;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.RegistrationDigest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who has what: peers as numbers, contents, and the sources of each. In memory only, without clock and threads; the
 * caller locks.
 *
 * <p>A content's sources and a peer's contents are lists of numbers ({@link IntLists}); a complete source costs its two
 * places there and nothing else. A peer that leaves is only marked: its places in the lists of contents stay until a
 * quarter of such a list is dead, so that a crowd that leaves costs a few steps for each of its registrations. Its
 * number is given to somebody else only when no list names it any more.
 */
public final class Directory {

    /** What {@link #register} and {@link #registerChunks} did. */
    public enum Change {
        /** The peer is a new source. */
        ADDED,
        /** The source, partial before, now has all chunks. */
        COMPLETED,
        /** Nothing, or only which chunks a source has. */
        UNCHANGED,
        /** Refused: the directory, or this peer's part of it, is full. */
        FULL
    }

    /**
     * How many have a content.
     *
     * @param seeds peers with all chunks
     * @param sources peers with at least one, or that said that they will have one; seeds included
     */
    public record State(int seeds, int sources) {

        /** Nobody has it. */
        public static final State NONE = new State(0, 0);
    }

    /** Most sources of one {@link #locate}: more than a peer opens connections to at once. */
    public static final int MAX_LOCATED = 16;

    /** How many sources are looked at for one {@link #locate}. */
    static final int SAMPLE = 64;

    private static final int PARTIAL = 1 << 31;
    private static final int NUMBER = ~PARTIAL;

    private final DirectoryLimits limits;
    private final ContentTable contents;
    private final PartialTable partials;

    /** Sources of a content: numbers of peers, with {@link #PARTIAL}; some may be dead. */
    private final IntLists sources = new IntLists();

    /** Contents of a peer. */
    private final IntLists registered = new IntLists();

    private final PagedInts deadSources = new PagedInts();

    /** Live ones only. */
    private final PagedInts partialSources = new PagedInts();

    private final Peers peers = new Peers();
    private final HandOuts handOuts = new HandOuts();
    private final long[] ranks = new long[SAMPLE];
    private final int[] sample = new int[SAMPLE];
    private int registrations;
    private int tidied;
    private long changes;

    /** An empty directory; the generator only keys its hash tables. */
    public Directory(DirectoryLimits limits, RandomGenerator random) {
        this.limits = limits;
        this.contents = new ContentTable(random);
        this.partials = new PartialTable(limits.bitmapBytes(), random);
    }

    /** Takes a peer in. Returns its number. */
    public int join(Contact contact) {
        int peer = peers.add(contact);
        registered.ensure(peer + 1);
        return peer;
    }

    /** Tells other things of a peer from now on. */
    public void tell(int peer, Contact contact) {
        peers.at(peer).tell(contact);
    }

    /** Forgets a peer and everything that it registered. Returns how many registrations went. */
    public int leave(int peer) {
        PeerEntry entry = peers.at(peer);
        int count = registered.size(peer);
        // One more than there are, so that no compaction on the way frees the number.
        peers.leave(peer, count + 1);
        for (int i = 0; i < count; i++) {
            int content = registered.at(peer, i);
            if (entry.partials > 0 && partials.remove(content, peer)) {
                entry.partials--;
                partialSources.add(content, -1);
            }
            deadSources.add(content, 1);
            settle(content);
        }
        registrations -= count;
        registered.clear(peer);
        peers.release(peer);
        return count;
    }

    /**
     * Forgets everything that a peer registered, but not the peer, in the time that leaving takes.
     *
     * @return the number that stands for the peer from now on
     */
    public int withdrawAll(int peer) {
        PeerEntry entry = peers.at(peer);
        if (registered.size(peer) == 0) {
            return peer;
        }
        Contact contact = entry.contact;
        if (contact == null) {
            throw new IllegalStateException("peer " + peer + " has left");
        }
        int next = join(contact);
        peers.at(next).takeLoad(entry);
        leave(peer);
        return next;
    }

    /**
     * A peer has a content, or will have chunks of it. A source that is complete stays so: a late request does not take
     * that back.
     */
    public Change register(int peer, ContentId content, boolean partial) {
        int number = contents.find(content);
        if (number >= 0 && isSource(peer, number)) {
            boolean completes = !partial && partials.contains(number, peer);
            if (completes) {
                complete(peer, number);
            }
            return completes ? Change.COMPLETED : Change.UNCHANGED;
        }
        if (registrations >= limits.registrations()
                || registered.size(peer) >= limits.contentsPerPeer()
                || (number < 0 && contents.count() >= limits.contents())) {
            return Change.FULL;
        }
        if (number < 0) {
            number = addContent(content);
        }
        int chunkCount = content.layout().chunkCount();
        boolean isPartial = partial && chunkCount > 0;
        PeerEntry entry = peers.at(peer);
        if (isPartial) {
            partials.add(number, peer, chunkCount);
            entry.partials++;
            partialSources.add(number, 1);
        }
        sources.add(number, isPartial ? peer | PARTIAL : peer);
        registered.add(peer, number);
        entry.digest.add(content);
        registrations++;
        return Change.ADDED;
    }

    /**
     * A peer has chunks of a content, which this registers when it was not.
     *
     * @param complete whether it has all
     * @param replace whether the runs are all that it has, else they are more; without it, a complete source stays so
     * @param runs the chunks, inside the content
     */
    public Change registerChunks(int peer, ContentId content, boolean complete, boolean replace, List<ChunkRun> runs) {
        Change change = register(peer, content, !complete);
        int chunkCount = content.layout().chunkCount();
        int number = contents.find(content);
        if (change == Change.FULL || complete || chunkCount == 0) {
            return change;
        }
        if (!partials.contains(number, peer)) {
            if (!replace) {
                return change;
            }
            markPartial(peer, number, chunkCount);
        }
        if (partials.addChunks(number, peer, replace, runs, chunkCount) == chunkCount) {
            complete(peer, number);
            return change == Change.ADDED ? Change.ADDED : Change.COMPLETED;
        }
        return change;
    }

    /** A peer no longer has a content. Returns whether it was registered. */
    public boolean withdraw(int peer, ContentId content) {
        int number = contents.find(content);
        if (number < 0 || !isSource(peer, number)) {
            return false;
        }
        PeerEntry entry = peers.at(peer);
        if (entry.partials > 0 && partials.remove(number, peer)) {
            entry.partials--;
            partialSources.add(number, -1);
        }
        sources.removeAt(number, sources.indexOf(number, peer, NUMBER));
        registered.removeAt(peer, registered.indexOf(peer, number, -1));
        entry.digest.remove(content);
        registrations--;
        settle(number);
        return true;
    }

    /** Whether the peer has registered the content. */
    public boolean isRegistered(int peer, ContentId content) {
        int number = contents.find(content);
        return number >= 0 && isSource(peer, number);
    }

    /** Count and digest of what a peer has registered; to be read only. */
    public RegistrationDigest digest(int peer) {
        return peers.at(peer).digest;
    }

    /** A peer says how many downloads of others it serves. */
    public void reportUploads(int peer, int uploads) {
        peers.at(peer).report(uploads);
    }

    /** What a peer said last of how many downloads it serves. */
    public int uploads(int peer) {
        return peers.at(peer).uploads();
    }

    /** How many have a content. */
    public State state(ContentId content) {
        int number = contents.find(content);
        if (number < 0) {
            return State.NONE;
        }
        int live = sources.size(number) - deadSources.at(number);
        return new State(live - partialSources.at(number), live);
    }

    /** Whether anybody has a content. */
    public boolean isOnline(ContentId content) {
        return contents.find(content) >= 0;
    }

    /**
     * Some sources of a content, the best for this asker first: those with the least load, of equal ones near ones and
     * seeds. Each is counted as a download that will probably begin, once in half a minute for an asker and a content.
     *
     * @param asker number of the peer that asks, which is not told of itself
     * @param observed where it is seen
     * @param limit most sources, of which never more than {@link #MAX_LOCATED} are named
     */
    public Locations locate(
            int asker, InetAddress observed, ContentId content, int limit, long nowNanos, RandomGenerator random) {
        int number = contents.find(content);
        if (number < 0) {
            return new Locations(false, 0, 0, List.of());
        }
        int ranked = rankSample(number, asker, Visibility.network(observed), nowNanos, random);
        int wanted = Math.min(limit, MAX_LOCATED);
        List<Source> found = new ArrayList<>(Math.min(ranked, wanted));
        boolean counts = handOuts.isFirst(asker, number, nowNanos);
        int chunkCount = content.layout().chunkCount();
        for (int i = 0; i < ranked && found.size() < wanted; i++) {
            int place = sample[(int) ranks[i] & (SAMPLE - 1)];
            PeerEntry entry = peers.at(place & NUMBER);
            Source source = source(number, place, entry, observed, chunkCount, nowNanos, false);
            if (source != null) {
                found.add(source);
                if (counts) {
                    entry.handOut(nowNanos);
                }
            }
        }
        State state = state(content);
        return new Locations(false, state.seeds(), state.sources(), found);
    }

    /**
     * A page of the sources of a content with their chunks, in an order that only a withdrawal changes. Nothing is
     * counted as load.
     *
     * @param skip how many sources that this asker is told of to leave out
     * @param limit most sources of the page
     */
    public Locations chunkPage(int asker, InetAddress observed, ContentId content, int skip, int limit, long nowNanos) {
        int number = contents.find(content);
        if (number < 0) {
            return new Locations(true, 0, 0, List.of());
        }
        int chunkCount = content.layout().chunkCount();
        List<Source> page = new ArrayList<>();
        int left = skip;
        for (int i = 0; i < sources.size(number) && page.size() < limit; i++) {
            int place = sources.at(number, i);
            PeerEntry entry = peers.at(place & NUMBER);
            if (entry.isGone() || (place & NUMBER) == asker) {
                continue;
            }
            Source source = source(number, place, entry, observed, chunkCount, nowNanos, left == 0);
            if (source != null && left-- <= 0) {
                left = 0;
                page.add(source);
            }
        }
        State state = state(content);
        return new Locations(true, state.seeds(), state.sources(), page);
    }

    /** Throws out the dead of so many contents, going round: nothing dead stays for ever where little happens. */
    public void tidy(int contentCount) {
        for (int i = 0; i < Math.min(contentCount, contents.bound()); i++) {
            tidied = tidied + 1 < contents.bound() ? tidied + 1 : 0;
            if (contents.isTaken(tidied) && deadSources.at(tidied) > 0) {
                compact(tidied);
            }
        }
    }

    /** All contents that somebody has, or an empty list when they are more than {@code max}. */
    public List<ContentId> online(int max) {
        if (contents.count() > max) {
            return List.of();
        }
        List<ContentId> online = new ArrayList<>(contents.count());
        for (int number = 0; number < contents.bound(); number++) {
            if (contents.isTaken(number)) {
                online.add(contents.content(number));
            }
        }
        return online;
    }

    /** Grows whenever a content comes that nobody had, or goes that nobody has any more. */
    public long changes() {
        return changes;
    }

    /** How many contents somebody has. */
    public int contentCount() {
        return contents.count();
    }

    /** How many pairs of a peer and a content there are. */
    public int registrationCount() {
        return registrations;
    }

    /** How many peers there are. */
    public int peerCount() {
        return peers.count();
    }

    /** How many numbers of peers that left are still named somewhere. */
    public int staleCount() {
        return peers.staleCount();
    }

    /** How many sources are partial. */
    public int partialCount() {
        return partials.count();
    }

    /** How many bytes the bitmaps of partial sources take. */
    public long bitmapBytes() {
        return partials.usedBytes();
    }

    private int rankSample(int number, int asker, long network, long nowNanos, RandomGenerator random) {
        int size = sources.size(number);
        int draws = Math.min(size, SAMPLE);
        int count = 0;
        for (int draw = 0; draw < draws; draw++) {
            // One from each of as many equal stretches: never the same twice, and each as likely as any other.
            int from = (int) ((long) size * draw / draws);
            int to = (int) ((long) size * (draw + 1) / draws);
            int place = sources.at(number, to - from == 1 ? from : from + random.nextInt(to - from));
            PeerEntry entry = peers.at(place & NUMBER);
            if (entry.isGone() || (place & NUMBER) == asker) {
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
        int peer = place & NUMBER;
        if (place >= 0) {
            List<ChunkRun> all = withChunks && chunkCount > 0 ? List.of(new ChunkRun(0, chunkCount)) : List.of();
            return new Source(contact.peer(), Source.SEED, load, endpoints, all);
        }
        int completeness = (int) ((long) partials.chunks(content, peer) * (Source.SEED - 1) / chunkCount);
        List<ChunkRun> runs = withChunks ? partials.runs(content, peer) : List.of();
        List<ChunkRun> told = runs.size() > Source.MAX_RUNS ? runs.subList(0, Source.MAX_RUNS) : runs;
        return new Source(contact.peer(), completeness, load, endpoints, told);
    }

    private int addContent(ContentId content) {
        int number = contents.add(content);
        sources.ensure(number + 1);
        deadSources.ensure(number + 1);
        partialSources.ensure(number + 1);
        changes++;
        return number;
    }

    /** Looks in the shorter of the two lists. */
    private boolean isSource(int peer, int content) {
        return registered.size(peer) < sources.size(content)
                ? registered.indexOf(peer, content, -1) >= 0
                : sources.indexOf(content, peer, NUMBER) >= 0;
    }

    private void complete(int peer, int content) {
        partials.remove(content, peer);
        peers.at(peer).partials--;
        partialSources.add(content, -1);
        sources.put(content, sources.indexOf(content, peer, NUMBER), peer);
    }

    private void markPartial(int peer, int content, int chunkCount) {
        partials.add(content, peer, chunkCount);
        peers.at(peer).partials++;
        partialSources.add(content, 1);
        sources.put(content, sources.indexOf(content, peer, NUMBER), peer | PARTIAL);
    }

    /** After a source went: forgets a content that nobody has, and throws the dead out when they are a quarter. */
    private void settle(int content) {
        int dead = deadSources.at(content);
        int size = sources.size(content);
        if (dead == size) {
            for (int i = 0; i < size; i++) {
                peers.release(sources.at(content, i) & NUMBER);
            }
            sources.clear(content);
            deadSources.put(content, 0);
            contents.remove(content);
            changes++;
        } else if (dead * 4L >= size) {
            compact(content);
        }
    }

    private void compact(int content) {
        for (int i = sources.size(content) - 1; i >= 0; i--) {
            int peer = sources.at(content, i) & NUMBER;
            if (peers.at(peer).isGone()) {
                sources.removeAt(content, i);
                peers.release(peer);
            }
        }
        deadSources.put(content, 0);
    }
}
