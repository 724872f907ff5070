package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed without warning while they download. */
class PartKillTest {

    private static final int KILLS = 20;
    private static final int MAX_MILLIS = 60;

    @TempDir
    Path folder;

    private final FileHasher hasher = new FileHasher(2);

    /** What the processes told of the download that was not finished yet: its number, and its durable chunks. */
    private int number;

    private int checked;

    private ChunkSet durable = new ChunkSet(
            new PartFormat(Samples.of(0, PartWriter.LENGTH).id()).layout().chunkCount());

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void killedAtAnyMomentNothingWrongIsBelievedAndNothingToldIsLost() throws Exception {
        SplittableRandom random = new SplittableRandom(20);
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start(kill);
            try (BufferedReader lines = process.inputReader()) {
                hear(Objects.requireNonNull(lines.readLine()));
                if (kill == 0) {
                    assertLocked(process.pid());
                }
                try (Writer leave = process.outputWriter()) {
                    leave.write("go on\n");
                }
                process.waitFor(random.nextInt(MAX_MILLIS), TimeUnit.MILLISECONDS);
                // By its handle: the process itself would close the stream that is still to be read.
                process.toHandle().destroyForcibly();
                lines.lines().forEach(this::hear);
            }
            assertThat(process.waitFor()).as("killed, not failed").isEqualTo(128 + 9);
            check("kill " + kill);
        }
        assertThat(number).as("downloads that were finished").isPositive();
    }

    private Process start(int seed) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PartWriter.class.getName(),
                        folder.toString(),
                        Integer.toString(seed))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The last line may be cut short. */
    private void hear(String line) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "finished" -> {
                number++;
                durable = new ChunkSet(durable.size());
            }
            case "durable" -> {
                // Of a number that was cut short, the first digits are still not more than was meant.
                if (words.length == 3 && !words[2].isEmpty()) {
                    durable.add(new ChunkRun(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
                }
            }
            default -> assertThat("open").startsWith(line);
        }
    }

    private void assertLocked(long pid) {
        assertThatThrownBy(() -> open(number))
                .isInstanceOf(PartInUseException.class)
                .hasMessageContaining(Files.exists(Path.of("/proc/locks")) ? "process " + pid : "another process");
    }

    private PartialFile open(int which) {
        return PartialFile.open(target(which), sample(which).id(), hasher, HashProgress.UNSEEN);
    }

    /** Looks at what the killed process left, without changing it for the next one. */
    private void check(String when) {
        for (; checked < number; checked++) {
            assertThat(target(checked).file())
                    .as(when)
                    .hasBinaryContent(sample(checked).bytes());
        }
        if (target(number).existing(sample(number).id(), hasher::hash).isPresent()) {
            // It was finished, but killed before it could say so.
            number++;
            durable = new ChunkSet(durable.size());
            return;
        }
        try (PartialFile part = open(number)) {
            ChunkSet believed = part.chunks();
            Samples sample = sample(number);
            for (int chunk = believed.next(0); chunk >= 0; chunk = believed.next(chunk + 1)) {
                ByteBuffer there = ByteBuffer.allocate(part.layout().size(chunk));
                part.read(part.layout().offset(chunk), there);
                assertThat(there.flip()).as("chunk %d, %s", chunk, when).isEqualTo(sample.chunk(chunk));
            }
            for (int chunk = durable.next(0); chunk >= 0; chunk = durable.next(chunk + 1)) {
                assertThat(believed.contains(chunk))
                        .as("chunk %d, %s", chunk, when)
                        .isTrue();
            }
        }
    }

    private TargetPath target(int which) {
        return new TargetPath(folder.resolve("f" + which));
    }

    private static Samples sample(int which) {
        return Samples.of(which, PartWriter.LENGTH);
    }
}
