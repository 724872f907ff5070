package dev.shoal.bench;

import dev.shoal.transport.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An nginx of our own that serves one folder on loopback, over HTTP and over HTTPS with TLS 1.3. For one thread. */
final class NginxServer implements AutoCloseable {

    private final LongProcess process;
    private final int plainPort;
    private final int securePort;

    private NginxServer(LongProcess process, int plainPort, int securePort) {
        this.process = process;
        this.plainPort = plainPort;
        this.securePort = securePort;
    }

    /**
     * Starts it.
     *
     * @param folder for its files
     * @param root the folder that it serves
     */
    static NginxServer start(Path folder, Path root) throws IOException, InterruptedException {
        Path program = Installed.find("nginx").orElseThrow(() -> new IOException("nginx is not installed"));
        Identity.loadOrCreate(folder.resolve("identity.pem"));
        int plainPort = Loopback.freePort();
        int securePort = Loopback.freePort();
        // Started by root it would become somebody who may not read the folder.
        String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        Path configuration =
                Files.writeString(folder.resolve("nginx.conf"), configuration(user, plainPort, securePort, root));
        LongProcess process = LongProcess.start(
                folder.resolve("nginx.log"),
                Map.of(),
                List.of(program.toString(), "-p", folder.toString(), "-c", configuration.toString()));
        return new NginxServer(Loopback.awaitListening(process, securePort), plainPort, securePort);
    }

    /** Where a file of the folder is, without encryption. */
    String plainUrl(String file) {
        return "http://127.0.0.1:" + plainPort + "/" + file;
    }

    /** Where a file of the folder is, encrypted. */
    String secureUrl(String file) {
        return "https://127.0.0.1:" + securePort + "/" + file;
    }

    /** Processor time that all its processes have used. */
    double cpuSeconds() {
        return process.cpuSeconds();
    }

    @Override
    public void close() {
        process.close();
    }

    private static String configuration(String user, int plainPort, int securePort, Path root) {
        return """
            daemon off;
            %s
            worker_processes auto;
            pid nginx.pid;
            error_log error.log;
            events { worker_connections 64; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              server {
                listen 127.0.0.1:%d;
                listen 127.0.0.1:%d ssl;
                ssl_certificate identity.pem;
                ssl_certificate_key identity.pem;
                ssl_protocols TLSv1.3;
                ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
                root %s;
              }
            }
            """.formatted(user, plainPort, securePort, root);
    }
}
