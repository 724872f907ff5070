package dev.shoal.store;

import dev.shoal.content.ContentId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which content is downloaded where.
 *
 * @param id the content
 * @param part the part file
 * @param target the name that it gets at the end; null when it gets none
 */
record PartPlace(ContentId id, Path part, @Nullable TargetPath target) {

    /** The part file as it may be printed. */
    String name() {
        return Failures.show(part);
    }
}
