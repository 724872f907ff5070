package dev.shoal.bench;

import dev.shoal.index.IndexTargets;
import dev.shoal.peer.HostileIndexTargets;
import dev.shoal.peer.PeerTargets;
import dev.shoal.protocol.ProtocolTargets;
import dev.shoal.store.StoreTargets;
import dev.shoal.transport.TransportTargets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/** What is fuzzed: each takes any bytes, and throws when something is wrong with the program. */
@SuppressWarnings("ImmutableEnumChecker") // A reference to a static method has no state.
enum FuzzTarget {
    INDEX_REQUEST(ProtocolTargets::indexRequest, 4_000),
    INDEX_REPLY(ProtocolTargets::indexReply, 4_000),
    PEER_PDU(ProtocolTargets::peerPdu, 4_000),
    VERSION_RECORD(ProtocolTargets::versionRecord, 4_000),
    LINK(ProtocolTargets::link, 4_000),
    NAME(ProtocolTargets::name, 4_000),
    DATAGRAM(TransportTargets::datagram, 4_000),
    SEALED_DATAGRAM(TransportTargets::sealedDatagram, 2_000),
    TICKET(IndexTargets::ticket, 500),
    PART_FILE(StoreTargets::partFile, 400),
    CATALOG_ROW(StoreTargets::catalogRow, 500),
    CONTROL_MESSAGE(PeerTargets::controlMessage, 2_000),
    KNOWN_KEYS(PeerTargets::knownKeys, 200),
    TYPED(PeerTargets::typed, 4_000),
    CONFIGURATION(PeerTargets::configuration, 100),
    SECRETS(IndexTargets::secrets, 200),
    IDENTITY(TransportTargets::identity, 500),
    INDEX_SESSION(IndexTargets::session, 150),
    DOWNLOADER_SESSION(PeerSessionTarget::downloader, 100),
    SOURCE_SESSION(PeerSessionTarget::source, 5),
    HOSTILE_INDEX(HostileIndexTargets::session, 100);

    private final Consumer<byte[]> target;
    private final int mutations;

    /** @param mutations how many inputs that are made from the corpus are tried in the build */
    FuzzTarget(Consumer<byte[]> target, int mutations) {
        this.target = target;
        this.mutations = mutations;
    }

    /** As commands and files call it. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one that is called so. */
    static FuzzTarget labelled(String label) {
        return Arrays.stream(values())
                .filter(target -> target.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no target is called " + label));
    }

    int mutations() {
        return mutations;
    }

    /** Tries one input. */
    void run(byte[] input) {
        target.accept(input);
    }
}
