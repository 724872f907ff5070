package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {

    private static final long DAY_SECONDS = 86_400;

    @TempDir
    Path folder;

    private final FileHasher hasher = new FileHasher(1);
    private final AtomicLong seconds = new AtomicLong(1_000_000_000);

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void whatIsRememberedSurvivesTheProcess() {
        HashedFile file = file(1, 70_000);
        try (Catalog catalog = open(100)) {
            catalog.remember(file);
        }
        try (Catalog catalog = open(100)) {
            assertThat(catalog.find(file.path(), file.stamp())).contains(file);
            assertThat(catalog.find(file.path(), file.stamp()).orElseThrow().chunkRow())
                    .isEqualTo(file.chunkRow());
            assertThat(catalog.findByContent(file.id())).containsExactly(file);
        }
    }

    @Test
    void anUnchangedFileIsNotHashedAgain() throws IOException {
        Path path = Samples.of(1, 70_000).writeTo(folder.resolve("f"));
        AtomicLong hashed = new AtomicLong();
        try (Catalog catalog = open(100)) {
            HashedFile first = catalog.hash(path, hasher, bytes -> hashed.incrementAndGet());
            assertThat(hashed).hasPositiveValue();
            hashed.set(0);
            assertThat(catalog.hash(path, hasher, bytes -> hashed.incrementAndGet()))
                    .isEqualTo(first);
            assertThat(hashed).hasValue(0);
            Files.write(path, new byte[] {1}, StandardOpenOption.APPEND);
            assertThat(catalog.find(path, FileStamp.of(path))).isEmpty();
            assertThat(catalog.findByContent(first.id())).isEmpty();
            assertThat(catalog.hash(path, hasher, HashProgress.UNSEEN).id()).isNotEqualTo(first.id());
            assertThat(catalog.count()).isEqualTo(1);
            catalog.forget(path);
            assertThat(catalog.count()).isZero();
        }
    }

    @Test
    void whatWasNotUsedForLongestIsForgottenFirst() {
        HashedFile kept = file(0, 10);
        try (Catalog catalog = open(5)) {
            catalog.remember(kept);
            for (int i = 1; i <= 8; i++) {
                seconds.addAndGet(DAY_SECONDS);
                assertThat(catalog.find(kept.path(), kept.stamp())).isPresent();
                catalog.remember(file(i, 10));
                assertThat(catalog.count()).isEqualTo(Math.min(5, i + 1));
            }
            assertThat(catalog.find(kept.path(), kept.stamp())).isPresent();
            assertThat(catalog.findByContent(Samples.of(1, 10).id())).isEmpty();
            assertThat(catalog.findByContent(Samples.of(8, 10).id())).hasSize(1);
        }
    }

    @Test
    void aLargerCatalogCountsNowAndThen() {
        try (Catalog catalog = open(32)) {
            for (int i = 0; i < 60; i++) {
                catalog.remember(file(i, 1));
                assertThat(catalog.count()).isLessThanOrEqualTo(32 + 2);
            }
        }
        try (Catalog catalog = open(8)) {
            catalog.remember(file(100, 1));
            assertThat(catalog.count())
                    .as("a smaller limit holds from the first addition")
                    .isEqualTo(8);
        }
    }

    @Test
    void aFewCopiesOfAContentAreEnough() throws IOException {
        try (Catalog catalog = open(100)) {
            for (int i = 0; i < Catalog.MAX_COPIES + 4; i++) {
                Path path = Files.write(folder.resolve("copy" + i), new byte[] {7});
                catalog.remember(hasher.hash(path));
            }
            assertThat(catalog.findByContent(Samples.of(new byte[] {7}).id())).hasSize(Catalog.MAX_COPIES);
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsMovedAside() throws IOException {
        Path database =
                Files.write(folder.resolve("peer.db"), Samples.of(1, 50_000).bytes());
        Files.write(folder.resolve("peer.db-wal"), Samples.of(2, 50_000).bytes());
        HashedFile file = file(1, 10);
        try (Catalog catalog = open(100)) {
            catalog.remember(file);
            assertThat(catalog.find(file.path(), file.stamp())).isPresent();
        }
        assertThat(database.resolveSibling("peer.db" + Catalog.ASIDE)).hasSize(50_000);
    }

    @Test
    void aDatabaseOfANewerShoalIsMovedAside() {
        try (Catalog catalog = open(100)) {
            catalog.remember(file(1, 10));
        }
        try (SqliteDatabase database =
                SqliteDatabase.open(folder.resolve("peer.db"), "nowhere", 1, SqliteDatabase.Durability.NOW_AND_THEN)) {
            database.transaction(handle -> handle.execute("PRAGMA user_version = 99"));
        }
        try (Catalog catalog = open(100)) {
            assertThat(catalog.count()).isZero();
        }
        assertThat(folder.resolve("peer.db" + Catalog.ASIDE)).exists();
    }

    @Test
    void damageThatShowsLaterIsSurvivedToo() throws IOException {
        try (Catalog catalog = open(2000)) {
            for (int i = 0; i < 300; i++) {
                catalog.remember(file(i, 1));
            }
        }
        Path database = folder.resolve("peer.db");
        try (FileChannel channel = FileChannel.open(database, StandardOpenOption.WRITE)) {
            // The first page says that all is well; what it points to does not.
            ByteBuffer noise =
                    ByteBuffer.wrap(Samples.of(1, (int) channel.size() - 4096).bytes());
            channel.write(noise, 4096);
        }
        HashedFile file = file(1, 1);
        try (Catalog catalog = open(2000)) {
            Together.run(8, i -> catalog.remember(file));
            assertThat(catalog.find(file.path(), file.stamp())).contains(file);
            assertThat(catalog.count()).isEqualTo(1);
        }
        assertThat(database.resolveSibling("peer.db" + Catalog.ASIDE)).exists();
    }

    @Test
    void aRowThatDoesNotLeadToTheRootIsNotBelieved() {
        HashedFile file = file(1, 200_000);
        byte[] wrong = file.chunkRow().clone();
        wrong[40] ^= 1;
        try (Catalog catalog = open(100)) {
            catalog.remember(new HashedFile(file.path(), file.stamp(), file.id(), wrong));
            assertThat(catalog.findByContent(file.id())).isEmpty();
            assertThat(catalog.find(file.path(), file.stamp())).isEmpty();
            assertThat(catalog.count()).isZero();
        }
    }

    @Test
    void severalThreadsUseIt() {
        try (Catalog catalog = open(1000)) {
            Together.run(100, i -> {
                HashedFile file = file(i, 10);
                catalog.remember(file);
                assertThat(catalog.findByContent(file.id())).containsExactly(file);
            });
            assertThat(catalog.count()).isEqualTo(100);
        }
    }

    private Catalog open(int maxFiles) {
        return Catalog.open(folder.resolve("peer.db"), maxFiles, () -> Instant.ofEpochSecond(seconds.get()));
    }

    private HashedFile file(int number, int length) {
        return hasher.hash(Samples.of(number, length).writeTo(folder.resolve("file" + number)));
    }
}
