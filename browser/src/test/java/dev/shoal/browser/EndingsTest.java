package dev.shoal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That all is closed. */
class EndingsTest {

    @Test
    void whatCannotBeClosedKeepsNothingElseOpen() throws Exception {
        List<String> closed = new ArrayList<>();
        Endings endings = new Endings();
        endings.add(() -> closed.add("first"));
        endings.add(() -> {
            throw new IllegalStateException("later");
        });
        endings.add(() -> {
            throw new IllegalStateException("at once");
        });
        endings.add(() -> closed.add("last"));
        assertThatThrownBy(endings::close)
                .hasMessage("at once")
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("later"));
        assertThat(closed).containsExactly("last", "first");
        endings.close();
        assertThat(closed).hasSize(2);
    }
}
