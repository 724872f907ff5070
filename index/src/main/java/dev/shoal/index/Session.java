package dev.shoal.index;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexRequest.Deregister;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one process of a peer and the index agreed on when it joined. The fields that do not change may be read by any
 * thread; everything else belongs to {@link IndexService} and its lock.
 */
public final class Session {

    /** Before the first statement of everything: any number is higher. */
    private static final int NO_GENERATION = -1;

    /** A time that has not come. */
    static final long NEVER = Long.MIN_VALUE;

    private final long id;
    private final PeerId peer;
    private final PeerProfile profile;
    private final SessionKeys keys;
    private final Moment began;
    private final SessionDatagrams datagrams = new SessionDatagrams();
    private final List<Endpoint> confirmed = new ArrayList<>();

    final TokenBucket requests;

    /** What it shares with others at its address, and with others of its account; null for none. */
    SharedRates.@Nullable Share<Long> site;

    SharedRates.@Nullable Share<Long> account;

    /** With the other sessions of its key, its first one excepted; null for none. */
    SharedRates.@Nullable Share<PeerId> ofKey;

    /** Whether requests of its address are counted. */
    boolean sharesAddress;

    /** As of which change its account was looked up. */
    long bindings = -1;

    /** Place in the list of users; 0 for none. */
    int userCursor;

    /** Number in the directory. */
    int number;

    int generation = NO_GENERATION;

    /** Also read without the lock, by who only wants to know whether it is still worth telling it something. */
    volatile boolean ended;

    /** How it is told what it did not ask for; null before its first heartbeat. Of the last one's way. */
    volatile @Nullable PushWay pushWay;

    /** Whether it need not be looked up at its next heartbeat what it was not told of. */
    volatile boolean caughtUp;

    /** When it was last heard, and when it last moved in the row of {@link SessionTable}. */
    long heardNanos;

    long movedNanos;

    /** Its neighbours there. */
    @Nullable
    Session earlier;

    @Nullable
    Session later;

    /** Where the session is seen; changes when a new address returned its cookie. */
    InetAddress observed;

    /** The address whose datagrams are answered; null until one is. Also read without the lock. */
    volatile @Nullable InetSocketAddress datagramAddress;

    /** Whether somebody at {@link #observed} showed to be there: by a TLS connection, or with a cookie. */
    boolean addressProven;

    /** When the ticket was made by which it came; {@link #NEVER} for one that came over TLS. */
    long shownMillis = NEVER;

    /** When it is to register anew, and when it last did; or {@link #NEVER}. */
    long restateNanos = NEVER;

    long restatedNanos = NEVER;

    /** In how many heartbeats after one another its digest differed. */
    int mismatches;

    /** The last deregistration, so that a retransmission gets the same answer. */
    @Nullable
    Deregistration lastDeregistration;

    /** A deregistration and its answer, which may be still to come. */
    record Deregistration(int id, Deregister request, long nanos, CompletableFuture<Answer> answer) {}

    Session(long id, PeerProfile profile, SessionKeys keys, InetAddress observed, Moment began, int requestsPerSecond) {
        this.id = id;
        this.peer = profile.key().id();
        this.profile = profile;
        this.keys = keys;
        this.observed = observed;
        this.began = began;
        this.requests = new TokenBucket(requestsPerSecond, RequestLimits.burst(requestsPerSecond), began.nanos());
    }

    /** Random number of the session. */
    public long id() {
        return id;
    }

    /** Who holds it. */
    public PeerId peer() {
        return peer;
    }

    /** The key of who holds it. */
    public PeerKey key() {
        return profile.key();
    }

    /** What it said of itself. */
    public PeerProfile profile() {
        return profile;
    }

    /** The keys of its datagrams. */
    public SessionKeys keys() {
        return keys;
    }

    /** What its datagrams need; safe for any thread. */
    SessionDatagrams datagrams() {
        return datagrams;
    }

    /** When it began. */
    public Moment began() {
        return began;
    }

    /**
     * Whether a ticket of its process may begin the next session: its own, or one that is newer than that by which it
     * came. An older one was used already, so that who shows it has only recorded it.
     */
    boolean isFollowedBy(Ticket ticket) {
        return ticket.issuedMillis() == began.millis()
                || ticket.issuedMillis() > (shownMillis == NEVER ? began.millis() : shownMillis);
    }

    /** What the directory tells others of it: nothing to dial for one that serves nobody. */
    Contact contact() {
        List<Endpoint> endpoints = new ArrayList<>();
        if (profile.listenPort() > 0 && addressProven) {
            endpoints.add(new Endpoint(observed, profile.listenPort()));
        }
        for (Endpoint endpoint : confirmed) {
            if (endpoints.size() < Endpoint.MAX_PER_PEER && !endpoints.contains(endpoint)) {
                endpoints.add(endpoint);
            }
        }
        return new Contact(peer, observed, endpoints);
    }

    /** Endpoints that were declared, may be dialled, and were not confirmed yet. */
    List<Endpoint> toConfirm() {
        if (profile.listenPort() == 0 || !addressProven) {
            return List.of();
        }
        return Visibility.dialled(profile.declared(), profile.listenPort(), observed).stream()
                .filter(endpoint -> !confirmed.contains(endpoint))
                .toList();
    }

    /** An endpoint was dialled and the peer's key answered. Returns whether it was one to confirm. */
    boolean confirm(Endpoint endpoint) {
        return toConfirm().contains(endpoint) && confirmed.add(endpoint);
    }

    @Override
    public String toString() {
        return "Session[" + Long.toHexString(id) + " of " + peer.fingerprint() + "]";
    }
}
