package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.VersionRecord;
import java.util.List;
import java.util.Optional;

/**
 * What {@code get} means: a name, or a path in the folder that has a shorter name. Immutable.
 *
 * @param target the name
 * @param version what the index says of it
 * @param inside the path in the folder; empty for the whole of what has the name
 */
record FolderTarget(Target target, IndexReply.Version version, String inside) {

    /** How many shorter names are asked for: each takes a round trip. */
    private static final int MAX_SHORTER = 16;

    /**
     * Asks the index for the whole name first, then, as long as there is none, for shorter ones, which have to be
     * folders.
     *
     * @throws PeerException as {@link Target#resolve}
     */
    static FolderTarget resolve(Target wanted, IndexClient client, KnownKeys known, PeerEvents events) {
        try {
            return new FolderTarget(wanted, wanted.resolve(client, known, events), "");
        } catch (PeerException e) {
            if (e.reason() != PeerException.Reason.NOT_FOUND) {
                throw e;
            }
            // What looks like a number of a version may be the end of a file's name.
            return above(wanted, client, known, events)
                    .or(() -> wanted.literally().flatMap(file -> above(file, client, known, events)))
                    .orElseThrow(() -> e);
        }
    }

    private static Optional<FolderTarget> above(Target wanted, IndexClient client, KnownKeys known, PeerEvents events) {
        for (int components = 1; components <= MAX_SHORTER; components++) {
            Optional<Target> above = wanted.above(components);
            if (above.isEmpty()) {
                return Optional.empty();
            }
            try {
                IndexReply.Version version = above.get().resolve(client, known, events);
                return version.record().kind() == VersionRecord.Kind.FOLDER
                        ? Optional.of(new FolderTarget(above.get(), version, last(wanted.name(), components)))
                        : Optional.empty();
            } catch (PeerException e) {
                if (e.reason() != PeerException.Reason.NOT_FOUND) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    private static String last(Name name, int components) {
        String[] all = name.text().split("/", -1);
        return String.join("/", List.of(all).subList(all.length - components, all.length));
    }
}
