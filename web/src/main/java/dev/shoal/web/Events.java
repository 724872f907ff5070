package dev.shoal.web;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Report;
import dev.shoal.peer.TaskWish;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What happens, as server-sent events, for as long as somebody listens. The peer keeps a limited number of events for
 * each listener and says how many it left out; how many may listen is limited there as well. A virtual thread each.
 */
final class Events implements AutoCloseable {

    /** How often a line goes out when nothing happens: so it is noticed that nobody listens any more. */
    private static final long ALIVE_MILLIS = 15_000;

    private final PeerService peer;
    private final Set<Cancellation> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Events(PeerService peer) {
        this.peer = peer;
    }

    /** Answers until whoever asked has gone. */
    void answer(Call call) throws IOException {
        Cancellation end = new Cancellation();
        open.add(end);
        if (closed) {
            end.cancel();
        }
        Stream stream = new Stream(call);
        Thread.ofVirtual().name("signs of life").start(() -> stream.signs(end));
        try {
            peer.run(new TaskWish.Listen(null), stream::tell, end);
        } finally {
            end.cancel();
            open.remove(end);
        }
        stream.begin();
    }

    /** Begins to answer with the first thing there is to tell: until then it can still be refused. */
    private static final class Stream {
        private final Call call;
        private @Nullable OutputStream out;

        Stream(Call call) {
            this.call = call;
        }

        synchronized OutputStream begin() throws IOException {
            OutputStream begun = out;
            if (begun == null) {
                begun = call.stream("text/event-stream");
                out = begun;
            }
            return begun;
        }

        void signs(Cancellation end) {
            try {
                // The first soon, so that whoever listens knows that it has begun.
                for (long millis = 100; !end.await(millis); millis = ALIVE_MILLIS) {
                    write(": alive\n\n");
                }
            } catch (UncheckedIOException e) {
                end.cancel();
            }
        }

        /** Thrown out of here, an exception ends the listening. */
        void tell(Report report) {
            String name = report.getClass().getSimpleName();
            write("event: " + name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1) + "\ndata: "
                    + Call.json(report) + "\n\n");
        }

        private synchronized void write(String text) {
            try {
                OutputStream begun = begin();
                begun.write(text.getBytes(StandardCharsets.UTF_8));
                begun.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(Cancellation::cancel);
    }
}
