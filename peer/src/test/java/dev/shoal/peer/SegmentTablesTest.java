package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.store.FileHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.HashedFile;
import dev.shoal.store.KeptTables;
import dev.shoal.store.OpenFiles;
import dev.shoal.store.PartialFile;
import dev.shoal.store.SharedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentTablesTest {

    @TempDir
    Path folder;

    private final OpenFiles openFiles = new OpenFiles();
    private final FileHasher hasher = new FileHasher(2);
    private HashedFile file;

    @BeforeEach
    void hash() throws IOException {
        byte[] data = new byte[300_000];
        new SplittableRandom(1).nextBytes(data);
        file = hasher.hash(Files.write(folder.resolve("file"), data));
    }

    @AfterEach
    void close() {
        openFiles.close();
        hasher.close();
    }

    private SegmentTables tables() {
        return new SegmentTables(hasher, new KeptTables(folder.resolve("segments")));
    }

    private static SegmentTables.Found await(SegmentTables tables, Served served) {
        Awaitility.await().until(() -> tables.find(served) instanceof SegmentTables.Found);
        return (SegmentTables.Found) tables.find(served);
    }

    @Test
    void tableIsMadeWhenItIsAskedForAndKept() throws IOException {
        Served served = new Served(new SharedFile(file, openFiles));
        try (SegmentTables tables = tables()) {
            assertThat(tables.find(served)).isInstanceOf(SegmentTables.Later.class);
            assertThat(await(tables, served).table().length()).isEqualTo(300_000);
            assertThat(tables.remembered(file.id()))
                    .contains(await(tables, served).table());
        }
        // What is kept needs no file.
        Files.delete(file.path());
        try (SegmentTables tables = tables()) {
            assertThat(await(tables, served).table().length()).isEqualTo(300_000);
        }
    }

    @Test
    void whatIsNotHereAsAWholeHasNoTable() {
        ContentId content = file.id();
        PartialFile part = PartialFile.openNameless(folder.resolve("parts"), content, hasher, HashProgress.UNSEEN);
        try (SegmentTables tables = tables()) {
            assertThat(tables.find(new Served(part))).isInstanceOf(SegmentTables.Never.class);
        } finally {
            part.discard();
        }
    }

    @Test
    void whatCannotBeReadIsToldAndNotTriedAgainAtOnce() throws Exception {
        Served served = new Served(new SharedFile(file, openFiles));
        Files.writeString(file.path(), "changed");
        BlockingQueue<Served> told = new LinkedBlockingQueue<>();
        try (SegmentTables tables = tables()) {
            tables.whenUnreadable((place, cause) -> told.add(place));
            assertThat(tables.find(served)).isInstanceOf(SegmentTables.Later.class);
            assertThat(told.poll(60, TimeUnit.SECONDS)).isSameAs(served);
            assertThat(tables.find(served)).isInstanceOf(SegmentTables.Never.class);
        }
    }

    @Test
    void noneIsMadeAfterTheEnd() {
        SegmentTables tables = tables();
        tables.close();
        assertThat(tables.find(new Served(new SharedFile(file, openFiles)))).isInstanceOf(SegmentTables.Never.class);
    }
}
