package dev.shoal.store;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A process to be killed: downloads a content to a folder, again and again, and prints each run of chunks once it is
 * durable. {@code open}, {@code durable FIRST COUNT} and {@code finished} are its lines. After its first {@code open}
 * it waits for a line, so that what opens the same file meanwhile certainly meets it.
 */
public final class PartWriter {

    static final int LENGTH = 20 * 65_536 + 777;

    private PartWriter() {}

    /** Takes the folder and a seed. */
    public static void main(String[] arguments) throws IOException {
        @Nullable BufferedReader leave = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Path folder = Path.of(arguments[0]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
        try (FileHasher hasher = new FileHasher(2)) {
            for (int number = 0; ; number++) {
                TargetPath target = new TargetPath(folder.resolve("f" + number));
                Samples sample = Samples.of(number, LENGTH);
                if (target.existing(sample.id(), hasher::hash).isEmpty()) {
                    PartialFile part = PartialFile.open(target, sample.id(), hasher, HashProgress.UNSEEN);
                    say("open");
                    if (leave != null) {
                        leave.readLine();
                        leave = null;
                    }
                    download(part, sample, random);
                }
            }
        }
    }

    private static void download(PartialFile part, Samples sample, SplittableRandom random) {
        part.recordChunkRow(sample.row(), HashProgress.UNSEEN);
        while (!part.chunks().isFull()) {
            int chunk = random.nextInt(sample.layout().chunkCount());
            part.write(chunk, sample.chunk(chunk));
            if (random.nextInt(4) == 0) {
                tell(part.checkpoint());
            }
        }
        part.finish();
        say("finished");
        part.close();
    }

    private static void tell(ChunkSet durable) {
        for (ChunkRun run : durable.runs()) {
            say("durable " + run.first() + " " + run.count());
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
