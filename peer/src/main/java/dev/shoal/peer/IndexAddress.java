package dev.shoal.peer;

import dev.shoal.protocol.PeerId;
import java.util.Optional;

/**
 * Which index to talk to. Immutable.
 *
 * @param address where it is
 * @param fingerprint what its key must match, when a link or this process says so; else what was known before decides
 * @param own whether this process runs it: then nothing about its address is remembered, since another index may be
 *     there at other times
 */
public record IndexAddress(HostAndPort address, Optional<String> fingerprint, boolean own) {

    /** An index of which only the address is named. */
    static IndexAddress named(HostAndPort address) {
        return new IndexAddress(address, Optional.empty(), false);
    }

    /** The index that a link names. */
    static IndexAddress linked(HostAndPort address, String fingerprint) {
        return new IndexAddress(address, Optional.of(fingerprint), false);
    }

    /** The index that this process runs. */
    static IndexAddress own(HostAndPort address, String fingerprint) {
        return new IndexAddress(address, Optional.of(fingerprint), true);
    }

    /**
     * Checks the key that an index showed against the one that it must have, or had before, and remembers it at the
     * first meeting.
     *
     * @throws PeerException with reason VERIFICATION when it is another than expected
     */
    void check(PeerId found, KnownKeys known, PeerEvents events) {
        Optional<String> before = known.index(address.toString());
        Optional<String> expected = fingerprint.or(() -> before);
        if (expected.isPresent() && !found.matches(expected.get())) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "The index at " + address + " shows the key " + found.fingerprint() + "; " + why(expected.get()));
        }
        if (!own && before.isEmpty()) {
            known.rememberIndex(address.toString(), found);
            if (fingerprint.isEmpty()) {
                // Nobody stands between a machine and itself.
                boolean here =
                        address.host().equals("localhost") || address.host().startsWith("127.");
                events.happened(
                        here ? PeerEvents.Level.DETAIL : PeerEvents.Level.INFO,
                        "First contact with the index at " + address + ", key " + found.fingerprint() + ".");
            }
        }
    }

    private String why(String expected) {
        if (own) {
            return "the one that this process runs has " + expected + ". Another one answers there: use it with"
                    + " --index " + address + ", or end it.";
        }
        String either = ". Either it was set up anew, or somebody else answers in its place. ";
        return fingerprint.isPresent()
                ? "the link names " + expected + either + "Ask for a new link."
                : "until now it had " + expected + either + "If you know why, run `shoal config forget-index " + address
                        + "`.";
    }
}
