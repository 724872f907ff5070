package dev.shoal.peer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A body whose length nobody knows before it ends: gathered into pieces, each with its length before it, so that the
 * other side can tell an end from a line that broke. Who speaks HTTP/1.0 gets it without. For one thread.
 */
final class HttpPieces extends OutputStream {

    /** Takes what is to be sent. */
    @FunctionalInterface
    interface Sink {
        void write(ByteBuffer bytes) throws IOException;
    }

    private final ByteBuffer gathered;
    private final boolean hasLengths;
    private final Sink sink;

    /**
     * Nothing is sent yet.
     *
     * @param bytes how much is gathered
     * @param hasLengths whether pieces are told apart
     */
    HttpPieces(int bytes, boolean hasLengths, Sink sink) {
        this.gathered = ByteBuffer.allocate(bytes);
        this.hasLengths = hasLengths;
        this.sink = sink;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            int count = Math.min(gathered.remaining(), offset + length - at);
            gathered.put(bytes, at, count);
            at += count;
            if (!gathered.hasRemaining()) {
                send();
            }
        }
    }

    private void send() throws IOException {
        gathered.flip();
        if (hasLengths && gathered.hasRemaining()) {
            text(String.format(Locale.ROOT, "%x\r\n", gathered.remaining()));
        }
        boolean isSome = gathered.hasRemaining();
        sink.write(gathered);
        if (hasLengths && isSome) {
            text("\r\n");
        }
        gathered.clear();
    }

    /** There is nothing more. */
    void end() throws IOException {
        send();
        if (hasLengths) {
            text("0\r\n\r\n");
        }
    }

    private void text(String text) throws IOException {
        sink.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
