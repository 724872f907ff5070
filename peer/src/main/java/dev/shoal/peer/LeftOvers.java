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

    private static final String PARTS = "*" + TargetPath.PART_SUFFIX;

    /** Part files, and what is passed on from them to standard output. */
    private static final String LEFT_OVER = "{" + PARTS + ",stream-*}";

    private LeftOvers() {}

    /** Deletes what a home's own downloads left that nothing was written to for long; what cannot be is left. */
    static void delete(Path folder, Instant now, PeerEvents events) {
        delete(folder, LEFT_OVER, now, events);
    }

    /** The same with part files alone, in a folder in which files of any other name are a person's. */
    static void deleteParts(Path folder, Instant now, PeerEvents events) {
        delete(folder, PARTS, now, events);
    }

    private static void delete(Path folder, String which, Instant now, PeerEvents events) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, which)) {
            for (Path part : parts) {
                if (written(part).plus(KEPT).isBefore(now)) {
                    PartialFolder.delete(part);
                    events.detail("The left-over " + part + " was deleted.");
                }
            }
        } catch (IOException e) {
            events.detail("Left-over part files in " + folder + " cannot be deleted: " + e.getMessage() + ".");
        }
    }

    /** Of a part that is a folder, only what is in it tells when something came last. */
    private static Instant written(Path part) throws IOException {
        Instant written = modified(part);
        Path content = part.resolve(PartialFolder.CONTENT);
        if (Files.isDirectory(part, LinkOption.NOFOLLOW_LINKS) && Files.exists(content, LinkOption.NOFOLLOW_LINKS)) {
            Instant came = modified(content);
            return came.isAfter(written) ? came : written;
        }
        return written;
    }

    private static Instant modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
    }
}
