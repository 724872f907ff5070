package dev.shoal.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSocket;

/** A secure channel over an {@link SSLSocket}. Its buffers must be on the heap. For one reader and one writer. */
final class SocketSecureChannel implements SecureChannel {

    private final SSLSocket socket;
    private final InputStream input;
    private final OutputStream output;

    /** Shakes hands on a configured socket. */
    SocketSecureChannel(SSLSocket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.startHandshake();
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
    }

    @Override
    public void writeFully(ByteBuffer source) throws IOException {
        output.write(source.array(), source.arrayOffset() + source.position(), source.remaining());
        source.position(source.limit());
    }

    @Override
    public void readAtLeast(ByteBuffer target, int neededBytes) throws IOException {
        int wantedPosition = target.position() + neededBytes;
        while (target.position() < wantedPosition) {
            int count = input.read(target.array(), target.arrayOffset() + target.position(), target.remaining());
            if (count < 0) {
                throw new EOFException("the other side closed the connection");
            }
            target.position(target.position() + count);
        }
    }

    @Override
    public String description() {
        return socket.getSession().getProtocol() + " " + socket.getSession().getCipherSuite();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
