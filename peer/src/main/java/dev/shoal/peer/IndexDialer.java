package dev.shoal.peer;

import dev.shoal.transport.FrameLink;
import dev.shoal.transport.Pushes;
import dev.shoal.transport.Tls;
import dev.shoal.transport.TransportException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Opens TLS connections to an index, wherever it answers with its key: at the addresses of its name, and at those that
 * a link names besides. Thread-safe; callers wait.
 */
final class IndexDialer {

    /** How long it may take at all addresses together: one attempt may connect for 10 s, and shake hands for 10. */
    private static final long LIMIT_MILLIS = TimeUnit.SECONDS.toMillis(25);

    /**
     * Somewhere to dial.
     *
     * @param address what people call it
     * @param server what is dialled
     */
    record Place(HostAndPort address, InetSocketAddress server) {
        @Override
        public String toString() {
            return address.toString();
        }
    }

    /**
     * An index that has answered, and has the right key.
     *
     * @param place where
     * @param link a connection that has said nothing yet
     */
    record Reached(Place place, FrameLink link) {}

    private final IndexAddress index;
    private final Tls tls;
    private final KnownKeys known;
    private final PeerEvents events;
    private final Pushes pushes;

    /** Dials with a key; on each connection, what the index says without being asked is heard. */
    IndexDialer(IndexAddress index, Tls tls, KnownKeys known, PeerEvents events, Pushes pushes) {
        this.index = index;
        this.tls = tls;
        this.known = known;
        this.events = events;
        this.pushes = pushes;
    }

    /**
     * A connection to the first address that answers with the right key, which is remembered.
     *
     * @throws PeerException with reason VERIFICATION when only somebody with another key answers
     * @throws TransportException when nobody answers
     */
    Reached dial() {
        Race<Place, Reached> race =
                new Race<>(place -> new Reached(place, dial(place)), reached -> reached.link.close(), LIMIT_MILLIS);
        Reached first = race.run(places());
        index.met(first.place.address, first.link.remote(), known, events);
        return first;
    }

    /**
     * A connection to a place, which has the right key.
     *
     * @throws PeerException with reason VERIFICATION when it has another
     * @throws TransportException when nobody answers there
     */
    FrameLink dial(Place place) {
        FrameLink link = FrameLink.connect(place.server, tls, pushes);
        try {
            index.check(place.address, link.remote(), known);
            return link;
        } catch (PeerException e) {
            link.close();
            if (index.spare().filter(place.address::equals).isPresent()) {
                // It is the index that is used here otherwise: nobody said that it was this one.
                throw new TransportException(place + " is another index", e);
            }
            throw e;
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    private List<Place> places() {
        List<Place> places = new ArrayList<>();
        HostAndPort named = index.address();
        add(places, named);
        index.otherHosts().forEach(other -> add(places, new HostAndPort(other, named.port())));
        index.spare().ifPresent(other -> add(places, other));
        if (places.isEmpty()) {
            throw new TransportException("there is no host of that name");
        }
        return places;
    }

    private static void add(List<Place> places, HostAndPort address) {
        try {
            for (InetAddress resolved : InetAddress.getAllByName(address.host())) {
                places.add(new Place(address, new InetSocketAddress(resolved, address.port())));
            }
        } catch (UnknownHostException e) {
            // Then it is to be found at its other addresses, or nowhere.
            return;
        }
    }
}
