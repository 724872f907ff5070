package dev.shoal.transport;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;

/**
 * The end of a connection of which nothing is to be lost: a socket that is closed while something that came was not
 * read takes back what it has not delivered yet. Waits on the caller's thread, and leaves the socket to be closed.
 */
final class Farewell {

    /** What comes after the end is dropped by so much at a time. */
    private static final int DROPPED_BYTES = 4 * 1024;

    /** Who waits for an answer to his good-bye waits so long; who does not is gone by then, on a bad line as well. */
    private static final int ANSWER_MILLIS = 1_000;

    private Farewell() {}

    /**
     * Waits for the other side to go by itself first: it has nothing left to read then, so that its going does not look
     * like a line that broke.
     *
     * @param quietMillis how long that may take; 0 where the other side knows of no end but this one
     * @param goodBye says that nothing more comes, and whether the system took it
     * @param millis how long it may take from then on; then the socket is closed
     * @return whether the other side has ended it
     */
    static boolean await(SocketChannel channel, int quietMillis, BooleanSupplier goodBye, long millis) {
        try {
            // What was broken off is told once, and looks like an end afterwards.
            return goesFirst(channel, quietMillis) || (goodBye.getAsBoolean() && await(channel, millis));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean goesFirst(SocketChannel channel, int millis) throws IOException {
        if (millis <= 0) {
            // For the socket, that would be without an end.
            return false;
        }
        try {
            Socket socket = channel.socket();
            socket.setSoTimeout(millis);
            byte[] dropped = new byte[DROPPED_BYTES];
            int count = socket.getInputStream().read(dropped);
            if (count > 0) {
                // Its good-bye: it goes now, or waits for an answer, over which it may close its socket just as well.
                socket.setSoTimeout(Math.min(millis, ANSWER_MILLIS));
                count = socket.getInputStream().read(dropped);
            }
            return count < 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /**
     * Sends nothing more, and drops what comes until the other side ends the connection.
     *
     * @param millis how long that may take; then the socket is closed
     * @return whether the other side has ended it
     */
    private static boolean await(SocketChannel channel, long millis) {
        try (Watchdog.Guard guard = Watchdog.closeAfter(channel, millis)) {
            channel.shutdownOutput();
            ByteBuffer dropped = ByteBuffer.allocate(DROPPED_BYTES);
            while (channel.read(dropped.clear()) >= 0) {
                // Nobody wants it.
            }
            guard.release();
            return true;
        } catch (IOException e) {
            // It was broken off, or took too long.
            return false;
        }
    }
}
