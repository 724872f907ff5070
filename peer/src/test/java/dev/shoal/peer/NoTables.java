package dev.shoal.peer;

import dev.shoal.store.FileHasher;
import dev.shoal.store.KeptTables;
import java.nio.file.Path;

/** The segment tables of a peer that makes none. */
final class NoTables {

    private NoTables() {}

    static SegmentTables of() {
        SegmentTables tables = new SegmentTables(new FileHasher(1), new KeptTables(Path.of("no", "such", "folder")));
        tables.close();
        return tables;
    }
}
