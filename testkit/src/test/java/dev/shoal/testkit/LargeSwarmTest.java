package dev.shoal.testkit;

import org.junit.jupiter.api.Test;

/** One large swarm in which everything goes wrong that can. By itself, as it takes as long as all the small ones. */
class LargeSwarmTest {

    @Test
    void everyRuleHoldsInASwarmOfAThousand() {
        SwarmFaultsTest.check(1, 1_000);
    }
}
