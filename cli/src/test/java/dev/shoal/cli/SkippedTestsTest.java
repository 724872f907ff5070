package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** A test that cannot run on a machine says what it needs there. */
class SkippedTestsTest {

    @Test
    void theReasonIsInTheReport() {
        assertThatThrownBy(() -> Program.needs(false, "a machine with two networks"))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("the test needs a machine with two networks");
        assertThatCode(() -> Program.needs(true, "nothing")).doesNotThrowAnyException();
    }
}
