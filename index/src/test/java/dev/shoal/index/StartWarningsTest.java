package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StartWarningsTest {

    @Test
    void anIndexThatNobodyAdministersIsNamed() {
        assertThat(StartWarnings.onAdministrators(false, 0, 0))
                .hasValueSatisfying(warning -> assertThat(warning).contains("first account"));
        assertThat(StartWarnings.onAdministrators(false, 3, 0))
                .hasValueSatisfying(warning -> assertThat(warning).contains("none of its accounts", "--admin"));
        assertThat(StartWarnings.onAdministrators(false, 3, 1)).isEmpty();
        assertThat(StartWarnings.onAdministrators(true, 0, 0)).isEmpty();
        assertThat(StartWarnings.onAdministrators(true, 3, 0)).isEmpty();
    }
}
