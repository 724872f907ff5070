package dev.shoal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The end of a connection of which nothing is to be lost: a socket that is closed while something that came was not
 * read takes back what it has not delivered yet. Waits on the caller's thread, and leaves the socket to be closed.
 */
final class Farewell {

    /** What comes after the end is dropped by so much at a time. */
    private static final int DROPPED_BYTES = 4 * 1024;

    private Farewell() {}

    /**
     * Sends nothing more, and drops what comes until the other side ends the connection.
     *
     * @param millis how long that may take; then the socket is closed
     * @return whether the other side has ended it
     */
    static boolean await(SocketChannel channel, long millis) {
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
