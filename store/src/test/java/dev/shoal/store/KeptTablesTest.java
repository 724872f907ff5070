package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.SegmentHash;
import dev.shoal.content.SegmentTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTablesTest {

    @TempDir
    private Path folder;

    private Instant now = Instant.ofEpochSecond(1_000_000);

    private KeptTables tables(long maxBytes) {
        return tables(maxBytes, KeptTables.MAX_TABLES);
    }

    private KeptTables tables(long maxBytes, int maxTables) {
        InstantSource clock = () -> now = now.plusSeconds(1);
        return new KeptTables(folder.resolve("segments"), maxBytes, maxTables, clock);
    }

    private static SegmentTable table(int segments) {
        SegmentTable.Builder table = new SegmentTable.Builder();
        for (int i = 0; i < segments; i++) {
            table.add(10_000, new SegmentHash(i, i));
        }
        return table.build();
    }

    private static ContentId content(int number, long length) {
        return new ContentId(new Hash(number, 0, 0, 1), length);
    }

    @Test
    void whatIsKeptIsFound() {
        KeptTables tables = tables(10_000);
        SegmentTable table = table(7);
        ContentId content = content(1, table.length());
        assertThat(tables.find(content)).isEmpty();
        tables.keep(content, table);
        assertThat(tables.find(content)).contains(table);
        assertThat(tables(10_000).find(content)).contains(table);
        assertThat(tables.find(content(2, table.length()))).isEmpty();
    }

    @Test
    void whatIsDamagedOrOfAnotherLengthIsNotFound() throws IOException {
        KeptTables tables = tables(10_000);
        ContentId content = content(1, 70_001);
        tables.keep(content, table(7));
        assertThat(tables.find(content)).isEmpty();
        Path file = folder.resolve("segments").resolve(content(3, 70_000) + ".segments");
        Files.write(file, new byte[7 * 14 - 1]);
        assertThat(tables.find(content(3, 70_000))).isEmpty();
    }

    @Test
    void onlySomeAreKeptAndNoneOfWhatIsFetchedSoonerThanIt() throws IOException {
        KeptTables tables = tables(1_000_000, 3);
        SegmentTable table = table(7);
        for (int number = 0; number < 5; number++) {
            tables.keep(content(number, table.length()), table);
        }
        // Nobody has used them: the disk's clock may be too coarse to tell which is the oldest.
        try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
            assertThat(files).hasSize(3);
        }
        assertThat(tables.find(content(4, table.length()))).isPresent();
        SegmentTable small = table(6);
        tables.keep(content(9, small.length()), small);
        assertThat(tables.find(content(9, small.length()))).isEmpty();
    }

    @Test
    void thoseThatWereUsedLongestAgoMakeRoom() throws IOException {
        KeptTables tables = tables(3 * 140);
        SegmentTable table = table(10);
        List<ContentId> contents = Stream.of(1, 2, 3, 4)
                .map(number -> content(number, table.length()))
                .toList();
        contents.subList(0, 3).forEach(content -> {
            tables.keep(content, table);
            tables.find(content);
        });
        assertThat(tables.find(contents.getFirst())).isPresent();
        tables.keep(contents.get(3), table);
        assertThat(tables.find(contents.get(1))).isEmpty();
        assertThat(tables.find(contents.get(0))).isPresent();
        assertThat(tables.find(contents.get(3))).isPresent();
        tables.keep(content(5, 310_000), table(31));
        assertThat(tables.find(content(5, 310_000))).isEmpty();
        try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
            assertThat(files).hasSize(3);
        }
    }
}
