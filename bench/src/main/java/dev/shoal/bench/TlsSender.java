package dev.shoal.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/**
 * The sending process of {@code tls}: answers requests for ranges of one file, a thread a connection, until it is
 * ended.
 */
final class TlsSender {

    /** Where the data of a frame begins in its buffer, so that file data lies on a page's boundary. */
    static final int DATA_POSITION = 4_096;

    /** Offset and length of the data, 64 bits each. */
    static final int HEADER_BYTES = 16;

    private final TlsSettings settings;
    private final Path file;

    private TlsSender(TlsSettings settings, Path file) {
        this.settings = settings;
        this.file = file;
    }

    /** Takes the words of the settings and the name of the file. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        new TlsSender(TlsSettings.parse(arguments), Path.of(arguments[TlsSettings.WORDS])).run();
    }

    private void run() throws IOException, GeneralSecurityException {
        SSLContext context = settings.context();
        try (ServerSocketChannel listener = ServerSocketChannel.open();
                FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println("LISTENING " + listener.socket().getLocalPort());
            while (true) {
                SocketChannel connection = listener.accept();
                Thread.ofPlatform().start(() -> serve(context, connection, source));
            }
        }
    }

    private void serve(SSLContext context, SocketChannel connection, FileChannel source) {
        ByteBuffer request = settings.allocate(HEADER_BYTES + 1);
        ByteBuffer frame = settings.allocate(DATA_POSITION + TlsSettings.FRAME_BYTES);
        try (SecureChannel secure = settings.secure(context, connection, false)) {
            while (true) {
                request.clear().limit(HEADER_BYTES);
                secure.readAtLeast(request, HEADER_BYTES);
                sendRange(secure, source, frame, request.getLong(0), request.getLong(Long.BYTES));
            }
        } catch (EOFException e) {
            // The receiver has all that it wanted.
            return;
        } catch (IOException e) {
            System.err.println("sender: " + e);
        }
    }

    private void sendRange(SecureChannel secure, FileChannel source, ByteBuffer frame, long offset, long bytes)
            throws IOException {
        long end = offset + bytes;
        for (long position = offset; position < end; ) {
            int dataBytes = (int) Math.min(TlsSettings.FRAME_BYTES, end - position);
            frame.limit(DATA_POSITION + dataBytes).position(DATA_POSITION);
            while (frame.hasRemaining()) {
                if (source.read(frame, position + frame.position() - DATA_POSITION) < 0) {
                    throw new IOException("the file is shorter than what was asked for");
                }
            }
            frame.position(DATA_POSITION - HEADER_BYTES);
            frame.putLong(DATA_POSITION - HEADER_BYTES, position);
            frame.putLong(DATA_POSITION - Long.BYTES, dataBytes);
            secure.writeFully(frame);
            position += dataBytes;
        }
    }
}
