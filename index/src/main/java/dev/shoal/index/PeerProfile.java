package dev.shoal.index;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.PeerKey;
import java.util.List;

/**
 * What a process said of itself when it joined, and what a ticket lets it leave out when it comes again. Immutable.
 *
 * @param key its key
 * @param instance random number of the process
 * @param user the name that other users see, at most {@link #MAX_USER_BYTES}; empty for a process that only asks
 * @param listenPort TCP port where it serves; 0 when it does not
 * @param declared further endpoints where it may be reached
 */
public record PeerProfile(PeerKey key, long instance, String user, int listenPort, List<Endpoint> declared) {

    /** The longest user name in bytes of UTF-8: a line of a list on a narrow terminal. */
    public static final int MAX_USER_BYTES = 64;

    /** Copies the list. */
    public PeerProfile {
        declared = List.copyOf(declared);
    }

    /** What a greeting says of the holder of a key. */
    public static PeerProfile of(Hello hello, PeerKey key) {
        return new PeerProfile(key, hello.instance(), hello.user(), hello.listenPort(), hello.declared());
    }
}
