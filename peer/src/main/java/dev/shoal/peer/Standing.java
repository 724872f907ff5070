package dev.shoal.peer;

import dev.shoal.content.ChunkSet;
import dev.shoal.content.Name;
import dev.shoal.store.HashedFile;
import dev.shoal.store.SharedFile;

/** A finished file that is served under a name: what a download ends as, and what one that was not needed begins as. */
record Standing(PeerNode node, IndexSession session, Name name) {

    /** Serves and registers the file; an index that cannot be reached is told later. */
    PeerNode.Shared share(HashedFile file) {
        PeerNode.Shared shared = new PeerNode.Shared(
                session, name, file.path().toString(), new Served(new SharedFile(file, node.openFiles())));
        node.share(shared);
        ChunkSet all = ChunkSet.full(file.layout().chunkCount());
        session.presence().announce(name, file.id(), all, () -> node.withdrawUnshared(session, file.id()));
        return shared;
    }
}
