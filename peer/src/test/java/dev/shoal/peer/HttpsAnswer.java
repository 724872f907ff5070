package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** An answer of a server, as it came. */
record HttpsAnswer(String head, byte[] body) {

    /** TLS that takes any certificate. */
    static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager any = new X509TrustManager() {
                @Override
                public void checkClientTrusted(X509Certificate[] chain, String type) {}

                @Override
                public void checkServerTrusted(X509Certificate[] chain, String type) {}

                @Override
                public X509Certificate[] getAcceptedIssuers() {
                    return new X509Certificate[0];
                }
            };
            context.init(null, new TrustManager[] {any}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that comes until the connection ends. */
    static HttpsAnswer of(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (IOException broken) {
            // What came before counts.
            all.flush();
        }
        String text = all.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        return end < 0
                ? new HttpsAnswer("HTTP/1.1 000", all.toByteArray())
                : new HttpsAnswer(
                        text.substring(0, end + 2), text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1));
    }

    int status() {
        return Integer.parseInt(head.substring(9, 12));
    }

    String text() {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    /** Without what differs from one moment to the other. */
    String whole() {
        return head + text();
    }

    /** The body, put together from its pieces. */
    byte[] unchunked() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int at = 0;
        while (true) {
            int end = text.indexOf("\r\n", at);
            int length = Integer.parseInt(text.substring(at, end), 16);
            if (length == 0) {
                assertThat(text.substring(end)).isEqualTo("\r\n\r\n");
                return whole.toByteArray();
            }
            whole.write(body, end + 2, length);
            at = end + 2 + length + 2;
        }
    }
}
