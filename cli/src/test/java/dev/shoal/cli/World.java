package dev.shoal.cli;

import dev.shoal.peer.Home;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Surroundings of a command under test, and a way to run it. */
final class World {

    /** A fixed moment, so that "3 min ago" is always the same. */
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    final Path folder;
    final Map<String, String> environment = new HashMap<>();
    final RecordedScreen screen = new RecordedScreen();
    final FakeServices services = new FakeServices();
    final Interruption interruption = new Interruption();
    final ByteArrayOutputStream data = new ByteArrayOutputStream();
    InputStream input = InputStream.nullInputStream();
    OutputStream output = data;
    boolean terminal;

    @Nullable
    SecretInput secrets;

    World(Path folder) {
        this.folder = folder;
        environment.put(Home.VARIABLE, folder.resolve("home").toString());
    }

    World typing(String text) {
        input = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    int run(String... arguments) {
        return Commands.execute(surroundings(), arguments);
    }

    Surroundings surroundings() {
        return new Surroundings(
                Map.copyOf(environment),
                folder,
                input,
                output,
                terminal,
                secrets == null ? new LineSecrets(input, interruption) : secrets,
                screen,
                InstantSource.fixed(NOW),
                interruption,
                services);
    }

    static long millisAgo(long seconds) {
        return NOW.minusSeconds(seconds).toEpochMilli();
    }
}
