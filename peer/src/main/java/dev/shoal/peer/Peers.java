package dev.shoal.peer;

import dev.shoal.store.StoreException;
import dev.shoal.transport.Identity;
import dev.shoal.transport.TransportException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way to a peer: through the socket of the process that runs it, or in this process. */
public final class Peers {

    /**
     * An index that this process runs itself. Immutable.
     *
     * @param advertised the address that links name for it, as {@code HOST:PORT}
     * @param otherHosts numeric addresses that they name besides, for the same port; at most {@link
     *     dev.shoal.protocol.Link#MAX_OTHER_HOSTS}
     * @param fingerprint of its key, which is thus known whatever was met at its address before
     */
    public record OwnIndex(String advertised, List<String> otherHosts, String fingerprint) {}

    /**
     * How this process wants its peer, where the configuration does not say so or is to be overruled. Immutable.
     *
     * @param index the index to use when a request names none, as {@code HOST:PORT}; null for the configured one
     * @param own that this index is one that this process runs; null when it is not
     * @param user the name that others see; null for the configured one
     * @param uploadLimit as {@link Rate} reads it; null for the configured one
     * @param downloadLimit as {@link Rate} reads it; null for the configured one
     * @param stays whether the process goes on when its first request is done, and serves what it got
     */
    public record Options(
            @Nullable String index,
            @Nullable OwnIndex own,
            @Nullable String user,
            @Nullable String uploadLimit,
            @Nullable String downloadLimit,
            boolean stays) {

        /** Everything as configured. */
        public static final Options CONFIGURED = new Options(null, null, null, null, null, false);
    }

    private Peers() {}

    /**
     * The peer of a home. Nothing is opened before the first request.
     *
     * @param events hears what the peer has to tell when it runs in this process
     */
    public static PeerService open(Home home, Options options, PeerEvents events) {
        return new HomePeer(home.create(), options, events);
    }

    /**
     * Fingerprint of a home's key, which is made when there is none.
     *
     * @throws PeerException with reason DISK when it cannot be read or made
     */
    public static String fingerprint(Home home) {
        try {
            return Identity.loadOrCreate(home.identityFile()).id().fingerprint();
        } catch (TransportException e) {
            throw PeerException.of(PeerException.Reason.DISK, e);
        }
    }

    /**
     * Whether a home follows a name, at any index.
     *
     * @throws PeerException with reason DISK when that cannot be read
     */
    public static boolean follows(Home home, String name) {
        try {
            return SubscriptionStates.of(home).stream()
                    .anyMatch(one -> one instanceof SubscriptionReport.Followed followed
                            && followed.name().equals(name));
        } catch (StoreException e) {
            throw PeerException.of(PeerException.Reason.DISK, e);
        }
    }

    /** Whether a process runs the peer of a home now. */
    public static boolean isRunning(Home home) {
        Optional<RemotePeer> remote = RemotePeer.connect(home);
        remote.ifPresent(RemotePeer::close);
        return remote.isPresent();
    }
}
