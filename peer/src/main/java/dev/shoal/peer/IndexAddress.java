package dev.shoal.peer;

import dev.shoal.protocol.Link;
import dev.shoal.protocol.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * Which index to talk to. Immutable.
 *
 * @param address where it is
 * @param otherHosts numeric addresses where it may be as well, at the same port
 * @param fingerprint what its key must match, when a link or this process says so; else what was known before decides
 * @param spare where it may be by now, though the link does not say so; another index there is as good as none
 * @param own whether this process runs it: then nothing about its address is remembered, since another index may be
 *     there at other times
 */
public record IndexAddress(
        HostAndPort address,
        List<String> otherHosts,
        Optional<String> fingerprint,
        Optional<HostAndPort> spare,
        boolean own) {

    /** An index of which only the address is named. */
    static IndexAddress named(HostAndPort address) {
        return new IndexAddress(address, List.of(), Optional.empty(), Optional.empty(), false);
    }

    /** The index that a link names. */
    static IndexAddress linked(Link link) {
        return new IndexAddress(
                new HostAndPort(link.host(), link.port()),
                link.otherHosts(),
                Optional.of(link.indexFingerprint()),
                Optional.empty(),
                false);
    }

    /** The index that this process runs. */
    static IndexAddress own(HostAndPort address, String fingerprint) {
        return new IndexAddress(address, List.of(), Optional.of(fingerprint), Optional.empty(), true);
    }

    /** The same, that may have moved to the place of the index that is used here otherwise, taking its key with it. */
    IndexAddress orAt(HostAndPort other) {
        return other.equals(address)
                ? this
                : new IndexAddress(address, otherHosts, fingerprint, Optional.of(other), own);
    }

    /** Where links say that it is, unless somebody knows better. */
    Advertised advertised() {
        return new Advertised(address, otherHosts);
    }

    /**
     * Checks the key that an index showed against the one that it must have, or had before.
     *
     * @param place which of its addresses it showed that at
     * @throws PeerException with reason VERIFICATION when it is another than expected
     */
    void check(HostAndPort place, PeerId found, KnownKeys known) {
        Optional<String> expected = fingerprint.or(() -> known.index(place.toString()));
        if (expected.isPresent() && !found.matches(expected.get())) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "The index at " + place + " shows the key " + found.fingerprint() + "; "
                            + why(place, expected.get()));
        }
    }

    /** Remembers the key of an index that is met for the first time at a place. */
    void met(HostAndPort place, PeerId found, KnownKeys known, PeerEvents events) {
        if (own || known.index(place.toString()).isPresent()) {
            return;
        }
        known.rememberIndex(place.toString(), found);
        if (fingerprint.isEmpty()) {
            // Nobody stands between a machine and itself.
            boolean here = place.host().equals("localhost") || place.host().startsWith("127.");
            events.happened(
                    here ? PeerEvents.Level.DETAIL : PeerEvents.Level.INFO,
                    "First contact with the index at " + place + ", key " + found.fingerprint() + ".");
        }
    }

    /** As messages name it: {@code HOST:PORT}, and where it was tried as well. */
    @Override
    public String toString() {
        return otherHosts.isEmpty() ? address.toString() : address + " (or at " + String.join(", ", otherHosts) + ")";
    }

    private String why(HostAndPort place, String expected) {
        if (own) {
            return "the one that this process runs has " + expected + ". Another one answers there: use it with"
                    + " --index " + place + ", or end it.";
        }
        String either = ". Either it was set up anew, or somebody else answers in its place. ";
        return fingerprint.isPresent()
                ? "the link names " + expected + either + "Ask for a new link."
                : "until now it had " + expected + either + "If you know why, run `shoal config forget-index " + place
                        + "`.";
    }
}
