package dev.shoal.bench;

import dev.shoal.content.ContentId;
import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexServer;
import dev.shoal.index.IndexSettings;
import dev.shoal.peer.Cancellation;
import dev.shoal.peer.Home;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An index, a peer that shares a file and one that can get it, in this process and as long as that lives: they are
 * started by the first input. What goes wrong inside of the peers is remembered.
 */
final class FuzzedPeers {

    private static final int CONTENT_BYTES = 200_000;

    /** Slow enough for other sources to be asked, too. */
    private static final String UPLOAD_LIMIT = "2MB/s";

    private static @Nullable FuzzedPeers running;

    private final AtomicReference<String> failure = new AtomicReference<>("");
    private final Path folder;
    private final IndexServer index;
    private final PeerService getter;
    private final ContentId content;
    private final InetSocketAddress sharer;

    private FuzzedPeers(Path folder) throws IOException {
        this.folder = folder;
        this.index = IndexServer.start(new IndexConfiguration(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder.resolve("index"),
                Optional.empty(),
                IndexSettings.DEFAULT));
        PeerService sharing = open("fuzzed", UPLOAD_LIMIT);
        this.getter = open("getter", null);
        this.content = share(sharing, Files.write(folder.resolve("file"), new byte[CONTENT_BYTES]));
        CompletableFuture<Integer> port = new CompletableFuture<>();
        sharing.run(
                new Request.Status(null),
                report -> {
                    if (report instanceof Report.State state) {
                        port.complete(state.listenPort());
                    }
                },
                new Cancellation());
        this.sharer = new InetSocketAddress(InetAddress.getLoopbackAddress(), port.join());
    }

    /** Those of this process. */
    static synchronized FuzzedPeers here() {
        FuzzedPeers present = running;
        if (present == null) {
            try {
                present = new FuzzedPeers(ProcessFolder.make("fuzzed"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            running = present;
        }
        return present;
    }

    /** Where the index is. */
    InetSocketAddress index() {
        return index.address();
    }

    /** Where the one that shares listens. */
    InetSocketAddress sharer() {
        return sharer;
    }

    /** What it shares. */
    ContentId content() {
        return content;
    }

    /** Gets the file, from whoever has it. */
    void get() throws IOException {
        Path target = folder.resolve("got");
        Files.deleteIfExists(target);
        getter.run(
                new Request.Get(null, "fuzzed/file", target.toString(), false, false),
                report -> {},
                new Cancellation());
        if (!Arrays.equals(Files.readAllBytes(target), new byte[CONTENT_BYTES])) {
            throw new AssertionError("wrong bytes");
        }
    }

    /** Fails when something failed inside of the peers since the last time. */
    void check() {
        String text = failure.getAndSet("");
        if (!text.isEmpty()) {
            throw new AssertionError(text);
        }
    }

    private PeerService open(String user, @Nullable String uploadLimit) {
        PeerEvents events = (level, text) -> {
            if (text.contains("this side failed")) {
                failure.set(text);
            }
        };
        return Peers.open(
                new Home(folder.resolve(user)),
                new Peers.Options("127.0.0.1:" + index.address().getPort(), null, user, uploadLimit, null, true),
                events);
    }

    private static ContentId share(PeerService peer, Path file) {
        CompletableFuture<Report.Shared> shared = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                peer.run(
                        new Request.Share(null, List.of(file.toString()), null, ""),
                        report -> {
                            if (report instanceof Report.Shared told) {
                                shared.complete(told);
                            }
                        },
                        new Cancellation());
            } catch (RuntimeException e) {
                shared.completeExceptionally(e);
            }
        });
        return ContentId.parse(shared.join().content());
    }
}
