package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** When a peer that was told to end has ended. */
class DownCommandTest {

    @Test
    void anAttachedCommandThatTakesOverIsAnotherProcess() {
        OptionalLong before = OptionalLong.of(7);
        assertThat(DownCommand.isAnother(before, OptionalLong.of(8))).isTrue();
        assertThat(DownCommand.isAnother(before, OptionalLong.of(7))).isFalse();
        assertThat(DownCommand.isAnother(before, OptionalLong.empty())).isFalse();
        assertThat(DownCommand.isAnother(OptionalLong.empty(), before)).isFalse();
    }
}
