package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexReply.Listing;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Ownership;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells whether everything under an owner was given on from the key that this home believes to another, as somebody
 * does with what he shared before he had an account. An index cannot make that up. Immutable; blocks its caller.
 */
final class Succession {

    /** Any name under the owner tells; some may be gone, or have come from elsewhere. */
    private static final int MOST_NAMES = 20;

    private final AccountLine line;
    private final KnownKeys known;

    Succession(AccountLine line, KnownKeys known) {
        this.line = line;
        this.known = known;
    }

    /**
     * Whether the believed key, or who got everything from it, gave everything on to a key.
     *
     * @param owner what the names begin with
     * @param believed fingerprint of the key that they belonged to when this home met them
     */
    boolean leads(String owner, String believed, PeerKey to) {
        PeerId index = line.index();
        Stream<Name> met = known.versions().names(index, believed).stream();
        return Stream.concat(met, found(owner))
                .filter(name -> name.owner().equals(owner))
                .distinct()
                .limit(MOST_NAMES)
                .anyMatch(name -> line.exchange(new IndexRequest.Inspect(name, 0)) instanceof IndexReply.Version version
                        && version.ownership() != null
                        && leads(version.ownership(), index, name, believed, to));
    }

    /** A lazy look at the index, for when the names that this home met are gone. */
    private Stream<Name> found(String owner) {
        return Stream.of(owner)
                .flatMap(text ->
                        line.exchange(new IndexRequest.Search(text, 0, MOST_NAMES)) instanceof IndexReply.Names names
                                ? names.entries().stream().map(Listing::name)
                                : Stream.empty());
    }

    /** Not who got one of the names by itself: he need not be whom the others belong to. */
    static boolean leads(Ownership ownership, PeerId index, Name name, String believed, PeerKey to) {
        List<Ownership.Step> ofAll =
                ownership.steps().stream().filter(step -> !step.ofName()).toList();
        return !ofAll.isEmpty()
                && ownership.isAuthentic(index, name)
                && new Ownership(ownership.origin(), ofAll).leads(believed, to);
    }
}
