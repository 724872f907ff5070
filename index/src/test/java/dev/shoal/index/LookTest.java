package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be taken for one another looks alike, and what people write does not. */
class LookTest {

    private static boolean alike(String one, String other) {
        return Look.of(one).isLike(Look.of(other));
    }

    @ParameterizedTest
    @CsvSource({
        "lab, 1ab",
        "lab, Iab",
        "paypal, paypa1",
        "modern, modem",
        "O0, 00",
        "ada, ADA",
        "straße, STRASSE",
        "file, \ufb01le",
        "AB, \u0391\u0392",
        "ada, ad\u0430",
        "cope, \u0441\u043e\u0440\u0435",
        "ada, ada\u200c",
        "paul, PauI",
        "paypal, PaypaI",
        "bob, b0b",
        "bob, B0B",
        "Lab, LAB",
        "lab, IAB",
        "modern, MODEM",
        "ada, \u0410D\u0410"
    })
    void theseLookAlike(String one, String other) {
        assertThat(alike(one, other)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"ada, adb", "ada, adam", "é, e", "lab, lib", "team-1, team-2", "日本, 日木"})
    void theseDoNot(String one, String other) {
        assertThat(alike(one, other)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"l\u0430b", "\u03b1bc", "p\u0430yp\u0430l", "user1\u0661", "\u0430\u0501\u0251"})
    void scriptsThatAreNotWrittenTogetherAreMixed(String text) {
        assertThat(Look.of(text).isMixed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada",
                "o'brien",
                "team 1",
                "x_y-z.9",
                "Müller",
                "лаборатория",
                "日本語abc",
                "한글abc",
                "مختبر",
                "עברית"
            })
    void whatPeopleWriteIsNotMixed(String text) {
        assertThat(Look.of(text).isMixed()).isFalse();
    }

    @Test
    void aLookIsTheSameEachTime() {
        assertThat(Look.of("lab")).isEqualTo(Look.of("lab"));
    }
}
