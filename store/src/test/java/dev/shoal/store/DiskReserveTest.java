package dev.shoal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** How much is left to others. */
class DiskReserveTest {

    private static final Path FILE = Path.of("/data/model.bin");
    private static final long GB = 1_000_000_000;

    private final DiskReserve reserve = new DiskReserve(file -> 10 * GB);

    @Test
    void whatLeavesEnoughIsTakenToTheLastByte() {
        assertThatCode(() -> reserve.require(FILE, 9 * GB, GB)).doesNotThrowAnyException();
        assertThatThrownBy(() -> reserve.require(FILE, 9 * GB + 1, GB))
                .isInstanceOfSatisfying(
                        DiskFullException.class,
                        e -> assertThat(e.missingBytes()).isEqualTo(1))
                .hasMessageContaining("1000 MB are to stay free");
    }

    @Test
    void whoLetsNothingStayFreeIsNotAsked() {
        assertThatCode(() -> reserve.require(FILE, 11 * GB, 0)).doesNotThrowAnyException();
    }
}
