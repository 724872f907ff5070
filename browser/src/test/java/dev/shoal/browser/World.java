package dev.shoal.browser;

import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the tests of a class begin with: an index, people with a peer that stays up, each with a folder of the person's
 * name for files, and their pages in the browser. One for a class; {@link Browsing} hands it out. For one thread.
 */
final class World implements AutoCloseable {

    final Chromium chromium;
    final Path folder;
    private final IndexServer index;
    private final Endings endings = new Endings();
    private final List<Visit> visits = new ArrayList<>();

    World(Chromium chromium) throws IOException {
        this.chromium = chromium;
        this.folder = Files.createTempDirectory("world");
        endings.add(this::deleteAll);
        try {
            this.index = IndexServer.start(new IndexConfiguration(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    folder.resolve("index"),
                    Optional.empty(),
                    IndexSettings.DEFAULT));
        } catch (RuntimeException e) {
            // Nobody has this to close it.
            try (endings) {
                throw e;
            }
        }
        endings.add(index::close);
    }

    /** The peer of somebody, to the end of the class. */
    Stay stay(String user) throws Exception {
        Files.createDirectories(folder.resolve(user));
        Stay stay = open(user);
        endings.add(stay::close);
        return stay;
    }

    /** The same, which who asks for it closes. */
    Stay open(String user) throws Exception {
        return new Stay(home(user), "127.0.0.1:" + index.address().getPort(), user, 0);
    }

    Path home(String user) {
        return folder.resolve("home-" + user);
    }

    /** Its page, to the end of the class. */
    Visit visit(Stay stay) {
        Visit visit = new Visit(chromium, stay.web);
        visits.add(visit);
        endings.add(visit::close);
        return visit;
    }

    /** How all pages looked when a test failed. */
    void failed(String name) {
        for (int i = 0; i < visits.size(); i++) {
            visits.get(i).failed(name + "-" + i);
        }
    }

    /** Nothing went wrong in any page. */
    void assertClean() {
        visits.forEach(Visit::assertClean);
    }

    @Override
    public void close() throws IOException {
        endings.close();
    }

    private void deleteAll() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(World::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
