package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileHasherTest {

    private static final int LARGE = 5_000_000;

    @TempDir
    Path folder;

    private final FileHasher hasher = new FileHasher(3);

    @AfterEach
    void close() {
        hasher.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_384, 16_385, 65_536, 65_537, 1_048_576, 1_048_577, LARGE})
    void aFileHasTheIdentityOfItsBytes(int length) {
        Samples sample = Samples.of(length, length);
        HashedFile hashed = hasher.hash(sample.writeTo(folder.resolve("f")));
        assertThat(hashed.id()).isEqualTo(sample.id());
        assertThat(hashed.chunkRow()).isEqualTo(sample.row());
        assertThat(hashed.isCurrent()).isTrue();
    }

    @Test
    void chunksOfManyPiecesAreHashedWhole() throws IOException {
        Path file = folder.resolve("holes");
        long length = 3L << 30;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), length - 1);
        }
        assertThatThrownBy(() -> hasher.hash(file, bytes -> {
                    assertThat(bytes).isEqualTo(1 << 20);
                    throw new CancellationException("seen enough");
                }))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void progressRisesToTheLength() {
        Samples sample = Samples.of(1, LARGE);
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        hasher.hash(sample.writeTo(folder.resolve("f")), seen::add);
        assertThat(seen).isSorted().hasSize(sample.layout().chunkCount()).endsWith((long) LARGE);
    }

    @Test
    void whoeverWatchesCanEndIt() {
        Path file = Samples.of(1, LARGE).writeTo(folder.resolve("f"));
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        assertThatThrownBy(() -> hasher.hash(file, bytes -> {
                    seen.add(bytes);
                    throw new CancellationException("enough");
                }))
                .isInstanceOf(CancellationException.class)
                .hasMessage("enough");
        assertThat(seen).hasSize(1);
        assertThat(hasher.hash(file).id().length()).isEqualTo(LARGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, LARGE})
    void aFileThatIsWrittenMeanwhileIsRefused(int length) {
        Path file = Samples.of(1, length).writeTo(folder.resolve("f"));
        assertThatThrownBy(() -> hasher.hash(file, bytes -> append(file)))
                .isInstanceOf(FileChangedException.class)
                .hasMessageContaining("changed while it was hashed");
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, LARGE})
    void aFileThatIsCutMeanwhileIsRefused(int length) {
        Path file = Samples.of(1, length).writeTo(folder.resolve("f"));
        assertThatThrownBy(() -> hasher.hash(file, bytes -> cut(file))).isInstanceOf(FileChangedException.class);
    }

    @Test
    void severalThreadsHashAtOnce() {
        Together.run(12, i -> {
            Samples sample = Samples.of(i, 200_000 * (i + 1));
            Path file = sample.writeTo(folder.resolve("f" + i));
            assertThat(hasher.hash(file).id()).isEqualTo(sample.id());
        });
    }

    @Test
    void whatCannotBeHashedSaysWhy() {
        assertThatThrownBy(() -> hasher.hash(folder))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("is a folder");
        assertThatThrownBy(() -> hasher.hash(folder.resolve("none")))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("no such file");
    }

    private static void append(Path file) {
        try {
            Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void cut(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(10);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
