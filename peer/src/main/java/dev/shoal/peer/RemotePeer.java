package dev.shoal.peer;

import dev.shoal.transport.Watchdog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The peer of a home that runs in another process, for one request. */
final class RemotePeer implements AutoCloseable {

    private final SocketChannel channel;

    private RemotePeer(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects to the home's socket; empty when no process answers there. */
    static Optional<RemotePeer> connect(Home home) {
        Path socket = home.socketFile();
        if (Files.notExists(socket) || !home.trustsSocketFolder()) {
            return Optional.empty();
        }
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return Optional.of(new RemotePeer(channel));
        } catch (IOException e) {
            // A socket that a killed process left behind.
            if (channel != null) {
                Watchdog.closeQuietly(channel);
            }
            return Optional.empty();
        }
    }

    /**
     * Has a request carried out.
     *
     * @return whether it came to its end or was cancelled; false when the other process ended first
     * @throws PeerException as the other process says
     */
    boolean carryOut(ControlMessages.Attached request, Consumer<Report> reports, Cancellation cancellation) {
        cancellation.whenCancelled(this::close);
        try (BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
                Writer out = Channels.newWriter(channel, StandardCharsets.UTF_8)) {
            out.write(ControlMessages.write(request) + "\n");
            out.flush();
            for (String line = ControlMessages.readLine(in); line != null; line = ControlMessages.readLine(in)) {
                switch (ControlMessages.readReply(line)) {
                    case ControlMessages.Piece piece -> reports.accept(piece.report());
                    case ControlMessages.End end -> {
                        if (end.reason() != null) {
                            throw new PeerException(end.reason(), String.valueOf(end.message()));
                        }
                        return true;
                    }
                }
            }
            return cancellation.isCancelled();
        } catch (IOException e) {
            return cancellation.isCancelled();
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        Watchdog.closeQuietly(channel);
    }
}
