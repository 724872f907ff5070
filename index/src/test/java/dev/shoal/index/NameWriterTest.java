package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameWriterTest {

    @Test
    void aTaskForWhichThereWasNoMemoryFailsAloneAndTheNextOneIsWritten(@TempDir Path folder) throws Exception {
        try (IndexDatabase database = IndexDatabase.open(folder)) {
            NameWriter writer = new NameWriter(database.connect());
            try {
                CompletableFuture<Long> failing = writer.submit(tables -> {
                    throw new OutOfMemoryError("none for this test");
                });
                assertThatThrownBy(() -> failing.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(OutOfMemoryError.class);
                assertThat(writer.submit(NameTables::count).get(60, TimeUnit.SECONDS))
                        .isZero();
            } finally {
                writer.close();
            }
        }
    }
}
