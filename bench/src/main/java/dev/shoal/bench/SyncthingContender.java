package dev.shoal.bench;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Two Syncthings that are running and connected: encrypted and verified. The clock runs from the moment that the sender
 * has hashed a new file until the receiver has it complete, as their own events say. For one thread.
 */
final class SyncthingContender implements Contender {

    /** What it is called. */
    static final String NAME = "Syncthing, both running";

    /** The event that tells that a scan has found something, at the sender and at the receiver. */
    private static final String INDEXED = "LocalIndexUpdated";

    private static final String RECEIVED = "ItemFinished";

    private final WorkFolder work;
    private final Path file;
    private @Nullable SyncthingInstance sender;
    private @Nullable SyncthingInstance receiver;

    SyncthingContender(WorkFolder work, Path file) {
        this.work = work;
        this.file = file;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing("syncthing");
    }

    @Override
    public void prepare() throws IOException, InterruptedException {
        Path folder = work.folder("syncthing");
        SyncthingInstance one = new SyncthingInstance(folder.resolve("one"), folder.resolve("from"));
        sender = one;
        SyncthingInstance other = new SyncthingInstance(folder.resolve("other"), folder.resolve("to"));
        receiver = other;
        one.start(true, other);
        other.start(false, one);
        one.awaitConnected();
        // Events are only kept from the first question on.
        one.latest(INDEXED);
        other.latest(INDEXED);
        other.latest(RECEIVED);
    }

    @Override
    public Sample run(Path target) throws IOException, InterruptedException {
        SyncthingInstance from = sender;
        SyncthingInstance to = receiver;
        if (from == null || to == null) {
            throw new IllegalStateException("not prepared");
        }
        Path name = file.getFileName();
        long receivedBefore = to.receivedBytes();
        long seen = from.latest(INDEXED);
        long finished = to.latest(RECEIVED);
        Files.createLink(from.folder().resolve(name), file);
        CompletableFuture<HttpResponse<String>> scan = from.scan();
        Instant start = from.await(INDEXED, seen);
        double senderBefore = from.cpuSeconds();
        double receiverBefore = to.cpuSeconds();
        Instant end = to.await(RECEIVED, finished);
        Sample sample = new Sample(
                Duration.between(start, end).toNanos() / 1e9,
                to.cpuSeconds() - receiverBefore,
                from.cpuSeconds() - senderBefore);
        scan.join();
        if (to.receivedBytes() - receivedBefore < Files.size(file)) {
            throw new IOException("Syncthing did not get the file from the other, but had it");
        }
        Files.createLink(target, to.folder().resolve(name));
        forget(from, to, name);
        return sample;
    }

    /** Lets both notice that the file is gone, so that it is a new one the next time. */
    private static void forget(SyncthingInstance from, SyncthingInstance to, Path name)
            throws IOException, InterruptedException {
        long seen = to.latest(INDEXED);
        Files.delete(from.folder().resolve(name));
        from.scan().join();
        to.await(INDEXED, seen);
    }

    @Override
    public void close() {
        if (sender != null) {
            sender.close();
        }
        if (receiver != null) {
            receiver.close();
        }
    }
}
