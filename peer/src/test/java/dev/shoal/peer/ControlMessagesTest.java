package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlMessagesTest {

    private static final int LIMIT = ControlMessages.MAX_LINE_CHARACTERS;

    @Test
    void linesAreReadOneAfterTheOther() throws IOException {
        Reader in = new StringReader("one\n\ntwo\nno line");
        assertThat(ControlMessages.readLine(in)).isEqualTo("one");
        assertThat(ControlMessages.readLine(in)).isEmpty();
        assertThat(ControlMessages.readLine(in)).isEqualTo("two");
        assertThat(ControlMessages.readLine(in)).isNull();
    }

    @Test
    void theLongestLineIsReadAndALongerOneIsRefusedBeforeItsEnd() throws IOException {
        Reader longest = new StringReader("x".repeat(LIMIT) + "\nnext\n");
        assertThat(ControlMessages.readLine(longest)).hasSize(LIMIT);
        assertThat(ControlMessages.readLine(longest)).isEqualTo("next");
        Reader endless = new BufferedReader(new Reader() {
            @Override
            public int read(char[] target, int offset, int length) {
                java.util.Arrays.fill(target, offset, offset + length, 'x');
                return length;
            }

            @Override
            public void close() {}
        });
        assertThatThrownBy(() -> ControlMessages.readLine(endless))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("4194304");
    }

    @Test
    void wishesAndReportsAboutAccountsPassTheSocketWhole() {
        AccountWish wish = new AccountWish.Recover("h:1", "ada", new Secret("code"), new Secret("a \"b\" c"), null);
        ControlMessages.Attached sent = new ControlMessages.Attached(wish, null, null, null);
        assertThat(ControlMessages.readRequest(ControlMessages.write(sent))).isEqualTo(sent);
        AccountReport report = new AccountReport.SignedUp("ada", "h:1", "key", "key2", List.of("one", "two"));
        ControlMessages.Piece piece = new ControlMessages.Piece(report);
        assertThat(ControlMessages.readReply(ControlMessages.write(piece))).isEqualTo(piece);
        assertThat(piece.toString()).doesNotContain("two");
    }
}
