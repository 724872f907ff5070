package dev.shoal.bench;

import dev.shoal.transport.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An nginx of our own that serves one folder on loopback, over HTTP and over HTTPS with TLS 1.3. For one thread. */
final class NginxServer implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(10);
    private static final String PROCESS_FILE = "nginx.pid";

    private final LongProcess process;
    private final String host;
    private final int plainPort;
    private final int securePort;

    private NginxServer(LongProcess process, String host, int plainPort, int securePort) {
        this.process = process;
        this.host = host;
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
        NginxServer server = start(folder, root, "127.0.0.1", List.of());
        Loopback.awaitListening(server.process, server.securePort);
        return server;
    }

    /**
     * Starts it where this process may not reach it, and waits until it listens.
     *
     * @param host the address that it listens on
     * @param before words in front of the command, which start it in that place
     */
    static NginxServer startBehind(Path folder, Path root, String host, List<String> before)
            throws IOException, InterruptedException {
        Files.deleteIfExists(folder.resolve(PROCESS_FILE));
        NginxServer server = start(folder, root, host, before);
        long endNanos = System.nanoTime() + READY_LIMIT.toNanos();
        // It writes this file when it has opened its ports.
        while (Files.notExists(folder.resolve(PROCESS_FILE))) {
            if (!server.process.isAlive() || System.nanoTime() > endNanos) {
                server.close();
                throw new IOException("nginx does not start");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return server;
    }

    private static NginxServer start(Path folder, Path root, String host, List<String> before) throws IOException {
        Path program = Installed.find("nginx").orElseThrow(() -> new IOException("nginx is not installed"));
        Identity.loadOrCreate(folder.resolve("identity.pem"));
        int plainPort = Loopback.freePort();
        int securePort = Loopback.freePort();
        // Started by root it would become somebody who may not read the folder.
        String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
        Path configuration =
                Files.writeString(folder.resolve("nginx.conf"), configuration(user, host, plainPort, securePort, root));
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(program.toString(), "-p", folder.toString(), "-c", configuration.toString()));
        LongProcess process = LongProcess.start(folder.resolve("nginx.log"), Map.of(), command);
        return new NginxServer(process, host, plainPort, securePort);
    }

    /** Where a file of the folder is, without encryption. */
    String plainUrl(String file) {
        return "http://" + host + ":" + plainPort + "/" + file;
    }

    /** Where a file of the folder is, encrypted. */
    String secureUrl(String file) {
        return "https://" + host + ":" + securePort + "/" + file;
    }

    /** Processor time that all its processes have used. */
    double cpuSeconds() {
        return process.cpuSeconds();
    }

    @Override
    public void close() {
        process.close();
    }

    private static String configuration(String user, String host, int plainPort, int securePort, Path root) {
        return """
            daemon off;
            %s
            worker_processes auto;
            pid %s;
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
                listen %s:%d;
                listen %s:%d ssl;
                ssl_certificate identity.pem;
                ssl_certificate_key identity.pem;
                ssl_protocols TLSv1.3;
                ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
                root %s;
              }
            }
            """.formatted(user, PROCESS_FILE, host, plainPort, host, securePort, root);
    }
}
