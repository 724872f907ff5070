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
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The peer of a home that runs in another process, for one request. */
final class RemotePeer implements AutoCloseable {

    private final Home home;
    private final SocketChannel channel;

    private RemotePeer(Home home, SocketChannel channel) {
        this.home = home;
        this.channel = channel;
    }

    /**
     * Connects to the home's socket; empty when no process answers there.
     *
     * @throws PeerException when one is there, and so many wait for it already that the system takes no more
     */
    static Optional<RemotePeer> connect(Home home) {
        Path socket = home.socketFile();
        if (Files.notExists(socket) || !home.trustsSocketFolder()) {
            return Optional.empty();
        }
        SocketChannel channel;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            return Optional.empty();
        }
        try (Silence silence = new Silence(channel)) {
            return connect(home, channel, silence);
        }
    }

    private static Optional<RemotePeer> connect(Home home, SocketChannel channel, Silence silence) {
        try {
            channel.connect(UnixDomainSocketAddress.of(home.socketFile()));
            return Optional.of(new RemotePeer(home, channel));
        } catch (IOException e) {
            Watchdog.closeQuietly(channel);
            if (silence.isTooLong()) {
                throw noAnswer(home);
            }
            // A socket that a killed process left behind.
            return Optional.empty();
        }
    }

    /** The process that runs the peer of a home, as far as it can be told without asking it: in words. */
    static String process(Home home) {
        OptionalLong process = home.process();
        return process.isPresent() ? "process " + process.getAsLong() : "another process";
    }

    private static PeerException noAnswer(Home home) {
        return new PeerException(
                PeerException.Reason.FAILED,
                "The peer of this home runs in " + process(home) + " and does not answer; is it stopped (Ctrl-Z)? Let"
                        + " it go on (fg, or kill -CONT), or end it, and run this again; or name another home in "
                        + Home.VARIABLE + ".");
    }

    /**
     * Has a request carried out.
     *
     * @return whether it came to its end or was cancelled; false when the other process ended first
     * @throws PeerException as the other process says, or when it gives no sign of life
     */
    boolean carryOut(ControlMessages.Attached request, Consumer<Report> reports, Cancellation cancellation) {
        cancellation.whenCancelled(this::close);
        Silence silence = new Silence(channel);
        try (silence;
                BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
                Writer out = Channels.newWriter(channel, StandardCharsets.UTF_8)) {
            out.write(ControlMessages.write(request) + "\n");
            out.flush();
            boolean taken = false;
            for (String line = next(in, silence); line != null; line = next(in, silence)) {
                ControlMessages.Reply reply = ControlMessages.readReply(line);
                if (!taken && !(reply instanceof ControlMessages.Alive)) {
                    // One that gives no signs of life would be taken for one that is stopped.
                    throw ControlMessages.otherVersion();
                }
                taken = true;
                switch (reply) {
                    case ControlMessages.Alive alive -> {
                        // Worth no more than that it came.
                    }
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
            if (silence.isTooLong()) {
                throw noAnswer(home);
            }
            return cancellation.isCancelled();
        } finally {
            close();
        }
    }

    private static @Nullable String next(BufferedReader in, Silence silence) throws IOException {
        silence.waiting(true);
        try {
            return ControlMessages.readLine(in);
        } finally {
            // However long it then takes here to tell what came.
            silence.waiting(false);
        }
    }

    @Override
    public void close() {
        Watchdog.closeQuietly(channel);
    }
}
