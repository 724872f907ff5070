package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorCodeTest {

    @Test
    void numbersComeBackAndUnknownOnesReadAsUnknown() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(ErrorCode.of(code.number())).isEqualTo(code);
        }
        assertThat(ErrorCode.of(18)).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(ErrorCode.of(0xffff)).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(ErrorCode.values()).hasSize(18);
    }
}
