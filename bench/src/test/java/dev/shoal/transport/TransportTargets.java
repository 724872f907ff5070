package dev.shoal.transport;

import dev.shoal.protocol.PeerKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What may come as a datagram, under any input. */
public final class TransportTargets {

    private static final byte[] KEY = new byte[16];
    private static final byte[] SECRET = new byte[32];

    private TransportTargets() {}

    /** A datagram from anybody: nothing in it is authentic, and all of it is looked at as the receivers do. */
    public static void datagram(byte[] input) {
        ByteBuffer datagram = ByteBuffer.wrap(input);
        if (Sealing.isSealed(datagram.duplicate())) {
            Sealing.session(datagram);
            Sealing.counter(datagram);
            ByteBuffer plain = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES + 1);
            if (new Sealing().open(KEY, datagram.duplicate(), plain)) {
                throw new AssertionError("forged: " + Arrays.toString(input));
            }
        }
        UnknownSession.isAuthentic(KEY, 1, datagram.duplicate());
        Rejoin.readRequest(datagram.duplicate()).ifPresent(request -> {
            if (request.isAuthentic(SECRET)) {
                throw new AssertionError("forged: " + Arrays.toString(input));
            }
        });
        Rejoin.readAnswer(SECRET, new byte[Rejoin.NONCE_BYTES], datagram.duplicate());
    }

    /** What an index sealed, whatever that is. */
    public static void sealedDatagram(byte[] input) {
        if (input.length == 0 || input.length > Sealing.MAX_DATAGRAM_BYTES - Sealing.PREFIX_BYTES - Sealing.TAG_BYTES) {
            return;
        }
        ByteBuffer datagram = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES);
        Sealing sealing = new Sealing();
        sealing.seal(KEY, 7, 8, ByteBuffer.wrap(input), datagram);
        ByteBuffer plain = ByteBuffer.allocate(Sealing.MAX_DATAGRAM_BYTES + 1);
        boolean opened = Sealing.isSealed(datagram.flip()) && sealing.open(KEY, datagram, plain);
        if (!opened || !plain.flip().equals(ByteBuffer.wrap(input))) {
            throw new AssertionError("sealed and not opened: " + Arrays.toString(input));
        }
    }

    /** The file of a key and its certificate. What is taken can be used. */
    public static void identity(byte[] input) {
        try {
            Path file = Files.createTempFile("identity", ".pem");
            try {
                Files.write(file, input);
                Identity read = Identity.loadOrCreate(file);
                read.id();
                PeerKey.sign(input, read.privateKey());
            } catch (TransportException refused) {
                // As it should be, and it is not replaced.
                if (!Arrays.equals(Files.readAllBytes(file), input)) {
                    throw new AssertionError("the file has changed", refused);
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
