package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFileTest {

    private static final int LENGTH = 300_000;

    @TempDir
    Path folder;

    private final OpenFiles openFiles = new OpenFiles(4);
    private final Samples sample = Samples.of(1, LENGTH);

    private Path path = Path.of("");
    private HashedFile hashed = new HashedFile(
            Path.of("/"), new FileStamp(0, 0, ""), Samples.of(0, 0).id(), new byte[0]);

    @BeforeEach
    void share() {
        path = sample.writeTo(folder.resolve("f"));
        hashed = new FileHasher(1).hash(path);
    }

    @AfterEach
    void close() {
        openFiles.close();
        assertThat(openFiles.count()).isZero();
    }

    @Test
    void itsBytesAreReadWhereTheyLie() {
        try (SharedFile file = new SharedFile(hashed, openFiles)) {
            assertThat(file.chunks().isFull()).isTrue();
            assertThat(file.holds(0)).isTrue();
            assertThat(file.holds(5)).isFalse();
            assertThat(file.chunkRow()).contains(sample.row());
            assertThat(openFiles.count())
                    .as("nothing is opened before it is read")
                    .isZero();
            Together.run(8, seed -> {
                SplittableRandom random = new SplittableRandom(seed);
                for (int i = 0; i < 50; i++) {
                    int from = random.nextInt(LENGTH);
                    int size = random.nextInt(LENGTH - from + 1);
                    assertThat(read(file, from, size)).isEqualTo(Arrays.copyOfRange(sample.bytes(), from, from + size));
                }
            });
            assertThat(openFiles.count()).isEqualTo(1);
        }
        assertThat(openFiles.count()).isZero();
    }

    @Test
    void pastTheEndIsNothingToRead() {
        try (SharedFile file = new SharedFile(hashed, openFiles)) {
            assertThatThrownBy(() -> read(file, LENGTH - 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> read(file, -1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> read(file, Long.MAX_VALUE, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aFileThatWasWrittenToIsNeverServedAgain() throws IOException {
        try (SharedFile file = new SharedFile(hashed, openFiles)) {
            read(file, 0, 10);
            Files.write(path, new byte[] {1}, StandardOpenOption.APPEND);
            assertThatThrownBy(() -> read(file, 0, 10))
                    .isInstanceOf(FileChangedException.class)
                    .hasMessageContaining("share it again");
            assertThat(file.chunks().isEmpty()).isTrue();
            assertThat(file.holds(0)).isFalse();
            Files.write(path, sample.bytes());
            Files.setLastModifiedTime(
                    path, FileTime.from(hashed.stamp().modifiedNanos(), java.util.concurrent.TimeUnit.NANOSECONDS));
            assertThat(hashed.isCurrent()).as("it looks as it did").isTrue();
            assertThatThrownBy(() -> read(file, 0, 10)).isInstanceOf(FileChangedException.class);
            assertThat(file.isIntact()).isFalse();
            assertThat(openFiles.count()).isZero();
        }
    }

    @Test
    void aFileThatWasReplacedOrRemovedIsNotServed() throws IOException {
        try (SharedFile file = new SharedFile(hashed, openFiles)) {
            read(file, 0, 10);
            Path other = Samples.of(2, LENGTH).writeTo(folder.resolve("other"));
            Files.setLastModifiedTime(other, Files.getLastModifiedTime(path));
            Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(() -> read(file, 0, 10)).isInstanceOf(FileChangedException.class);
        }
        HashedFile again = new FileHasher(1).hash(path);
        try (SharedFile file = new SharedFile(again, openFiles)) {
            Files.delete(path);
            assertThatThrownBy(() -> read(file, 0, 10)).isInstanceOf(FileChangedException.class);
        }
    }

    @Test
    void aComplaintShowsWhatNoStampShows() throws IOException {
        try (SharedFile file = new SharedFile(hashed, openFiles)) {
            assertThat(file.recheck(3)).isTrue();
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 200_000);
            }
            Files.setLastModifiedTime(
                    path, FileTime.from(hashed.stamp().modifiedNanos(), java.util.concurrent.TimeUnit.NANOSECONDS));
            assertThat(file.isIntact()).isTrue();
            assertThat(file.recheck(0)).isTrue();
            assertThat(file.recheck(3)).isFalse();
            assertThatThrownBy(() -> read(file, 0, 10))
                    .isInstanceOf(FileChangedException.class)
                    .hasMessageContaining("chunk 3");
            assertThatThrownBy(() -> file.recheck(5)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aClosedFileIsNotRead() {
        SharedFile file = new SharedFile(hashed, openFiles);
        file.close();
        assertThatThrownBy(() -> read(file, 0, 10)).isInstanceOf(ContentClosedException.class);
        assertThat(file.isIntact()).isFalse();
    }

    @Test
    void theInterruptOfOneThreadIsNotTheEndForOthers() {
        try (SharedFile file = new SharedFile(hashed, openFiles)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> read(file, 0, 10))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(read(file, 0, 10)).hasSize(10);
            assertThat(openFiles.count()).isEqualTo(1);
        }
    }

    @Test
    void aReadingThatFailsIsNoChangeAndTheNextOneMaySucceed() {
        AtomicInteger failures = new AtomicInteger();
        OpenFiles disk = new OpenFiles(
                4, 1_000, path -> new FailingChannel(FileChannel.open(path, StandardOpenOption.READ), failures));
        try (disk;
                SharedFile file = new SharedFile(hashed, disk)) {
            assertThat(read(file, 0, LENGTH)).isEqualTo(sample.bytes());
            failures.set(2);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> read(file, 70_000, 10))
                        .isInstanceOf(StoreException.class)
                        .isNotInstanceOf(FileChangedException.class)
                        .hasMessageContaining("Input/output error");
            }
            assertThat(file.isIntact()).isTrue();
            assertThat(file.chunks().isFull()).isTrue();
            assertThat(read(file, 0, LENGTH)).isEqualTo(sample.bytes());
        }
        assertThat(disk.count()).isZero();
    }

    private static byte[] read(SharedFile file, long offset, int size) {
        ByteBuffer target = ByteBuffer.allocate(size);
        file.read(offset, target);
        assertThat(target.hasRemaining()).isFalse();
        return target.array();
    }
}
