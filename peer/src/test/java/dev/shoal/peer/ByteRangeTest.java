package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a header asks for of ten bytes. */
class ByteRangeTest {

    private static final long LENGTH = 10;

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=3-5, 3, 6",
        "bytes=3-, 3, 10",
        "bytes=9-9, 9, 10",
        "bytes=0-999999999999999999999999, 0, 10",
        "bytes=-3, 7, 10",
        "bytes=-10, 0, 10",
        "bytes=-99999999999999999999, 0, 10",
        "BYTES=1-2, 1, 3"
    })
    void onePartIsServed(String header, long first, long end) {
        assertThat(ByteRange.of(header, LENGTH)).contains(new ByteRange(first, end));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=99999999999999999999-", "bytes=-0"})
    void whatIsNotThereIsRefused(String header) {
        assertThat(ByteRange.of(header, LENGTH)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=5-3",
                "bytes=a-b",
                "bytes=1-2,4-5",
                "bytes=0-0,0-0,0-0,0-0",
                "bytes=+1-2",
                "bytes=1--2",
                "bytes= 1-2",
                "lines=1-2",
                "bytes=\u0661-2"
            })
    void allIsSentForWhatIsNotServed(String header) {
        assertThat(ByteRange.of(header, LENGTH)).contains(ByteRange.whole(LENGTH));
    }

    @Test
    void ofNothingThereIsNoPart() {
        assertThat(ByteRange.of("bytes=0-", 0)).isEmpty();
        assertThat(ByteRange.of("bytes=-5", 0)).isEmpty();
    }
}
