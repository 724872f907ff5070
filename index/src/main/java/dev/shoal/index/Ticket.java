package dev.shoal.index;

/**
 * What lets a process come back after the index was restarted, or after a day. Only the index can read it; the process
 * keeps it as sealed bytes. Immutable.
 *
 * @param profile who it was made for
 * @param resumptionSecret from which the keys of the next session are derived, 32 bytes
 * @param issuedMillis when it was made, since 1970
 */
public record Ticket(PeerProfile profile, byte[] resumptionSecret, long issuedMillis) {

    @Override
    public String toString() {
        return "Ticket[" + profile.key().id().fingerprint() + ", secret not shown]";
    }
}
