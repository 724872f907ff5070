package dev.shoal.peer;

import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.swarm.SourceReport;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sources of one download that are in use, by the number that its decisions know them by. Not thread-safe. */
final class SourceTable {

    private final Map<Integer, SourceUse> uses = new LinkedHashMap<>();
    private final Map<Integer, PeerId> peers = new HashMap<>();
    private int lastNumber;

    /** A number that was not used before. */
    int newNumber() {
        return ++lastNumber;
    }

    void add(SourceUse use) {
        uses.put(use.number(), use);
        peers.put(use.number(), use.peer());
    }

    /** Takes one away; who it was is still known to {@link #byPeer}. */
    @Nullable
    SourceUse remove(int number) {
        return uses.remove(number);
    }

    @Nullable
    SourceUse find(int number) {
        return uses.get(number);
    }

    boolean contains(SourceUse use) {
        return uses.containsKey(use.number());
    }

    boolean has(Predicate<SourceUse> condition) {
        return uses.values().stream().anyMatch(condition);
    }

    /** Those that fulfil a condition; a copy. */
    List<SourceUse> all(Predicate<SourceUse> condition) {
        return uses.values().stream().filter(condition).toList();
    }

    /** The numbers of those that fulfil a condition; a copy. */
    List<Integer> numbers(Predicate<SourceUse> condition) {
        return uses.values().stream().filter(condition).map(SourceUse::number).toList();
    }

    /** Sends something to one of them. Returns whether it is still there. */
    boolean post(int source, PeerPdu pdu) {
        SourceUse use = uses.get(source);
        if (use != null) {
            use.post(pdu);
        }
        return use != null;
    }

    /** Takes all away. */
    List<SourceUse> clear() {
        List<SourceUse> all = List.copyOf(uses.values());
        uses.clear();
        return all;
    }

    /** How many peers there are. */
    int peerCount() {
        return (int) uses.values().stream().map(SourceUse::peer).distinct().count();
    }

    /** Reports with the peers that they are about. */
    Map<SourceReport, PeerId> byPeer(Collection<SourceReport> reports) {
        Map<SourceReport, PeerId> known = new LinkedHashMap<>();
        reports.forEach(report -> {
            PeerId peer = peers.get(report.source());
            if (peer != null) {
                known.put(report, peer);
            }
        });
        return known;
    }
}
