package dev.shoal.store;

import dev.shoal.content.ContentId;
import java.nio.file.Path;

/** A content that lies on this disk, whose hashes are known, and that can be shared from where it is. Immutable. */
public sealed interface LocalContent permits HashedFile, HashedFolder {

    /** Where it is, absolute. */
    Path path();

    /** Which content it is. */
    ContentId id();

    /** Whether it is there and looks as it did when it was hashed. */
    boolean isCurrent();

    /** Serves it from where it lies, as far as it is here. */
    StoredContent shared(OpenFiles openFiles);
}
