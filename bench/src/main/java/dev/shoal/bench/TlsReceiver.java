package dev.shoal.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;

/**
 * The receiving process of {@code tls}: asks for the whole file, a range for each connection, hashes every block and
 * writes it down, as often as asked. One thread a connection reads, decrypts, hashes and writes.
 */
final class TlsReceiver {

    /** Room that an engine wants to see behind the data of a frame. */
    private static final int SLACK_BYTES = 17 * 1024;

    private final TlsSettings settings;
    private final Path target;
    private final long bytes;
    private final byte[] digests;

    /** A buffer with the frame that was read into it. */
    private static final class Frame {
        private final ByteBuffer buffer;
        private long offset;
        private int dataBytes;

        Frame(ByteBuffer buffer) {
            this.buffer = buffer;
        }
    }

    private TlsReceiver(TlsSettings settings, Path target, long bytes) {
        this.settings = settings;
        this.target = target;
        this.bytes = bytes;
        this.digests = new byte[(int) (bytes / BlockHasher.BLOCK_BYTES) * BlockHasher.DIGEST_BYTES];
    }

    /** Takes the words of the settings, the sender's port, the target, its length, and how often to transfer it. */
    public static void main(String[] arguments)
            throws IOException, GeneralSecurityException, ExecutionException, InterruptedException {
        int next = TlsSettings.WORDS;
        int port = Integer.parseInt(arguments[next]);
        new TlsReceiver(TlsSettings.parse(arguments), Path.of(arguments[next + 1]), Long.parseLong(arguments[next + 2]))
                .run(port, Integer.parseInt(arguments[next + 3]));
    }

    private void run(int port, int transfers)
            throws IOException, GeneralSecurityException, ExecutionException, InterruptedException {
        SSLContext context = settings.context();
        List<SecureChannel> channels = new ArrayList<>();
        for (int i = 0; i < settings.connections(); i++) {
            InetSocketAddress sender = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            channels.add(settings.secure(context, SocketChannel.open(sender), true));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(settings.connections())) {
            for (int i = 0; i < transfers; i++) {
                Files.deleteIfExists(target);
                long startNanos = System.nanoTime();
                Duration before = cpu();
                transfer(channels, threads);
                double seconds = (System.nanoTime() - startNanos) / 1e9;
                System.out.println("RESULT wall=" + seconds + " cpu="
                        + cpu().minus(before).toMillis() / 1e3 + " digest=" + digest() + " "
                        + channels.getFirst().description());
            }
        }
        for (SecureChannel channel : channels) {
            channel.close();
        }
    }

    private void transfer(List<SecureChannel> channels, ExecutorService threads)
            throws IOException, ExecutionException, InterruptedException {
        long share = bytes / channels.size();
        try (FileChannel file = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < channels.size(); i++) {
                SecureChannel channel = channels.get(i);
                long offset = i * share;
                running.add(threads.submit(() -> receive(channel, file, offset, share)));
            }
            for (Future<Void> each : running) {
                each.get();
            }
        }
    }

    private Void receive(SecureChannel channel, FileChannel file, long offset, long length)
            throws IOException, GeneralSecurityException {
        ByteBuffer request = settings.allocate(TlsSender.HEADER_BYTES);
        channel.writeFully(request.putLong(offset).putLong(length).flip());
        BlockHasher hasher = new BlockHasher();
        Frame frame = new Frame(settings.allocate(TlsSender.DATA_POSITION + TlsSettings.FRAME_BYTES + SLACK_BYTES));
        for (long received = 0; received < length; received += frame.dataBytes) {
            read(channel, frame);
            store(hasher, file, frame);
        }
        return null;
    }

    /** Reads one frame; the sender never lets a record hold bytes of two. */
    private void read(SecureChannel channel, Frame frame) throws IOException {
        ByteBuffer buffer = frame.buffer;
        int head = TlsSender.DATA_POSITION - TlsSender.HEADER_BYTES;
        buffer.clear().position(head);
        if (settings.stack().readsPlainBytes()) {
            buffer.limit(TlsSender.DATA_POSITION);
        }
        channel.readAtLeast(buffer, TlsSender.HEADER_BYTES);
        frame.offset = buffer.getLong(head);
        frame.dataBytes = (int) buffer.getLong(head + Long.BYTES);
        int end = TlsSender.DATA_POSITION + frame.dataBytes;
        if (buffer.position() < end) {
            buffer.limit(settings.stack().readsPlainBytes() ? end : buffer.capacity());
            channel.readAtLeast(buffer, end - buffer.position());
        }
        if (buffer.position() != end) {
            throw new IOException("a record with bytes of two frames");
        }
    }

    private void store(BlockHasher hasher, FileChannel file, Frame frame) throws IOException, GeneralSecurityException {
        int digestOffset = (int) (frame.offset / BlockHasher.BLOCK_BYTES) * BlockHasher.DIGEST_BYTES;
        hasher.hashBlocks(frame.buffer, TlsSender.DATA_POSITION, frame.dataBytes, digests, digestOffset);
        ByteBuffer data = frame.buffer;
        data.limit(TlsSender.DATA_POSITION + frame.dataBytes).position(TlsSender.DATA_POSITION);
        while (data.hasRemaining()) {
            file.write(data, frame.offset + data.position() - TlsSender.DATA_POSITION);
        }
    }

    private String digest() throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(digests), 0, 8);
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
