package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RegistrationDigestTest {

    @Test
    void dependsOnTheSetAndNotOnItsHistory() {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Samples samples = new Samples(random, 1);
            List<ContentId> contents = new ArrayList<>();
            RegistrationDigest grown = new RegistrationDigest();
            for (int i = 0; i < 30; i++) {
                ContentId content = new ContentId(samples.hash(), i + 1);
                grown.add(content);
                if (random.nextBoolean()) {
                    grown.remove(content);
                } else {
                    contents.addFirst(content);
                }
            }
            RegistrationDigest fresh = new RegistrationDigest();
            contents.forEach(fresh::add);
            assertThat(List.of(grown.high(), grown.low(), (long) grown.count()))
                    .as("seed %d", seed)
                    .isEqualTo(List.of(fresh.high(), fresh.low(), (long) fresh.count()));
        }
    }

    @Test
    void tellsLengthsOfOneRootApart() {
        RegistrationDigest one = new RegistrationDigest();
        one.add(new ContentId(new Hash(1, 2, 3, 4), 5));
        RegistrationDigest other = new RegistrationDigest();
        other.add(new ContentId(new Hash(1, 2, 3, 4), 6));
        assertThat(one.low()).isNotEqualTo(other.low());
        assertThat(one.high()).isEqualTo(other.high());
    }
}
