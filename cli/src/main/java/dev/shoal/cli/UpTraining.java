package dev.shoal.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The part of {@link Training} about a peer that stays up: it shares, ends, is started again with what it shared, and
 * is asked over HTTP. Main thread, and a virtual one for the peer.
 */
final class UpTraining {

    /** Enough that a start reads a list and not a line, few enough that nobody waits for it. */
    private static final int FILES = 300;

    private static final long READY_SECONDS = 30;
    private static final int ANSWER_MILLIS = 10_000;

    /** What carries out a command of the peer's home. */
    @FunctionalInterface
    interface Commands {
        void run(Consumer<String> results, String... words);
    }

    private final Path folder;
    private final Commands commands;
    private final Consumer<String> told;

    UpTraining(Path folder, Commands commands, Consumer<String> told) {
        this.folder = folder;
        this.commands = commands;
        this.told = told;
    }

    /** Runs it; what fails is told and left. */
    void run() throws IOException {
        List<String> share = new ArrayList<>(List.of("share", "-q"));
        for (int i = 0; i < FILES; i++) {
            share.add(
                    Files.writeString(folder.resolve("file " + i), "file " + i).toString());
        }
        whileUp(entrance -> commands.run(line -> {}, share.toArray(String[]::new)));
        whileUp(entrance -> {
            for (String resource : List.of("status", "shares?limit=50", "downloads", "metrics")) {
                ask(entrance, resource);
            }
            commands.run(line -> {}, "status");
        });
    }

    /** What is done while the peer is up, whose API has an address with a token. */
    @FunctionalInterface
    private interface Visit {
        void at(URI entrance) throws IOException;
    }

    private void whileUp(Visit visit) throws IOException {
        CompletableFuture<String> ready = new CompletableFuture<>();
        Thread up = Thread.ofVirtual().start(() -> {
            commands.run(ready::complete, "up", "-q", "--port", "0", "--user", "trainee");
            ready.complete("");
        });
        try {
            String entrance = ready.get(READY_SECONDS, TimeUnit.SECONDS);
            if (!entrance.isEmpty()) {
                visit.at(URI.create(entrance));
            }
        } catch (ExecutionException | TimeoutException e) {
            told.accept("up: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            commands.run(line -> {}, "down", "-q");
            join(up);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** By a bare socket: a client for HTTP would only fill the cache. */
    private static void ask(URI entrance, String resource) throws IOException {
        String token = entrance.getQuery().substring("token=".length());
        String request = "GET /api/v1/" + resource + " HTTP/1.1\r\nHost: " + entrance.getAuthority()
                + "\r\nAuthorization: Bearer " + token + "\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), entrance.getPort())) {
            socket.setSoTimeout(ANSWER_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
