package dev.shoal.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** What is done with download links, over the API and by somebody who has no Shoal. */
final class LinkSteps {

    private static final int READ_MILLIS = 20_000;

    private LinkSteps() {}

    /** Makes links to a file, uses one, and ends them; and asks for what is refused. */
    static void run(Client client, Path file) throws Exception {
        client.ask("PUT", "/api/v1/settings", Map.of("link-port", "0", "link-host", "127.0.0.1"));
        JsonNode share =
                client.ask("POST", "/api/v1/shares", Map.of("path", file.toString(), "name", "lent", "watch", false));
        long id = share.path("id").asLong();
        JsonNode link = client.ask("POST", "/api/v1/links", Map.of("name", "lent"));
        assertThat(link.path("url").asString()).matches("https://127\\.0\\.0\\.1:\\d+/[A-Za-z0-9_-]{32}/lent\\.txt");
        assertThat(link.path("share").asLong()).isEqualTo(id);
        assertThat(link.path("untilMillis").asLong() - link.path("sinceMillis").asLong())
                .isEqualTo(24 * 3_600_000L);
        client.ask("POST", "/api/v1/links", Map.of("share", id, "forMillis", 60_000, "times", 1));
        assertThat(fetched(link.path("url").asString()))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("lent out");
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                client.ask("GET", "/api/v1/activity?kind=webLinkUsed&text=ann/lent&limit=1", null)
                                        .at("/items/0/data/bytes")
                                        .asInt())
                        .isEqualTo(8));
        JsonNode all = client.ask("GET", "/api/v1/links?share=" + id, null);
        assertThat(all.path("items")).hasSize(2);
        assertThat(all.at("/items/1/used").asInt()).isEqualTo(1);
        client.ask("DELETE", "/api/v1/links/" + link.path("id").asLong(), null);
        assertThat(fetched(link.path("url").asString())).startsWith("HTTP/1.1 404 ");
        client.refused(404, "DELETE", "/api/v1/links/" + link.path("id").asLong(), null);
        client.refused(404, "POST", "/api/v1/links", Map.of("name", "nothing"));
        client.refused(404, "POST", "/api/v1/links", Map.of("share", 999));
        client.refused(400, "POST", "/api/v1/links", Map.of());
        client.refused(400, "POST", "/api/v1/links", Map.of("name", "lent", "share", id));
        client.refused(400, "POST", "/api/v1/links", Map.of("name", "lent", "forMillis", 59_999));
        client.refused(400, "POST", "/api/v1/links", Map.of("name", "lent", "times", -1));
        client.ask("PUT", "/api/v1/settings", Map.of("link-cert", file.toString()));
        client.refused(400, "POST", "/api/v1/links", Map.of("name", "lent"));
        client.ask("PUT", "/api/v1/settings", Map.of("link-key", file.toString()));
        client.refused(422, "POST", "/api/v1/links", Map.of("name", "lent"));
        client.ask("PUT", "/api/v1/settings", Map.of("link-cert", "", "link-key", ""));
        client.ask("DELETE", "/api/v1/shares/" + id, null);
        assertThat(client.ask("GET", "/api/v1/links", null).path("items")).isEmpty();
    }

    /** What somebody gets who opens a link and takes any certificate. */
    static String fetched(String url) throws IOException, GeneralSecurityException {
        URI uri = URI.create(url);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new AnyCertificate()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(READ_MILLIS);
            String request = "GET " + uri.getRawPath() + " HTTP/1.1\r\nHost: " + uri.getAuthority() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static final class AnyCertificate implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
