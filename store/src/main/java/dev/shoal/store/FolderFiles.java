package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import dev.shoal.content.FolderLayout;
import dev.shoal.content.FolderListing;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Where the files of a folder's version are that have come from the network: each under the first path that has it. */
final class FolderFiles {

    private final FolderListing listing;
    private final FolderLayout layout;
    private final Path tree;

    FolderFiles(FolderListing listing, Path tree) {
        this.listing = listing;
        this.layout = new FolderLayout(listing);
        this.tree = tree;
    }

    /** Where the files of contents would be; some may be there in part, or not at all. */
    Map<ContentId, Path> of(Set<ContentId> contents) {
        Map<ContentId, Path> files = new HashMap<>();
        for (int place = 0; place < layout.placeCount(); place++) {
            if (listing.entries().get(layout.firstEntry(place)) instanceof FolderEntry.File file
                    && contents.contains(file.content())) {
                files.put(file.content(), tree.resolve(file.path()));
            }
        }
        return files;
    }

    /** Those of which all chunks have come. */
    Map<ContentId, Path> complete(Set<ContentId> contents, PartialFile part) {
        Map<ContentId, Path> files = of(contents);
        for (int place = 0; place < layout.placeCount(); place++) {
            if (listing.entries().get(layout.firstEntry(place)) instanceof FolderEntry.File file
                    && files.containsKey(file.content())
                    && !holds(part, layout.start(place), layout.length(place))) {
                files.remove(file.content());
            }
        }
        return files;
    }

    private static boolean holds(PartialFile part, long start, long length) {
        int chunkBytes = part.layout().chunkBytes();
        long last = (start + length - 1) / chunkBytes;
        for (long chunk = start / chunkBytes; chunk <= last; chunk++) {
            if (!part.holds((int) chunk)) {
                return false;
            }
        }
        return true;
    }
}
