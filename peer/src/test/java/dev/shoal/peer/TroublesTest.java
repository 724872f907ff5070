package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.protocol.PeerId;
import dev.shoal.swarm.DropReason;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class TroublesTest {

    private static final PeerId PEER = new PeerId(new Hash(1, 2, 3, 4));
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Troubles troubles = new Troubles();

    /** How often in ten minutes a source is tried that always fails. */
    private int tries(LongConsumer failure) {
        return tries(false, failure);
    }

    private int tries(boolean alone, LongConsumer failure) {
        int tries = 0;
        for (long now = 0; now < 10 * MINUTE; now += TimeUnit.MILLISECONDS.toNanos(500)) {
            if (!troubles.isShunned(PEER, alone, now)) {
                tries++;
                failure.accept(now);
            }
        }
        return tries;
    }

    @Test
    void whoEndsEachHandleIsTriedLessAndLessOften() {
        assertThat(tries(now -> troubles.endedHandle(PEER, false, false, 0, now)))
                .isBetween(10, 16);
    }

    @Test
    void whoIsAlwaysBusyIsTriedLessAndLessOftenAndIsWorthWaitingFor() {
        assertThat(tries(now -> troubles.endedHandle(PEER, false, true, 0, now)))
                .isBetween(10, 16);
        assertThat(troubles.isBusy(PEER)).isTrue();
        troubles.endedHandle(PEER, false, false, 0, 0);
        assertThat(troubles.isBusy(PEER)).isFalse();
    }

    @Test
    void whoEndsEachConnectionIsTriedLessAndLessOften() {
        assertThat(tries(now -> troubles.endedLink(PEER, false, PeerLink.Ending.BYE, "", now)))
                .isBetween(10, 16);
        assertThat(troubles.sentences().get(PEER)).contains("said good-bye");
    }

    @Test
    void whoFallsSilentOnTwoConnectionsFailedOnce() {
        assertThat(troubles.dropped(PEER, DropReason.STALLED, 0)).isTrue();
        assertThat(troubles.dropped(PEER, DropReason.STALLED, 1)).as("news").isFalse();
        assertThat(troubles.isShunned(PEER, false, 30 * SECOND + 1)).isFalse();
        assertThat(troubles.isShunned(PEER, true, SECOND / 2)).isTrue();
        assertThat(troubles.isShunned(PEER, true, SECOND + 1)).isFalse();
    }

    @Test
    void theOnlySourceIsTriedAgainWithinSecondsHoweverOftenTheLineFailed() {
        assertThat(tries(true, now -> troubles.dropped(PEER, DropReason.STALLED, now)))
                .isBetween(70, 80);
        long now = 10 * MINUTE;
        troubles.dropped(PEER, DropReason.STALLED, now);
        assertThat(troubles.isShunned(PEER, true, now + Troubles.LONGEST_PAUSE_ALONE_NANOS))
                .isFalse();
        assertThat(troubles.isShunned(PEER, false, now + Troubles.LONGEST_PAUSE_ALONE_NANOS))
                .isTrue();
        troubles.isOfUse(PEER);
        assertThat(troubles.isShunned(PEER, false, now)).isFalse();
        assertThat(troubles.dropped(PEER, DropReason.STALLED, now)).as("news").isTrue();
    }

    @Test
    void whoHasNothingIsNotAskedSoonerForBeingTheOnlyOne() {
        assertThat(tries(true, now -> troubles.endedHandle(PEER, false, false, 0, now)))
                .isBetween(10, 16);
    }

    @Test
    void aPauseIsNotCutShortByWhatGoesWrongDuringIt() {
        troubles.endedHandle(PEER, false, true, 50 * SECOND, 0);
        troubles.dropped(PEER, DropReason.STALLED, SECOND);
        assertThat(troubles.isShunned(PEER, true, 50 * SECOND - 1)).isTrue();
        assertThat(troubles.isShunned(PEER, true, 50 * SECOND)).isFalse();
    }

    @Test
    void othersAreOnlyNamedWhereThereAreSome() {
        assertThat(Troubles.sentence(PEER, DropReason.STALLED, false, true)).endsWith("; the data comes from others.");
        assertThat(Troubles.sentence(PEER, DropReason.STALLED, false, false)).endsWith("; it is asked again soon.");
        assertThat(Troubles.sentence(PEER, DropReason.WRONG_DATA, true, false))
                .endsWith("; nobody else is known who has the data.");
    }

    @Test
    void whoBreaksTheRulesIsNotTriedAgain() {
        assertThat(tries(now -> troubles.endedLink(PEER, true, PeerLink.Ending.BREACH, "why", now)))
                .isEqualTo(1);
        assertThat(troubles.isLasting(PEER)).isTrue();
    }

    @Test
    void whoSaysWhenItHasTimeIsNotTriedBefore() {
        long retry = TimeUnit.MILLISECONDS.toNanos(Integer.MAX_VALUE);
        troubles.endedHandle(PEER, false, true, retry, 0);
        assertThat(troubles.isShunned(PEER, true, retry - 1)).isTrue();
        assertThat(troubles.isShunned(PEER, true, retry)).isFalse();
        for (int i = 0; i < 100; i++) {
            troubles.endedHandle(PEER, false, true, retry, 0);
        }
        assertThat(troubles.isShunned(PEER, true, retry - 1)).isTrue();
        assertThat(troubles.isShunned(PEER, true, retry)).isFalse();
    }

    @Test
    void whoWasOfUseAndLeavesDidNothingWrong() {
        troubles.endedLink(PEER, true, PeerLink.Ending.THERE, "", 0);
        troubles.endedLink(PEER, false, PeerLink.Ending.HERE, "", 0);
        assertThat(troubles.isKnown(PEER)).isFalse();
    }
}
