package dev.shoal.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RarityPoolTest {

    @Test
    void picksOneOfTheRarestThatTheSourceHas() {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int chunks = random.nextInt(1, 300);
            RarityPool pool = new RarityPool(chunks, random);
            int[] holders = new int[chunks];
            Set<Integer> inPool = new HashSet<>();
            Bits has = new Bits(chunks);
            for (int step = 0; step < 600; step++) {
                int chunk = random.nextInt(chunks);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        pool.put(chunk);
                        inPool.add(chunk);
                    }
                    case 1 -> {
                        pool.take(chunk);
                        inPool.remove(chunk);
                    }
                    case 2 -> has.add(chunk);
                    default -> {
                        int by = holders[chunk] > 0 && random.nextBoolean() ? -1 : 1;
                        holders[chunk] += by;
                        pool.holdersChanged(chunk, by);
                    }
                }
                int least = inPool.stream()
                        .filter(has::contains)
                        .mapToInt(each -> holders[each])
                        .min()
                        .orElse(-1);
                int picked = pool.pickRarest(has);
                assertThat(picked < 0 ? -1 : holders[picked])
                        .as("seed %d", seed)
                        .isEqualTo(least);
                assertThat(pool.size()).isEqualTo(inPool.size());
            }
        }
    }

    @Test
    void tiesAreBrokenAtRandomWithTheSameChance() {
        RarityPool pool = new RarityPool(200, new SplittableRandom(5));
        Bits has = new Bits(200);
        for (int chunk : new int[] {0, 1, 63, 64, 150, 199}) {
            pool.put(chunk);
            has.add(chunk);
        }
        int[] picks = new int[200];
        for (int i = 0; i < 6000; i++) {
            picks[pool.pickRarest(has)]++;
        }
        assertThat(List.of(picks[0], picks[1], picks[63], picks[64], picks[150], picks[199]))
                .allSatisfy(count -> assertThat(count).isBetween(850, 1150));
    }

    @Test
    void theEarliestIsTheFirstOfTheStretch() {
        RarityPool pool = new RarityPool(500, new SplittableRandom(5));
        Bits has = new Bits(500);
        for (int chunk : new int[] {70, 130, 400}) {
            pool.put(chunk);
            has.add(chunk);
        }
        assertThat(pool.pickEarliest(has, 0, 500)).isEqualTo(70);
        assertThat(pool.pickEarliest(has, 71, 130)).isEqualTo(-1);
        assertThat(pool.pickEarliest(has, 71, 131)).isEqualTo(130);
        assertThat(pool.pickEarliest(has, 131, 1000)).isEqualTo(400);
        assertThat(pool.pickEarliest(has, 401, 1000)).isEqualTo(-1);
    }
}
