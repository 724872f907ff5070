package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each chunk of a download came from: two bytes a chunk, and a number a peer. That is all that is kept while
 * nobody asks; data that comes costs a store and an addition. A chunk of which several sent parts counts for the one
 * that sent the last. Guarded by the transfer's lock.
 */
final class Origins {

    /** It was here before this run, from an earlier one. */
    static final short EARLIER = -2;

    /** It was taken from something else that is here. */
    static final short COPIED = -3;

    /** Most peers that have a number of their own: people tell fewer colours apart. All others share the next one. */
    static final int MOST_PEERS = 250;

    private final short[] chunks;
    private final Map<PeerId, Peer> peers = new LinkedHashMap<>();
    private final List<Peer> byNumber = new ArrayList<>();

    /** What is known of a peer; its own. */
    private static final class Peer {
        private final int number;
        private String address = "";
        private long receivedBytes;
        private long lastNanos;
        private boolean hasSent;

        Peer(int number) {
            this.number = number;
        }
    }

    /**
     * A peer that was a source.
     *
     * @param number from 1 on
     * @param address where it was reached last
     * @param receivedBytes data of this content that came from it, the useless included
     * @param hasSent whether any came
     * @param lastNanos when the last came
     */
    record Known(int number, PeerId peer, String address, long receivedBytes, boolean hasSent, long lastNanos) {}

    Origins(ChunkSet held) {
        chunks = new short[held.size()];
        for (int chunk = held.next(0); chunk >= 0; chunk = held.next(chunk + 1)) {
            chunks[chunk] = EARLIER;
        }
    }

    /** The number of the peer at the other end of a link. */
    int number(PeerLink link) {
        return number(link.remote(), link.address().replaceFirst("^[^/]*/", ""));
    }

    int number(PeerId id, String address) {
        Peer peer = peers.get(id);
        if (peer == null && peers.size() < MOST_PEERS) {
            peer = new Peer(byNumber.size() + 1);
            peers.put(id, peer);
            byNumber.add(peer);
        }
        if (peer == null) {
            return MOST_PEERS + 1;
        }
        peer.address = address;
        return peer.number;
    }

    /** Data came from a peer, by its number; what is of no use, as it is here already, changes no colour. */
    void came(int chunk, boolean isOfUse, int number, int bytes, long nowNanos) {
        if (isOfUse) {
            chunks[chunk] = (short) number;
        }
        if (number <= MOST_PEERS) {
            Peer peer = byNumber.get(number - 1);
            peer.receivedBytes += bytes;
            peer.lastNanos = nowNanos;
            peer.hasSent = true;
        }
    }

    /** A chunk was taken from something else that is here. */
    void copied(int chunk) {
        chunks[chunk] = COPIED;
    }

    /** What was here at first was taken from something else, but for these. */
    void copiedBesides(ChunkSet before) {
        for (int chunk = 0; chunk < chunks.length; chunk++) {
            if (chunks[chunk] == EARLIER && !before.contains(chunk)) {
                chunks[chunk] = COPIED;
            }
        }
    }

    /** Of each chunk, the number of who sent the last of it, {@link #EARLIER} or {@link #COPIED}; a copy. */
    short[] chunks() {
        return chunks.clone();
    }

    /** All that have a number of their own, by that. */
    List<Known> peers() {
        List<Known> known = new ArrayList<>();
        peers.forEach((id, peer) ->
                known.add(new Known(peer.number, id, peer.address, peer.receivedBytes, peer.hasSent, peer.lastNanos)));
        return known;
    }
}
