package dev.shoal.transport;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals and opens datagrams: kind (1 byte, value 1), session (8), counter (8), then AES-128-GCM ciphertext and tag (16)
 * of a PDU. The nonce is four zero bytes and the counter; the first 17 bytes are authenticated too. Keeps a cipher and
 * is for one thread at a time; keys, counters and replay windows are the caller's.
 */
public final class Sealing {

    /** The largest datagram in bytes, which passes every path without being cut. */
    public static final int MAX_DATAGRAM_BYTES = 1_200;

    /** First byte of a sealed datagram. */
    public static final byte KIND_SEALED = 1;

    /** Bytes before the ciphertext. */
    public static final int PREFIX_BYTES = 17;

    /** Bytes of the authentication tag. */
    public static final int TAG_BYTES = 16;

    private static final int SESSION_OFFSET = 1;
    private static final int COUNTER_OFFSET = 9;
    private static final int NONCE_BYTES = 12;

    private static final String ALGORITHM = "AES/GCM/NoPadding";

    private final Cipher cipher;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final byte[] in = new byte[MAX_DATAGRAM_BYTES];
    private final byte[] out = new byte[MAX_DATAGRAM_BYTES + TAG_BYTES];

    /** A sealing with the AES-GCM that the process prefers, see {@link Cryptography#preferNative}. */
    public Sealing() {
        this(preferred());
    }

    private Sealing(Cipher cipher) {
        this.cipher = cipher;
    }

    /**
     * A sealing for very many datagrams: with the JDK's own AES-GCM, which takes a fifth of BoringSSL's time for a
     * small one as soon as it is compiled, because no call leaves Java.
     */
    public static Sealing forMany() {
        try {
            return new Sealing(Cipher.getInstance(ALGORITHM, "SunJCE"));
        } catch (GeneralSecurityException e) {
            // A Java without that provider seals as it can.
            return new Sealing();
        }
    }

    private static Cipher preferred() {
        try {
            return Cipher.getInstance(ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** The session of a datagram of kind 1 that has at least {@link #PREFIX_BYTES} bytes. */
    public static long session(ByteBuffer datagram) {
        return datagram.getLong(datagram.position() + SESSION_OFFSET);
    }

    /** The counter of a datagram of kind 1 that has at least {@link #PREFIX_BYTES} bytes. */
    public static long counter(ByteBuffer datagram) {
        return datagram.getLong(datagram.position() + COUNTER_OFFSET);
    }

    /** Whether a datagram can be a sealed one; one that is too long is none, however authentic. */
    public static boolean isSealed(ByteBuffer datagram) {
        return datagram.remaining() > PREFIX_BYTES + TAG_BYTES
                && datagram.remaining() <= MAX_DATAGRAM_BYTES
                && datagram.get(datagram.position()) == KIND_SEALED;
    }

    /**
     * Seals the PDU that remains in {@code pdu} into {@code datagram}, at its position; both buffers move on.
     *
     * @param counter must never be used twice with the key
     * @param pdu at most what fits into a datagram of {@link #MAX_DATAGRAM_BYTES}
     */
    public void seal(byte[] key, long session, long counter, ByteBuffer pdu, ByteBuffer datagram) {
        int length = pdu.remaining();
        if (length > MAX_DATAGRAM_BYTES - PREFIX_BYTES - TAG_BYTES) {
            throw new IllegalArgumentException(length + " bytes do not fit into a datagram");
        }
        int start = datagram.position();
        datagram.put(KIND_SEALED).putLong(session).putLong(counter);
        datagram.get(start, in, 0, PREFIX_BYTES);
        pdu.get(in, PREFIX_BYTES, length);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), nonce(counter));
            cipher.updateAAD(in, 0, PREFIX_BYTES);
            datagram.put(out, 0, cipher.doFinal(in, PREFIX_BYTES, length, out, 0));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing failed", e);
        }
    }

    /**
     * Opens a datagram into {@code pdu}, at its position; both buffers move on.
     *
     * @return whether it was sealed and authentic; when not, {@code pdu} holds nothing of use
     */
    public boolean open(byte[] key, ByteBuffer datagram, ByteBuffer pdu) {
        if (!isSealed(datagram)) {
            return false;
        }
        // Bytes in arrays: the cipher copies from and to other memory piece by piece.
        long counter = counter(datagram);
        int length = datagram.remaining();
        datagram.get(in, 0, length);
        try {
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), nonce(counter));
            cipher.updateAAD(in, 0, PREFIX_BYTES);
            pdu.put(out, 0, cipher.doFinal(in, PREFIX_BYTES, length - PREFIX_BYTES, out, 0));
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("opening failed", e);
        }
    }

    private GCMParameterSpec nonce(long counter) {
        ByteBuffer.wrap(nonce).putLong(NONCE_BYTES - Long.BYTES, counter);
        return new GCMParameterSpec(TAG_BYTES * 8, nonce);
    }
}
