package dev.shoal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {

    @Test
    void hasAnOwnerAndAFileName() {
        Name name = new Name("lab/2026/genome.fa");
        assertThat(name.owner()).isEqualTo("lab");
        assertThat(name.fileName()).isEqualTo("genome.fa");
    }

    @Test
    void isHeldInNormalFormC() {
        assertThat(new Name("a/e\u0301")).isEqualTo(new Name("a/\u00e9"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a",
                "/a/b",
                "a//b",
                "a/",
                "../a",
                "a/../b",
                "a/./b",
                "a/b\\c",
                "a/\u0000",
                "a/b\u001b[2J",
                "a/con",
                "a/NUL.txt",
                "a/Com1.tar.gz",
                "a/b.",
                "a/b ",
                "a/\u202egnp.exe",
                "a/\udb40\udc41",
                "a/\ud800",
                "nul /x",
                "a/ con .txt"
            })
    void hostilePathsAreRefused(String text) {
        assertThatThrownBy(() -> new Name(text)).isInstanceOf(InvalidNameException.class);
    }

    @Test
    void refusalNamesThePathWithoutItsControlCharacters() {
        assertThatThrownBy(() -> new Name("a/\u001b[31m"))
                .hasMessageContaining("a/\uFFFD[31m")
                .hasMessageContaining("invisible");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b",
                "a/Ünï cödé.txt",
                "a/..b",
                "a/.hidden",
                "a/конь",
                "a/con\u3000",
                "a/\u2028nul",
                "a/\uD83D\uDC68\u200D\uD83D\uDC69",
                "a/x:y?z*"
            })
    void ordinaryNamesAreTaken(String text) {
        assertThat(new Name(text).text()).isEqualTo(text);
    }

    @Test
    void lengthsAreLimited() {
        assertThat(new Name("a/" + "x".repeat(253)).text()).hasSize(255);
        assertThatThrownBy(() -> new Name("a/" + "x".repeat(254))).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> new Name("a/" + "é".repeat(127))).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> new Name("o".repeat(65) + "/x")).isInstanceOf(InvalidNameException.class);
    }
}
