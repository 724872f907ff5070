package dev.shoal.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SlotControlTest {

    private static final int PIECE_BYTES = 64 * 1024;

    /** Sends pieces over a link and to receivers that each take no more than a rate; returns the slots at the end. */
    private static int run(SlotControl control, double link, double receiver, int pieces) {
        double now = 0;
        for (int i = 0; i < pieces; i++) {
            now += PIECE_BYTES / Math.min(link, receiver * control.slots()) * 1e9;
            control.refused();
            control.sent(PIECE_BYTES, (long) now);
        }
        return control.slots();
    }

    @Test
    void slowReceiversGetAsManySlotsAsFillTheLink() {
        assertThat(run(new SlotControl(2), 12_500_000, 1_000_000, 10_000)).isBetween(11, 20);
    }

    @Test
    void receiversAsFastAsTheLinkGetFewSlots() {
        assertThat(run(new SlotControl(2), 2_500_000, 2_500_000, 10_000)).isBetween(2, 3);
    }

    @Test
    void slotsFallWhenTheLinkIsTheLimitAgain() {
        SlotControl control = new SlotControl(2);
        int many = run(control, 50_000_000, 1_000_000, 20_000);
        assertThat(many).isGreaterThan(30);
        assertThat(run(control, 2_500_000, 2_500_000, 200_000)).isLessThan(many / 2);
    }

    @Test
    void thereIsAMostAndALeast() {
        assertThat(run(new SlotControl(2), 1e12, 1_000_000, 100_000)).isEqualTo(SlotControl.MAX_SLOTS);
        assertThatThrownBy(() -> new SlotControl(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SlotControl(SlotControl.MAX_SLOTS + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutAQueueNothingIsTried() {
        SlotControl control = new SlotControl(3);
        for (int i = 0; i < 1000; i++) {
            control.unused();
            control.sent(PIECE_BYTES, i * 100_000_000L);
        }
        assertThat(control.slots()).isEqualTo(3);
    }
}
