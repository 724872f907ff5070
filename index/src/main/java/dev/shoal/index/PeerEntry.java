package dev.shoal.index;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.RegistrationDigest;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the directory holds of one peer beside the list of its contents and its {@link PeerLoads}. For one thread at a
 * time.
 */
final class PeerEntry {

    /** Askers on the public network, in a private one, on this machine: each is told no less than the one before. */
    static final int PUBLIC = 0;

    static final int PRIVATE = 1;
    static final int LOOPBACK = 2;

    private static final byte[] NOTHING = new byte[0];

    /** Null once the peer is gone and only stale places in the lists of contents still name its number. */
    @Nullable
    Contact contact;

    final RegistrationDigest digest = new RegistrationDigest();

    /** How many of its contents are private shares. */
    int hidden;

    /** How many of its contents it has only some chunks of. */
    int partials;

    /** What it had before it began to state everything anew; null while it does not. */
    @Nullable
    Unnamed unnamed;

    /** How many places in the lists of contents still name it after it left. */
    int stale;

    /**
     * The peer as a source, as it goes into answers, by the kind of the asker; empty where such an asker is told
     * nothing. Most peers have one form for all.
     */
    private final byte[][] told = new byte[LOOPBACK + 1][];

    /** The kind of an asker. */
    static int kind(InetAddress asker) {
        return switch (Visibility.reach(asker)) {
            case LOOPBACK -> LOOPBACK;
            case PRIVATE -> PRIVATE;
            case PUBLIC, NOBODY -> PUBLIC;
        };
    }

    /** Takes over what is told of the peer. Returns the flags for its {@link PeerLoads}. */
    int tell(Contact newContact) {
        contact = newContact;
        int flags = PeerLoads.PRESENT;
        for (int kind = PUBLIC; kind <= LOOPBACK; kind++) {
            byte[] form = form(newContact, kind);
            boolean isSame = kind > PUBLIC && form.length == told[kind - 1].length;
            told[kind] = isSame ? told[kind - 1] : form;
            flags |= form.length > 0 ? PeerLoads.TOLD << kind : 0;
        }
        return flags;
    }

    /** The peer is gone. */
    void leave() {
        contact = null;
        Arrays.fill(told, NOTHING);
    }

    /** The peer as a source for an asker, without load and completeness; empty when it is not told of it. */
    byte[] told(int kind) {
        return told[kind];
    }

    /** See {@link Unnamed#name}; false while it does not state everything anew. */
    boolean name(int content) {
        return unnamed != null && unnamed.name(content);
    }

    /** See {@link Unnamed#keep}. */
    void keep(int content) {
        if (unnamed != null) {
            unnamed.keep(content);
        }
    }

    boolean isGone() {
        return contact == null;
    }

    private static byte[] form(Contact contact, int kind) {
        List<Endpoint> endpoints = contact.endpoints().stream()
                .filter(endpoint -> isTold(endpoint, kind))
                .toList();
        return endpoints.isEmpty() ? NOTHING : new Source(contact.peer(), 0, 0, endpoints, List.of()).toBytes();
    }

    private static boolean isTold(Endpoint endpoint, int kind) {
        return switch (Visibility.reach(endpoint.address())) {
            case LOOPBACK -> kind == LOOPBACK;
            case PRIVATE -> kind >= PRIVATE;
            case PUBLIC -> true;
            case NOBODY -> false;
        };
    }
}
