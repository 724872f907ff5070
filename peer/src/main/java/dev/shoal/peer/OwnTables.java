package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.SegmentCutter;
import dev.shoal.content.SegmentTable;
import dev.shoal.store.HashedFile;
import dev.shoal.store.SimilarFile;
import dev.shoal.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The segment tables of files that are here: remembered ones where it is known what a file is, else cut now, on all
 * processors. Together they have at most as many segments as one table. Runs on the caller's thread, and waits there.
 */
final class OwnTables {

    private static final SegmentTable NOTHING = new SegmentTable.Builder().build();

    private final PeerNode node;
    private final BooleanSupplier isOver;

    /** Cuts nothing any more once it is over. */
    OwnTables(PeerNode node, BooleanSupplier isOver) {
        this.node = node;
        this.isOver = isOver;
    }

    /**
     * One table for each file, an empty one for what cannot be read or would be too much.
     *
     * @throws StoreException when it is over
     */
    List<SegmentTable> of(List<SimilarFile> files) {
        List<SegmentTable> tables = new ArrayList<>();
        int left = SegmentTable.MAX_SEGMENTS;
        for (SimilarFile file : files) {
            SegmentTable table = of(file, left);
            left -= table.count();
            tables.add(table);
        }
        return tables;
    }

    private SegmentTable of(SimilarFile file, int most) {
        try {
            if (file.length() / SegmentCutter.USUAL_BYTES <= most) {
                SegmentTable table = of(file);
                if (table.count() <= most) {
                    return table;
                }
            }
            node.events().detail(file.path() + " has too many segments to be compared.");
        } catch (IllegalArgumentException e) {
            node.events().detail(file.path() + " is not compared: " + e.getMessage());
        } catch (StoreException e) {
            if (isOver.getAsBoolean()) {
                throw e;
            }
            node.events().detail("Not compared: " + e.getMessage());
        }
        return NOTHING;
    }

    private SegmentTable of(SimilarFile file) {
        Optional<ContentId> content = content(file);
        Optional<SegmentTable> known = content.flatMap(node.tables()::remembered);
        if (known.isPresent()) {
            return known.get();
        }
        SegmentTable table = node.hasher()
                .segments(
                        file.length(),
                        (offset, target) -> {
                            if (isOver.getAsBoolean()) {
                                throw new StoreException("nobody waits for it any more");
                            }
                            file.read(offset, target);
                        },
                        Integer.MAX_VALUE);
        // What was written meanwhile is not of this content, and is nobody's business.
        file.checkUnchanged();
        content.ifPresent(id -> node.tables().remember(id, table));
        return table;
    }

    private Optional<ContentId> content(SimilarFile file) {
        return file.content()
                .or(() -> node.catalogIfThere()
                        .flatMap(catalog -> catalog.find(file.path(), file.stamp()))
                        .map(HashedFile::id));
    }
}
