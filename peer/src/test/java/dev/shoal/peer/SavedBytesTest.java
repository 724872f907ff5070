package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What did not have to come over the network. */
class SavedBytesTest {

    @Test
    void whatAnEarlierProcessFetchedIsNotSaved() {
        assertThat(Updating.savedBytes(1_000, 100, 0)).isEqualTo(900);
        assertThat(Updating.savedBytes(1_000, 100, 700)).isEqualTo(200);
        assertThat(Updating.savedBytes(1_000, 400, 700))
                .as("some of it came twice")
                .isZero();
    }
}
