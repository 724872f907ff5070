package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What fuzzing has found and kept is tried again, and some thousand inputs that are made of it; {@code bench/run fuzz}
 * looks for more.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class FuzzReplayTest {

    @ParameterizedTest
    @EnumSource
    void whatIsKeptAndWhatIsMadeOfItHarmsNobody(FuzzTarget target) throws IOException {
        List<byte[]> kept = FuzzCorpus.read(FuzzCorpus.file(root(), target));
        assertThat(kept).isNotEmpty();
        kept.forEach(input -> run(target, input, "kept"));
        long seed = System.nanoTime();
        Mutation mutation = new Mutation(new SplittableRandom(seed), kept);
        for (int number = 0; number < target.mutations(); number++) {
            run(target, mutation.next(), "number " + number + " of seed " + seed);
        }
    }

    private static void run(FuzzTarget target, byte[] input, String which) {
        try {
            target.run(input);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    target.label() + ", " + which + ": " + Base64.getEncoder().encodeToString(input), e);
        }
    }

    private static Path root() {
        return Path.of(System.getProperty(Program.ROOT_PROPERTY, "")).toAbsolutePath();
    }
}
