package dev.shoal.web;

import dev.shoal.content.SafePath;
import dev.shoal.peer.Configuration;
import dev.shoal.peer.Home;
import dev.shoal.peer.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files that are dropped on a page, until they are shared. Any thread. */
final class DropApi implements AutoCloseable {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{8,64}");

    /** How often it is looked what nobody has touched for too long. */
    private static final long LOOK_MILLIS = 5 * 60 * 1_000L;

    private final Drops drops;
    private final Thread sweeper;

    /** For a home. What an earlier process has left of drops is thrown away. */
    DropApi(Home home) {
        Path hidden = home.folder().toAbsolutePath();
        this.drops = new Drops(() -> place(home), ".dropping-" + Integer.toHexString(hidden.hashCode()));
        drops.clear();
        this.sweeper = Thread.ofVirtual().name("drops").start(this::sweep);
    }

    /** Where dropped files stay. */
    static Path place(Home home) {
        return Configuration.load(home.configurationFile())
                .value(Setting.DROPS)
                .map(Path::of)
                .orElse(home.folder().resolve("dropped"))
                .toAbsolutePath();
    }

    List<Route> routes() {
        return List.of(
                new Route("PUT", "/api/v1/drops/{drop}/{path}", this::takeOrSkip),
                new Route("DELETE", "/api/v1/drops/{drop}", this::discard));
    }

    /**
     * A file of a drop.
     *
     * @param bytes how long it is in all
     * @param doneBytes how much of it is here
     */
    record DroppedFile(String drop, String path, long bytes, long doneBytes) {}

    /** Shares what was dropped, from where it stays, and knows no more of the drop afterwards. */
    <T> T share(String drop, @Nullable String name, Function<Path, T> sharing) {
        Path landed = drops.land(checked(drop), name);
        boolean isShared = false;
        try {
            T shared = sharing.apply(landed);
            isShared = true;
            return shared;
        } finally {
            if (isShared) {
                drops.over(drop);
            } else {
                drops.refused(drop);
            }
        }
    }

    /** What is refused is read to its end as well, unless it is too large: who still sends hears no answer. */
    private void takeOrSkip(Call call) throws IOException {
        try {
            take(call);
        } catch (RuntimeException e) {
            boolean isTooLarge =
                    e instanceof Problem.Thrown thrown && thrown.problem().status() == 413;
            if (!isTooLarge) {
                call.skip(Drops.MOST_SLICE_BYTES);
            }
            throw e;
        }
    }

    private void take(Call call) throws IOException {
        String drop = checked(call.part("drop"));
        long length = call.lengthOfBytes();
        long offset = call.longNumber("offset", 0);
        long bytes = call.longNumber("bytes", offset == 0 ? length : -1);
        Drops.Slice slice = new Drops.Slice(SafePath.check(call.part("path")), offset, length, bytes);
        long done = drops.take(drop, slice, call.bytes());
        call.answer(done == bytes ? 201 : 200, new DroppedFile(drop, slice.path(), bytes, done));
    }

    private void discard(Call call) throws IOException {
        drops.discard(checked(call.part("drop")));
        call.done();
    }

    private static String checked(String drop) {
        if (!ID.matcher(drop).matches()) {
            throw Problem.malformed("A drop is called by 8 to 64 letters, digits, _ and -; choose others at random.")
                    .thrown();
        }
        return drop;
    }

    private void sweep() {
        try {
            while (true) {
                Thread.sleep(LOOK_MILLIS);
                drops.sweep(System.currentTimeMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        sweeper.interrupt();
    }
}
