package dev.shoal.peer;

import dev.shoal.content.ContentId;
import dev.shoal.content.SegmentTable;
import dev.shoal.store.FileChangedException;
import dev.shoal.store.HashedFile;
import dev.shoal.store.SimilarFile;
import dev.shoal.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The segment tables of files that are here: remembered ones where it is known what a file is, else cut now, on all
 * processors. Runs on the caller's thread, and waits there.
 */
final class OwnTables {

    private final PeerNode node;
    private final BooleanSupplier isOver;

    /** Cuts nothing any more once it is over. */
    OwnTables(PeerNode node, BooleanSupplier isOver) {
        this.node = node;
        this.isOver = isOver;
    }

    /**
     * One table for each file, an empty one for what cannot be read.
     *
     * @throws IllegalArgumentException when there are more segments than a table has
     */
    List<SegmentTable> of(List<SimilarFile> files) {
        List<SegmentTable> tables = new ArrayList<>();
        for (SimilarFile file : files) {
            tables.add(of(file));
        }
        return tables;
    }

    private SegmentTable of(SimilarFile file) {
        try {
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
            content.ifPresent(id -> node.tables().remember(id, table));
            return table;
        } catch (FileChangedException e) {
            return new SegmentTable.Builder().build();
        }
    }

    private Optional<ContentId> content(SimilarFile file) {
        return node.catalogIfThere()
                .flatMap(catalog -> catalog.find(file.path(), file.stamp()))
                .map(HashedFile::id);
    }
}
