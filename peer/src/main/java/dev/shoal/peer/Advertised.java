package dev.shoal.peer;

import dev.shoal.protocol.Link;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.VersionRecord;
import java.util.List;

/**
 * Where links say that an index is. Immutable.
 *
 * @param address the address that they name first
 * @param otherHosts numeric addresses for those who cannot reach it there; at most {@link Link#MAX_OTHER_HOSTS}
 */
record Advertised(HostAndPort address, List<String> otherHosts) {

    /** The link to a name, whatever its version. */
    String link(PeerId index, VersionRecord record) {
        String owner = record.owner().id().fingerprint();
        return new Link(index.fingerprint(), address.host(), address.port(), record.name(), owner, null, otherHosts)
                .toString();
    }
}
