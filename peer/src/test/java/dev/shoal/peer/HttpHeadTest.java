package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of requests as they should be, and as they should not. */
class HttpHeadTest {

    private static HttpHead read(byte[] bytes) throws Exception {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        return HttpHead.read(() -> {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("it ends");
            }
            return next;
        });
    }

    private static HttpHead read(String text) throws Exception {
        return read(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void assertRefused(int status, String text) {
        assertThatThrownBy(() -> read(text))
                .as(text)
                .asInstanceOf(InstanceOfAssertFactories.type(HttpHead.Refused.class))
                .extracting(HttpHead.Refused::status)
                .isEqualTo(status);
    }

    @Test
    void whatMattersIsReadAndNothingBehindIt() throws Exception {
        HttpHead head =
                read("GET /a/b?c HTTP/1.1\r\nHost: any\r\nRANGE:\t bytes=1- \r\nCookie: x\r\nCookie: y\r\n\r\nMORE");
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.path()).isEqualTo("/a/b");
        assertThat(head.isOld()).isFalse();
        assertThat(head.header("range")).contains("bytes=1-");
        assertThat(head.header("cookie")).isEmpty();
        assertThat(read("GET / HTTP/1.0\r\n\r\n").isOld()).isTrue();
        assertThat(read("GET / HTTP/1.1\r\nHost:\r\nContent-Length: 0\r\n\r\n").header("host"))
                .contains("");
    }

    @Test
    void theWorstBytesTakeNoTime() throws Exception {
        String blanks = " ".repeat(15_000);
        String worst = "\u0085";
        for (String header :
                new String[] {"a:" + blanks + worst, "a:x" + blanks + "x", "a" + blanks + ":", worst + blanks}) {
            String request = "GET / HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n";
            // By what tries again at each letter this takes hours, so that the whole run would be ended.
            if (header.startsWith("a:")) {
                assertThat(read(request).path()).isEqualTo("/");
            } else {
                assertRefused(400, request);
            }
        }
        assertRefused(400, "GET /" + blanks + worst + " HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(read("GET / HTTP/1.1\r\nHost: \u00c3\u0085 \r\n\r\n").header("host"))
                .contains("\u00c3\u0085");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\r\nHost: a\r\n\r\n",
                "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET https://other/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET other HTTP/1.1\r\nHost: a\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\n\r\r",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=0-\r\nrange: bytes=1-\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
                "\r\n\r\n",
                "\0\0\0\0\r\n"
            })
    void whatTwoProgramsCouldReadDifferentlyIsRefused(String text) {
        assertRefused(400, text);
    }

    @Test
    void aHeadIsReadUpToItsLimit() throws Exception {
        String start = "GET / HTTP/1.1\r\nHost: a\r\n";
        int most = HttpHead.MAX_BYTES - "GET / HTTP/1.1".length() - "Host: a\r\n".length();
        assertThat(read(start + "X: " + "y".repeat(most - 3) + "\r\n\r\n").path())
                .isEqualTo("/");
        assertRefused(431, start + "X: " + "y".repeat(most - 2) + "\r\n\r\n");
        assertRefused(431, "GET /" + "y".repeat(HttpHead.MAX_BYTES) + " HTTP/1.1\r\n\r\n");
        assertRefused(431, start + "X: y\r\n".repeat(HttpHead.MAX_BYTES));
    }

    @Test
    void anyBytesAreRefusedOrEndTooSoon() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertThatThrownBy(() -> read(bytes)).isInstanceOfAny(HttpHead.Refused.class, EOFException.class);
        }
    }
}
