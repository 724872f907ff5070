package dev.shoal.peer;

import dev.shoal.protocol.PeerId;
import dev.shoal.swarm.DropReason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What is wrong with the sources of one download, by peer and not by connection: who broke the rules is not asked again
 * for this content, who was merely of no use is left alone for a while that doubles each time.
 * Thread-safe by its monitor, which is held for moments only.
 */
final class Troubles {

    /** Most peers that are remembered; whoever makes more identities than that takes the place of the oldest. */
    static final int MAX_PEERS = 4_096;

    /** The longest that somebody who was of no use is left alone. */
    static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /**
     * The longest that somebody who fell silent or broke off is left alone while nobody else is of use: most likely it
     * was the line, and whoever waits wants to go on soon after that is mended.
     */
    static final long LONGEST_PAUSE_ALONE_NANOS = TimeUnit.SECONDS.toNanos(8);

    /** From one second, the longest pause is reached before. */
    private static final int MAX_DOUBLINGS = 6;

    /** Somebody who let this side wait for its deadlines is not asked again soon. */
    private static final long SLOW_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Somebody who has nothing, or breaks off, may have only just begun, or be about to begin again. */
    static final long SHORT_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How a pause is measured. */
    private enum Kind {
        /** It is busy. */
        BUSY,
        /** It fell silent or broke off, for which the line may be the reason. */
        LINE,
        /** Anything else. */
        OTHER
    }

    /**
     * One peer's.
     *
     * @param untilNanos when it may be asked again
     * @param aloneUntilNanos the same where nobody else is of use
     */
    private record Trouble(
            String sentence,
            boolean isLasting,
            boolean isWrongData,
            boolean isBusy,
            int count,
            long untilNanos,
            long aloneUntilNanos) {}

    private final Map<PeerId, Trouble> troubles = new LinkedHashMap<>();

    /** Never again, as what it sends cannot be trusted. */
    synchronized void sentWrongData(PeerId peer, String sentence) {
        put(peer, new Trouble(sentence, true, true, false, 1, 0, 0));
    }

    /** Never again, as it does not keep to the protocol. */
    synchronized void brokeRules(PeerId peer, String sentence) {
        if (!isLasting(peer)) {
            put(peer, new Trouble(sentence, true, false, false, 1, 0, 0));
        }
    }

    /**
     * It ended a handle.
     *
     * @param busy whether it has no time for this side: it is asked again, later each time
     * @param retryNanos not before this time, as it says; else 0
     */
    void endedHandle(PeerId peer, boolean useful, boolean busy, long retryNanos, long nowNanos) {
        String sentence = busy ? "is busy" : useful ? "no longer has it" : "does not have it";
        pause(peer, sentence, busy ? Kind.BUSY : Kind.OTHER, SHORT_PAUSE_NANOS, retryNanos, nowNanos);
    }

    /** Its link ended. */
    void endedLink(PeerId peer, boolean useful, PeerLink.Ending ending, String reason, long nowNanos) {
        if (ending == PeerLink.Ending.BREACH) {
            brokeRules(peer, "broke the rules of the protocol: " + reason);
        } else if (ending != PeerLink.Ending.HERE && !useful) {
            boolean bye = ending == PeerLink.Ending.BYE;
            String sentence = (bye ? "said good-bye" : "broke off") + " before it sent anything";
            pause(peer, sentence, bye ? Kind.OTHER : Kind.LINE, SHORT_PAUSE_NANOS, 0, nowNanos);
        }
    }

    /** Not for a while, which is twice as long as the last time. What goes wrong during one is no further time. */
    private synchronized void pause(
            PeerId peer, String sentence, Kind kind, long pauseNanos, long leastNanos, long nowNanos) {
        if (!isLasting(peer)) {
            Trouble before = troubles.get(peer);
            long restOfAlone = before == null ? 0 : before.aloneUntilNanos - nowNanos;
            long rest = before == null || restOfAlone <= 0 ? 0 : before.untilNanos - nowNanos;
            int count = before == null ? 1 : before.count + (restOfAlone > 0 ? 0 : 1);
            int doublings = Math.min(count - 1, MAX_DOUBLINGS);
            long pause = Math.max(leastNanos, Math.min(LONGEST_PAUSE_NANOS, pauseNanos << doublings));
            long alone =
                    kind == Kind.LINE ? Math.min(LONGEST_PAUSE_ALONE_NANOS, SHORT_PAUSE_NANOS << doublings) : pause;
            boolean busy = kind == Kind.BUSY;
            long until = nowNanos + Math.max(pause, rest);
            long aloneUntil = nowNanos + Math.max(alone, restOfAlone);
            put(peer, new Trouble(sentence, false, false, busy, count, until, aloneUntil));
        }
    }

    /** It sends what it was asked for: what was before is forgotten, unless it was too bad. */
    synchronized void isOfUse(PeerId peer) {
        if (!troubles.isEmpty() && !isLasting(peer)) {
            troubles.remove(peer);
        }
    }

    /**
     * Whether it is to be left alone now.
     *
     * @param alone whether nobody else is of use
     */
    synchronized boolean isShunned(PeerId peer, boolean alone, long nowNanos) {
        Trouble trouble = troubles.get(peer);
        return trouble != null
                && (trouble.isLasting || nowNanos - (alone ? trouble.aloneUntilNanos : trouble.untilNanos) < 0);
    }

    /** Whether anything is known against it. */
    synchronized boolean isKnown(PeerId peer) {
        return troubles.containsKey(peer);
    }

    /** Whether there is nothing against it but that it was busy: it is worth waiting for. */
    synchronized boolean isBusy(PeerId peer) {
        Trouble trouble = troubles.get(peer);
        return trouble != null && trouble.isBusy;
    }

    /** Whether it is not asked again. */
    synchronized boolean isLasting(PeerId peer) {
        Trouble trouble = troubles.get(peer);
        return trouble != null && trouble.isLasting;
    }

    /** Whether anybody sent wrong data. */
    synchronized boolean hadWrongData() {
        return troubles.values().stream().anyMatch(Trouble::isWrongData);
    }

    /** What each peer did, for people. */
    synchronized Map<PeerId, String> sentences() {
        Map<PeerId, String> sentences = new LinkedHashMap<>();
        troubles.forEach((peer, trouble) -> sentences.put(peer, trouble.sentence));
        return sentences;
    }

    /**
     * Why a source is no longer used, and what follows from it, for people.
     *
     * @param lasting whether it is not asked again
     * @param others whether another one is of use
     */
    static String sentence(PeerId peer, DropReason reason, boolean lasting, boolean others) {
        String next = lasting ? "nobody else is known who has the data" : "it is asked again soon";
        return "The peer " + peer.fingerprint() + " " + reason.sentence() + "; "
                + (others ? "the data comes from others" : next) + ".";
    }

    private void put(PeerId peer, Trouble trouble) {
        if (troubles.size() >= MAX_PEERS && !troubles.containsKey(peer)) {
            troubles.remove(troubles.keySet().iterator().next());
        }
        troubles.put(peer, trouble);
    }

    /**
     * A download stopped using a source.
     *
     * @return whether that is news: a line that is out of order is so for all connections with a peer, which need not
     *     be found silent at the same moment
     */
    synchronized boolean dropped(PeerId peer, DropReason reason, long nowNanos) {
        boolean known = reason == DropReason.STALLED && isShunned(peer, false, nowNanos);
        switch (reason) {
            case WRONG_DATA -> sentWrongData(peer, reason.sentence());
            case FLOODS -> brokeRules(peer, reason.sentence());
            case STALLED -> pause(peer, reason.sentence(), Kind.LINE, SLOW_PAUSE_NANOS, 0, nowNanos);
            case REFUSES, NO_HASHES, BUSY -> pause(peer, reason.sentence(), Kind.OTHER, SLOW_PAUSE_NANOS, 0, nowNanos);
            case GONE, TOO_MANY -> {
                // It did nothing wrong.
            }
        }
        return !known;
    }
}
