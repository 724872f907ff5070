package dev.shoal.index;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.PackedLocations;
import dev.shoal.protocol.RegistrationDigest;
import java.net.InetAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

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

    private static final int PARTIAL = 1 << 31;

    /** What of a place in a list of sources is the number of a peer. */
    static final int NUMBER = ~PARTIAL;

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
    private final SourceChoice choice;
    private final RegistrationCounts registrations = new RegistrationCounts();

    /** Contents that peers in the middle of a statement had before. */
    private int unnamed;

    private int tidied;
    private long changes;

    /** An empty directory; the generator only keys its hash tables. */
    public Directory(DirectoryLimits limits, RandomGenerator random) {
        this.limits = limits;
        this.contents = new ContentTable(random);
        this.partials = new PartialTable(limits.bitmapBytes(), random, contents::isHidden);
        this.choice = new SourceChoice(sources, peers, partials);
    }

    /** Takes a peer in. Returns its number. */
    public int join(Contact contact) {
        int peer = peers.add(contact);
        registered.ensure(peer + 1);
        return peer;
    }

    /** Tells other things of a peer from now on. */
    public void tell(int peer, Contact contact) {
        peers.tell(peer, contact);
    }

    /** Forgets a peer and everything that it registered. Returns how many registrations went. */
    public int leave(int peer) {
        PeerEntry entry = peers.at(peer);
        abandonStatement(peer);
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
        registrations.leave(entry, count);
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
        peers.loads().take(next, peer);
        leave(peer);
        return next;
    }

    /**
     * A peer begins to state everything that it has. What it has registered stays until {@link #endStatement}, but for
     * more than {@link DirectoryLimits#unnamed()} contents of all peers that do so at a time: then it goes at once.
     *
     * @return the number that stands for the peer from now on
     */
    public int beginStatement(int peer) {
        abandonStatement(peer);
        int count = registered.size(peer);
        if (count > limits.unnamed() - unnamed) {
            return withdrawAll(peer);
        }
        if (count > 0) {
            peers.at(peer).unnamed = new Unnamed(registered, peer);
            unnamed += count;
        }
        return peer;
    }

    /** As {@link #register}; in a statement, the first word on a content also takes back that a source is complete. */
    public Change restate(int peer, ContentId content, boolean partial) {
        int number = contents.find(content);
        boolean isFirst = number >= 0 && peers.at(peer).name(number);
        int chunkCount = content.layout().chunkCount();
        if (isFirst && partial && chunkCount > 0 && !partials.contains(number, peer)) {
            markPartial(peer, number, chunkCount);
        }
        return register(peer, content, partial);
    }

    /**
     * A peer has stated everything: takes away what it had before and did not name.
     *
     * @param most how many of its contents to look at
     * @return whether that is done; if not, it is to be called again
     */
    public boolean endStatement(int peer, int most) {
        Unnamed before = peers.at(peer).unnamed;
        if (before == null) {
            return true;
        }
        // From the end on: what takes the place of one that goes was looked at already.
        int at = Math.min(before.cursor, registered.size(peer));
        int stop = Math.max(0, at - most);
        while (at > stop) {
            int number = registered.at(peer, --at);
            if (before.keep(number)) {
                // Once it is gone, its number may come to stand for another content.
                before.name(number);
                withdrawAt(peer, at, number, contents.content(number));
            }
        }
        before.cursor = at;
        if (at == 0) {
            abandonStatement(peer);
        }
        return at == 0;
    }

    /** What a peer had before its last statement stays, though the statement did not come to its end. */
    public void abandonStatement(int peer) {
        PeerEntry entry = peers.at(peer);
        Unnamed before = entry.unnamed;
        if (before != null) {
            unnamed -= before.size();
            entry.unnamed = null;
        }
    }

    /**
     * A peer has a content, or will have chunks of it. A source that is complete stays so: a late request does not take
     * that back.
     */
    public Change register(int peer, ContentId content, boolean partial) {
        int number = contents.find(content);
        if (number >= 0 && isSource(peer, number)) {
            peers.at(peer).keep(number);
            boolean completes = !partial && partials.contains(number, peer);
            if (completes) {
                complete(peer, number);
            }
            return completes ? Change.COMPLETED : Change.UNCHANGED;
        }
        if (registrations.all() >= limits.registrations()
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
        registrations.add(entry, content);
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
        // Its number may come to stand for another content.
        peers.at(peer).name(number);
        withdrawAt(peer, registered.indexOf(peer, number, -1), number, content);
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

    /** How many contents a peer has registered, without private shares. */
    int shown(int peer) {
        return peers.at(peer).digest.count() - peers.at(peer).hidden;
    }

    /** A peer says how many downloads of others it serves. */
    public void reportUploads(int peer, int uploads) {
        peers.loads().report(peer, uploads);
    }

    /** What a peer said last of how many downloads it serves. */
    public int uploads(int peer) {
        return peers.loads().uploads(peer);
    }

    /** How many have a content. */
    public State state(ContentId content) {
        int number = contents.find(content);
        return number < 0 ? State.NONE : state(number);
    }

    private State state(int number) {
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
     * @param bytes how many bytes the sources may take in the answer
     */
    public PackedLocations locate(
            int asker,
            InetAddress observed,
            ContentId content,
            int limit,
            int bytes,
            long nowNanos,
            RandomGenerator random) {
        int number = contents.find(content);
        if (number < 0) {
            return PackedLocations.NONE;
        }
        State state = state(number);
        SourceChoice.Asker who = new SourceChoice.Asker(asker, observed, Math.min(limit, MAX_LOCATED), bytes);
        return choice.some(number, content, state, who, nowNanos, random);
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
        List<Source> page = choice.page(number, content.layout().chunkCount(), asker, observed, skip, limit, nowNanos);
        State state = state(number);
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

    /** All contents that somebody has but private shares, or an empty list when they are more than {@code max}. */
    public List<ContentId> online(int max) {
        if (contents.shownCount() > max) {
            return List.of();
        }
        return IntStream.range(0, contents.bound())
                .filter(number -> contents.isTaken(number) && !contents.isHidden(number))
                .mapToObj(contents::content)
                .toList();
    }

    /** Grows whenever a content comes that nobody had, or goes that nobody has any more, and is no private share. */
    public long changes() {
        return changes;
    }

    /** How many contents somebody has, without private shares. */
    public int contentCount() {
        return contents.shownCount();
    }

    /** How many pairs of a peer and a content there are, without private shares. */
    public int registrationCount() {
        return registrations.shown();
    }

    /** How many peers there are. */
    public int peerCount() {
        return peers.count();
    }

    /** How many numbers of peers that left are still named somewhere. */
    public int staleCount() {
        return peers.staleCount();
    }

    /** How many sources are partial, without those of private shares. */
    public int partialCount() {
        return partials.count();
    }

    /** How many bytes the bitmaps of these sources take. */
    public long bitmapBytes() {
        return partials.usedBytes();
    }

    private void withdrawAt(int peer, int place, int number, ContentId content) {
        PeerEntry entry = peers.at(peer);
        if (entry.partials > 0 && partials.remove(number, peer)) {
            entry.partials--;
            partialSources.add(number, -1);
        }
        sources.removeAt(number, sources.indexOf(number, peer, NUMBER));
        registered.removeAt(peer, place);
        registrations.remove(entry, content);
        settle(number);
    }

    private int addContent(ContentId content) {
        int number = contents.add(content);
        sources.ensure(number + 1);
        deadSources.ensure(number + 1);
        partialSources.ensure(number + 1);
        changes += contents.isHidden(number) ? 0 : 1;
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
            changes += contents.isHidden(content) ? 0 : 1;
            contents.remove(content);
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
