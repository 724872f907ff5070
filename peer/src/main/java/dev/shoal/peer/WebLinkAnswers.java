package dev.shoal.peer;

import dev.shoal.store.SharedFile;
import dev.shoal.store.SharedFolder;
import dev.shoal.store.StoreException;
import dev.shoal.transport.TlsStream;
import dev.shoal.transport.Watchdog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers whoever comes by a download link: one request a connection. What is not the secret of a link that is good
 * gets the same answer, whatever it is. Bytes are sent only after the file they come from was seen to be what was
 * hashed, and within the limits of all uploads. Runs on the threads of the connections.
 */
final class WebLinkAnswers {

    /**
     * How long who comes may take.
     *
     * @param headMillis for his request to arrive
     * @param pieceMillis for a piece to go out; who takes longer is let go, and may go on where he was
     * @param quietMillis to go by himself when he has everything, before he is told that this is the end
     * @param endMillis until he has what is on its way to him at the end of a download, and says so by going
     */
    record Waits(long headMillis, long pieceMillis, int quietMillis, long endMillis) {

        /**
         * A line is bad that takes longer, or carries less than a kilobyte a second. At the end, megabytes may lie in
         * the buffers of a slow reader.
         */
        static final Waits USUAL = new Waits(10_000, 60_000, 10_000, 60_000);
    }

    /** Who was told something short has it by then. */
    private static final long FAREWELL_MILLIS = 1_000;

    /** What is sent at a time at most. */
    private static final int PIECE_BYTES = 64 * 1024;

    /** A limit may change while somebody waits for it. */
    private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final String NOTHING = "There is nothing here. A link that was right has ended.";

    private static final Pattern PATH = Pattern.compile("/([A-Za-z0-9_-]+)/[^/]*");

    /**
     * What a share has for others now.
     *
     * @param file what it is saved as
     * @param served where its bytes are; null when nobody can have them now
     * @param isPrivate whether only some may get it by its name
     */
    record Offer(String file, @Nullable Served served, boolean isPrivate) {}

    private final WebLinks links;
    private final Function<String, Optional<Offer>> offers;
    private final Servings servings;
    private final Senders senders;
    private final InstantSource clock;
    private final Consumer<WebLinkReport.WebLinkUsed> told;
    private final Waits waits;

    /**
     * Of some links.
     *
     * @param offers what is offered now of a share, by its key; empty when there is no such share
     * @param told hears of each download, or part of one
     */
    WebLinkAnswers(
            WebLinks links,
            Function<String, Optional<Offer>> offers,
            Servings servings,
            Senders senders,
            InstantSource clock,
            Consumer<WebLinkReport.WebLinkUsed> told,
            Waits waits) {
        this.links = links;
        this.offers = offers;
        this.servings = servings;
        this.senders = senders;
        this.clock = clock;
        this.told = told;
        this.waits = waits;
    }

    /** Why nothing more is sent; the other side sees the end of the connection. */
    private static final class Stopped extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Answers one request. */
    void answer(TlsStream stream, Runnable greeted) {
        try {
            HttpHead head;
            try (Watchdog.Guard guard = stream.closeAfter(waits.headMillis())) {
                ByteBuffer one = ByteBuffer.allocate(1);
                head = HttpHead.read(() -> {
                    stream.readFully(one.clear());
                    return Byte.toUnsignedInt(one.get(0));
                });
                guard.release();
            }
            greeted.run();
            answer(head, stream);
            stream.finish(0, FAREWELL_MILLIS);
        } catch (HttpHead.Refused e) {
            refuse(stream, e.status(), String.valueOf(e.getMessage()), true);
            stream.finish(0, FAREWELL_MILLIS);
        } catch (IOException e) {
            // Whoever came is gone, too slow, or gets no more: the listener closes the connection.
            Watchdog.closeQuietly(stream::close);
        }
    }

    private void answer(HttpHead head, TlsStream stream) throws IOException {
        boolean hasBody = !head.method().equals("HEAD");
        if (hasBody && !head.method().equals("GET")) {
            write(stream, plain(405, "Only GET and HEAD.", true, "Allow", "GET, HEAD"));
            return;
        }
        Matcher path = PATH.matcher(head.path());
        Optional<WebLinks.Live> link = path.matches() ? links.find(path.group(1)) : Optional.empty();
        KeptWebLink kept = link.map(links::kept).orElse(null);
        Optional<Offer> offer = kept == null ? Optional.empty() : offers.apply(kept.share());
        if (kept == null || offer.isEmpty() || (offer.get().isPrivate() && !kept.privateToo())) {
            refuse(stream, 404, NOTHING, hasBody);
            return;
        }
        Served served = offer.get().served();
        if (served == null || !isReady(served)) {
            later(stream, "It cannot be had just now. Try again later.", hasBody);
            return;
        }
        if (served.stored() instanceof SharedFolder folder) {
            answerFolder(head, stream, link.get(), offer.get(), served, folder);
        } else {
            answerFile(head, stream, link.get(), offer.get(), served);
        }
    }

    /** Whether something of it may go out, and it is still what was shared. */
    private boolean isReady(Served served) {
        if (served.chunks().count() < served.content().layout().chunkCount() || servings.takeBeside(served, 1) == 0) {
            return false;
        }
        if (served.stored().isIntact()) {
            return true;
        }
        try {
            // Says what is wrong with it.
            served.read(0, ByteBuffer.allocate(0));
        } catch (StoreException e) {
            servings.failed(served, e);
        }
        return false;
    }

    private void answerFile(HttpHead head, TlsStream stream, WebLinks.Live link, Offer offer, Served served)
            throws IOException {
        boolean hasBody = !head.method().equals("HEAD");
        long length = served.content().length();
        String tag = '"' + served.content().toString() + '"';
        String changed = served.stored() instanceof SharedFile file
                ? HttpAnswer.time(Instant.ofEpochSecond(
                        TimeUnit.NANOSECONDS.toSeconds(file.hashed().stamp().modifiedNanos())))
                : "";
        boolean isSame = links.kept(link).content().equals(served.content().toString());
        // Whoever goes on with what he has of another version would get a mixture of both.
        boolean goesOn = head.header("if-range")
                .map(has -> has.equals(tag) || (has.equals(changed) && isSame))
                .orElse(isSame);
        Optional<ByteRange> wanted = hasBody && goesOn && head.header("range").isPresent()
                ? ByteRange.of(head.header("range").get(), length)
                : Optional.of(ByteRange.whole(length));
        if (wanted.isEmpty()) {
            write(stream, plain(416, "There is no such part.", hasBody, "Content-Range", "bytes */" + length));
            return;
        }
        ByteRange range = wanted.get();
        boolean isPart = range.length() < length;
        HttpAnswer answer = new HttpAnswer(isPart ? 206 : 200, clock.instant())
                .with("Content-Type", "application/octet-stream")
                .with("Content-Length", Long.toString(range.length()))
                .with("Accept-Ranges", "bytes")
                .with("ETag", tag)
                .savedAs(offer.file());
        if (!changed.isEmpty()) {
            answer.with("Last-Modified", changed);
        }
        if (isPart) {
            answer.with("Content-Range", "bytes " + range.first() + "-" + (range.end() - 1) + "/" + length);
        }
        if (!hasBody) {
            write(stream, answer.bytes());
            return;
        }
        take(stream, new Asked(link, served, length, range, waits.quietMillis()), sending -> {
            write(stream, answer.bytes());
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
            for (long at = range.first(); at < range.end(); at += piece.limit()) {
                sending.read(at, piece.clear().limit((int) Math.min(PIECE_BYTES, range.end() - at)));
                // What breaks off in the middle counts: else who breaks off each time has all of it for nothing.
                sending.sent(piece.limit());
                write(stream, piece.flip());
            }
        });
    }

    private void answerFolder(
            HttpHead head, TlsStream stream, WebLinks.Live link, Offer offer, Served served, SharedFolder folder)
            throws IOException {
        HttpAnswer answer = new HttpAnswer(200, clock.instant())
                .with("Content-Type", "application/zip")
                .with("Accept-Ranges", "none")
                .savedAs(offer.file());
        if (!head.isOld()) {
            answer.with("Transfer-Encoding", "chunked");
        }
        if (head.method().equals("HEAD")) {
            write(stream, answer.bytes());
            return;
        }
        String root = offer.file().substring(0, offer.file().lastIndexOf('.'));
        // Equal files are in the content once, and in the archive as often as they are in the folder.
        long length = FolderZip.bytes(folder.listing());
        // Without lengths, the end of the connection is the end of the archive.
        int quietMillis = head.isOld() ? 0 : waits.quietMillis();
        take(stream, new Asked(link, served, length, ByteRange.whole(length), quietMillis), sending -> {
            write(stream, answer.bytes());
            HttpPieces out = new HttpPieces(PIECE_BYTES, !head.isOld(), bytes -> write(stream, bytes));
            new FolderZip(root, folder.listing(), (offset, target) -> {
                        int bytes = target.remaining();
                        sending.read(offset, target);
                        sending.sent(bytes);
                    })
                    .write(out);
            out.end();
        });
    }

    /** What is done with the right to send something. */
    @FunctionalInterface
    private interface Act {
        void with(Sending sending) throws IOException;
    }

    /**
     * What somebody wants.
     *
     * @param length of all that he could get
     * @param range what of it he asks for
     * @param quietMillis how long he may go by himself afterwards
     */
    private record Asked(WebLinks.Live link, Served served, long length, ByteRange range, int quietMillis) {}

    private void take(TlsStream stream, Asked asked, Act act) throws IOException {
        // First, as nothing may be in the way once it is counted as running.
        String address = stream.remoteAddress().getAddress().getHostAddress();
        Optional<WebLinks.Use> use = links.use(asked.link, asked.length, asked.range);
        if (use.isEmpty() && links.isOver(links.kept(asked.link).id())) {
            refuse(stream, 404, NOTHING, true);
            return;
        }
        if (use.isEmpty()) {
            later(stream, "Somebody else is downloading it, and no more may at a time. Try again later.", true);
            return;
        }
        try (WebLinks.Use open = use.get()) {
            act.with(new Sending(open, asked.served));
            // What is on its way may still be lost: he has it when he goes.
            if (stream.finish(asked.quietMillis, waits.endMillis())) {
                open.completed();
            }
        } finally {
            KeptWebLink kept = links.kept(asked.link);
            WebLinks.Use done = use.get();
            told.accept(
                    new WebLinkReport.WebLinkUsed(kept.id(), kept.name(), address, done.sentBytes(), done.isWhole()));
        }
    }

    /** Reads what may go out, and waits until it may. */
    private final class Sending {
        private final WebLinks.Use use;
        private final Served served;

        Sending(WebLinks.Use use, Served served) {
            this.use = use;
            this.served = served;
        }

        /** Fills the buffer when all of it may go out. */
        void read(long offset, ByteBuffer target) throws IOException {
            for (int granted = 0; granted < target.remaining(); ) {
                granted += granted(target.remaining() - granted);
            }
            try {
                served.read(offset, target);
            } catch (StoreException e) {
                servings.failed(served, e);
                throw new Stopped();
            }
        }

        private int granted(int bytes) throws IOException {
            while (!use.isOver()) {
                long said = servings.takeBeside(served, bytes);
                if (said > 0) {
                    return (int) said;
                }
                if (said == 0) {
                    // Paused, or not shared any more: whoever wants the rest comes again.
                    break;
                }
                LockSupport.parkNanos(Math.min(-said, MOST_WAIT_NANOS));
            }
            throw new Stopped();
        }

        /** It has gone out. */
        void sent(int bytes) {
            use.sent(bytes);
            served.uploaded(bytes);
            senders.alsoSent(bytes);
        }
    }

    private void later(TlsStream stream, String sentence, boolean hasBody) throws IOException {
        write(stream, plain(503, sentence, hasBody, "Retry-After", "60"));
    }

    private void refuse(TlsStream stream, int status, String sentence, boolean hasBody) {
        try {
            write(stream, plain(status, sentence, hasBody, "", ""));
        } catch (IOException e) {
            // It is gone by itself.
            Watchdog.closeQuietly(stream::close);
        }
    }

    private byte[] plain(int status, String sentence, boolean hasBody, String header, String value) {
        byte[] body = (sentence + "\n").getBytes(StandardCharsets.US_ASCII);
        HttpAnswer answer = new HttpAnswer(status, clock.instant())
                .with("Content-Type", "text/plain; charset=us-ascii")
                .with("Content-Length", Integer.toString(body.length));
        if (!header.isEmpty()) {
            answer.with(header, value);
        }
        byte[] head = answer.bytes();
        return hasBody
                ? ByteBuffer.allocate(head.length + body.length)
                        .put(head)
                        .put(body)
                        .array()
                : head;
    }

    private void write(TlsStream stream, byte[] bytes) throws IOException {
        write(stream, ByteBuffer.wrap(bytes));
    }

    /** Who takes it too slowly is let go: a connection is not held for what nobody takes. */
    private void write(TlsStream stream, ByteBuffer bytes) throws IOException {
        try (Watchdog.Guard guard = stream.closeAfter(waits.pieceMillis())) {
            stream.write(bytes);
            guard.release();
        }
    }
}
