package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.store.HashedFile;
import dev.shoal.store.SharedFile;

/** A finished file that is served under a name: what a download ends as, and what one that was not needed begins as. */
record Standing(PeerNode node, IndexSession session, NamedShare subject) {

    /** Serves and registers the file; an index that cannot be reached is told later. */
    PeerNode.Shared share(HashedFile file) {
        ShareKey key = subject.key();
        Served served = new Served(new SharedFile(file, node.openFiles()), key.circle(), Rate.UNLIMITED);
        PeerNode.Shared shared =
                new PeerNode.Shared(session, subject.name(), file.path().toString(), served);
        node.share(shared);
        ChunkSet all = ChunkSet.full(file.layout().chunkCount());
        session.presence().announce(subject, all, () -> node.withdrawUnshared(session, key));
        return shared;
    }
}
