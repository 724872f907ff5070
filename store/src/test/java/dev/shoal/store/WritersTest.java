package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shoal.store.Writers.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether somebody writes to a file, as the system tells. */
class WritersTest {

    private static final int TIMES = 2_000;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("file, ä"), "text");
        assumeTrue(Writers.of(file) != Answer.UNKNOWN, "this system or disk cannot be asked");
    }

    @Test
    void whoHasItOpenToWriteIsSeenUntilItIsClosed() throws IOException {
        assertThat(Writers.of(file)).isEqualTo(Answer.NONE);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(Writers.of(file)).isEqualTo(Answer.SOME);
            assertThat(out.write(ByteBuffer.wrap(new byte[1]))).isEqualTo(1);
            assertThat(Writers.of(file)).isEqualTo(Answer.SOME);
        }
        assertThat(Writers.of(file)).isEqualTo(Answer.NONE);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThat(Writers.of(file)).isEqualTo(Answer.NONE);
            assertThat(in.size()).isEqualTo(4);
        }
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThat(Writers.of(link)).isEqualTo(Answer.NONE);
        try (FileChannel out = FileChannel.open(link, StandardOpenOption.WRITE)) {
            assertThat(Writers.of(link)).isEqualTo(Answer.SOME);
            assertThat(out.size()).isEqualTo(4);
        }
    }

    @Test
    void ofWhatIsNotThereNothingIsKnown() {
        assertThat(Writers.of(folder.resolve("nothing"))).isEqualTo(Answer.UNKNOWN);
    }

    /** Whoever opens the file in the moment of the lease has the system send a signal, which must not end anybody. */
    @Test
    void whoOpensItMeanwhileIsLetInAndNobodyEnds() throws Exception {
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<Integer> writing = other.submit(() -> {
                int opened = 0;
                for (; opened < TIMES; opened++) {
                    Files.writeString(file, "text");
                }
                return opened;
            });
            int asked = 0;
            while (!writing.isDone() || asked < TIMES) {
                assertThat(Writers.of(file)).isNotEqualTo(Answer.UNKNOWN);
                asked++;
            }
            assertThat(writing.get()).isEqualTo(TIMES);
        }
        assertThat(Writers.of(file)).isEqualTo(Answer.NONE);
    }
}
