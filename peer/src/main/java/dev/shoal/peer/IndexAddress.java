package dev.shoal.peer;

import dev.shoal.protocol.PeerId;
import java.util.Optional;

/**
 * Which index to talk to. Immutable.
 *
 * @param address where it is
 * @param fingerprint what its key must match, when a link says so; else what was known before decides
 */
public record IndexAddress(HostAndPort address, Optional<String> fingerprint) {

    /**
     * Checks the key that an index showed against the link and what was known, and remembers it at the first meeting.
     *
     * @throws PeerException with reason VERIFICATION when it is another than expected
     */
    void check(PeerId found, KnownKeys known, PeerEvents events) {
        Optional<String> expected = fingerprint.or(() -> known.index(address.toString()));
        if (expected.isPresent() && !found.matches(expected.get())) {
            boolean linked = fingerprint.isPresent();
            throw new PeerException(
                    PeerException.Reason.VERIFICATION,
                    "The index at " + address + " shows the key " + found.fingerprint() + "; "
                            + (linked ? "the link names " : "until now it had ") + expected.get()
                            + ". Either it was set up anew, or somebody else answers in its place. "
                            + (linked
                                    ? "Ask for a new link."
                                    : "If you know why, run `shoal config forget-index " + address + "`."));
        }
        if (known.index(address.toString()).isEmpty()) {
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
}
