package dev.shoal.index;

import dev.shoal.protocol.Welcome;
import dev.shoal.transport.SecretFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets that outlast the process of an index: the key of its tickets, that of its proofs, and that of its
 * cookies. Thread-safe.
 */
public final class Secrets {

    /** Name of the file in the index's data folder. Who reads it can pose as any peer's session to this index. */
    public static final String FILE_NAME = "index-secrets";

    private static final int SECRET_BYTES = 32;

    /** A cookie is good for one to two of these, in milliseconds: long enough for a slow path, short for a thief. */
    private static final long COOKIE_WINDOW_MILLIS = 30_000;

    private final byte[] ticketKey;
    private final byte[] proofSecret;
    private final byte[] cookieSecret;

    private Secrets(byte[] bytes) {
        ticketKey = Arrays.copyOfRange(bytes, 0, SECRET_BYTES);
        proofSecret = Arrays.copyOfRange(bytes, SECRET_BYTES, 2 * SECRET_BYTES);
        cookieSecret = Arrays.copyOfRange(bytes, 2 * SECRET_BYTES, 3 * SECRET_BYTES);
    }

    /** Secrets that nobody keeps. */
    public static Secrets fresh(RandomGenerator secure) {
        byte[] bytes = new byte[3 * SECRET_BYTES];
        secure.nextBytes(bytes);
        return new Secrets(bytes);
    }

    /**
     * Reads the secrets of a data folder, or makes them, readable by the owner alone.
     *
     * @throws DataException when the file cannot be read or written, or is not one of secrets
     */
    public static Secrets load(Path folder, RandomGenerator secure) {
        Path file = folder.resolve(FILE_NAME);
        try {
            if (!Files.exists(file)) {
                create(file, secure);
            }
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length != 3 * SECRET_BYTES) {
                throw new DataException(
                        file + " is damaged: it has " + bytes.length + " bytes. Remove it, and peers join anew.");
            }
            return new Secrets(bytes);
        } catch (IOException e) {
            throw new DataException("The secrets in " + file + " cannot be read or written: " + e.getMessage(), e);
        }
    }

    /** Key of the proof that an answer to an unknown session comes from this index, 16 bytes. */
    public byte[] proofKey(long session) {
        byte[] mac = hmac(
                proofSecret, ByteBuffer.allocate(Long.BYTES).putLong(session).array());
        return Arrays.copyOf(mac, Welcome.KEY_BYTES);
    }

    /** What a peer at a new address has to send back to show that it is there. */
    long cookie(long session, InetSocketAddress address, long nowMillis) {
        return cookieOf(session, address, nowMillis / COOKIE_WINDOW_MILLIS);
    }

    /** Whether a cookie was made for that session and address not long ago. The time does not show what is wrong. */
    boolean isCookie(long cookie, long session, InetSocketAddress address, long nowMillis) {
        long window = nowMillis / COOKIE_WINDOW_MILLIS;
        return same(cookie, cookieOf(session, address, window)) || same(cookie, cookieOf(session, address, window - 1));
    }

    SecretKeySpec ticketKey() {
        return new SecretKeySpec(ticketKey, "AES");
    }

    private long cookieOf(long session, InetSocketAddress address, long window) {
        InetAddress host = address.getAddress();
        byte[] bytes = host.getAddress();
        ByteBuffer input = ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES + bytes.length);
        input.putLong(session).putLong(window).putInt(address.getPort()).put(bytes);
        return ByteBuffer.wrap(hmac(cookieSecret, input.array())).getLong();
    }

    private static boolean same(long one, long other) {
        return MessageDigest.isEqual(
                ByteBuffer.allocate(Long.BYTES).putLong(one).array(),
                ByteBuffer.allocate(Long.BYTES).putLong(other).array());
    }

    private static byte[] hmac(byte[] secret, byte[] input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** Written aside, forced and linked, so that a crash leaves the whole file or none. */
    private static void create(Path file, RandomGenerator secure) throws IOException {
        byte[] bytes = new byte[3 * SECRET_BYTES];
        secure.nextBytes(bytes);
        Path aside = file.resolveSibling(FILE_NAME + "-new-" + Long.toHexString(secure.nextLong()));
        SecretFile.create(aside);
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        try {
            Files.move(aside, file);
        } catch (FileAlreadyExistsException e) {
            Files.delete(aside);
        }
    }
}
