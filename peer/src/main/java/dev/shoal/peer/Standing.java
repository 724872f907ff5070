package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.store.LocalContent;
import java.util.List;

/** What is finished and served under a name: what a download ends as, and what one that was not needed begins as. */
record Standing(PeerNode node, IndexSession session, NamedShare subject) {

    /** Serves and registers it; an index that cannot be reached is told later. */
    PeerNode.Shared share(LocalContent file) {
        ShareKey key = subject.key();
        Served served = new Served(file.shared(node.openFiles()), key.circle(), Rate.UNLIMITED);
        PeerNode.Shared shared =
                new PeerNode.Shared(session, subject.name(), file.path().toString(), served);
        node.share(shared);
        ChunkSet here = served.chunks();
        session.presence().announce(subject, here, () -> node.withdrawUnshared(session, List.of(key)));
        return shared;
    }
}
