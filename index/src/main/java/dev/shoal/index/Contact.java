package dev.shoal.index;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.PeerId;
import java.net.InetAddress;
import java.util.List;

/**
 * What the directory tells others of a peer. Immutable.
 *
 * @param peer who it is
 * @param observed where the index sees it
 * @param endpoints where it can be dialled, at most {@link Endpoint#MAX_PER_PEER}; empty for one that serves nobody
 */
public record Contact(PeerId peer, InetAddress observed, List<Endpoint> endpoints) {

    /** Checks the number of endpoints. */
    public Contact {
        endpoints = List.copyOf(endpoints);
        if (endpoints.size() > Endpoint.MAX_PER_PEER) {
            throw new IllegalArgumentException(endpoints.size() + " endpoints");
        }
    }
}
