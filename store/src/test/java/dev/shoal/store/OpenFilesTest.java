package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {

    @TempDir
    Path folder;

    private final List<Path> paths = new ArrayList<>();

    @BeforeEach
    void makeFiles() throws IOException {
        for (int i = 0; i < 20; i++) {
            paths.add(Files.write(folder.resolve("f" + i), new byte[] {(byte) i}));
        }
    }

    @Test
    void noMoreThanTheLimitAreOpen() throws IOException {
        try (OpenFiles files = new OpenFiles(3)) {
            for (int i = 0; i < 20; i++) {
                assertThat(read(files, i)).isEqualTo(i);
                assertThat(files.count()).isEqualTo(Math.min(3, i + 1));
            }
        }
    }

    @Test
    void theOneThatWasUsedLongestAgoIsClosed() throws IOException {
        try (OpenFiles files = new OpenFiles(2)) {
            FileChannel first = channel(files, 0);
            FileChannel second = channel(files, 1);
            assertThat(channel(files, 0)).isSameAs(first);
            channel(files, 2);
            assertThat(second.isOpen()).isFalse();
            assertThat(channel(files, 0)).isSameAs(first);
        }
    }

    @Test
    void whoReadsIsNotDisturbedAndAtTheLimitOthersAreToldSo() throws IOException {
        try (OpenFiles files = new OpenFiles(1, 20)) {
            files.read(0, paths.get(0), channel -> {
                assertThatThrownBy(() -> read(files, 1))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("all 1 files");
                files.drop(0);
                assertThat(channel.isOpen()).isTrue();
                assertThat(files.count()).isEqualTo(1);
            });
            assertThat(files.count()).isZero();
            assertThat(read(files, 1)).isEqualTo(1);
        }
    }

    @Test
    void aWaitingReaderGoesOnWhenAnotherIsDone() throws Exception {
        try (OpenFiles files = new OpenFiles(1)) {
            CountDownLatch reading = new CountDownLatch(1);
            Thread other = Thread.ofVirtual().unstarted(() -> {
                reading.countDown();
                assertThat(readQuietly(files, 1)).isEqualTo(1);
            });
            files.read(0, paths.get(0), channel -> {
                other.start();
                awaitQuietly(reading);
            });
            other.join();
            assertThat(files.count()).isEqualTo(1);
        }
    }

    @Test
    void manyThreadsShareFewPlaces() {
        OpenFiles files = new OpenFiles(3);
        Together.run(16, thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            for (int i = 0; i < 200; i++) {
                int file = random.nextInt(paths.size());
                if (random.nextInt(10) == 0) {
                    files.drop(file);
                }
                assertThat(readQuietly(files, file)).isEqualTo(file);
                assertThat(files.count()).isLessThanOrEqualTo(3);
            }
        });
        files.close();
        assertThat(files.count()).isZero();
    }

    @Test
    void aFileThatCannotBeOpenedTakesNoPlace() {
        try (OpenFiles files = new OpenFiles(1)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> files.read("none", folder.resolve("none"), channel -> {}))
                        .isInstanceOf(IOException.class);
            }
            assertThat(files.count()).isZero();
            assertThat(readQuietly(files, 0)).isZero();
        }
    }

    @Test
    void afterTheEndNothingIsOpened() {
        OpenFiles files = new OpenFiles(1);
        files.close();
        assertThatThrownBy(() -> read(files, 0)).isInstanceOf(ContentClosedException.class);
    }

    private FileChannel channel(OpenFiles files, int number) throws IOException {
        List<FileChannel> seen = new ArrayList<>();
        files.read(number, paths.get(number), seen::add);
        return seen.getFirst();
    }

    private int read(OpenFiles files, int number) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(1);
        files.read(
                number,
                paths.get(number),
                channel -> assertThat(channel.read(target, 0)).isEqualTo(1));
        return target.get(0);
    }

    private int readQuietly(OpenFiles files, int number) {
        try {
            return read(files, number);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
