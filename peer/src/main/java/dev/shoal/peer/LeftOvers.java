package dev.shoal.peer;

import dev.shoal.store.PartialFolder;
import dev.shoal.store.TargetPath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Downloads to standard output that were interrupted and never begun again: nobody sees their part files, which would
 * fill the disk for ever. Only the process that runs a home's peer may look, as no part file is in use before it.
 */
final class LeftOvers {

    /** How long an interrupted download can be gone on with. */
    static final Duration KEPT = Duration.ofDays(7);

    /** Part files, and what is passed on from them to standard output. */
    private static final String LEFT_OVER = "{*" + TargetPath.PART_SUFFIX + ",stream-*}";

    private LeftOvers() {}

    /** Deletes the part files in a folder that nothing was written to for long; one that cannot be is left. */
    static void delete(Path folder, Instant now, PeerEvents events) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, LEFT_OVER)) {
            for (Path part : parts) {
                Instant written = Files.getLastModifiedTime(part, LinkOption.NOFOLLOW_LINKS)
                        .toInstant();
                if (written.plus(KEPT).isBefore(now)) {
                    PartialFolder.delete(part);
                    events.detail("The left-over " + part + " was deleted.");
                }
            }
        } catch (IOException e) {
            events.detail("Left-over part files in " + folder + " cannot be deleted: " + e.getMessage() + ".");
        }
    }
}
