package dev.shoal.transport;

import dev.shoal.protocol.Header;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.Welcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The two datagrams by which a peer gets a new session from an index that has forgotten the old one, without TLS.
 *
 * <p>Request (kind 3, exactly {@link #REQUEST_BYTES} bytes): kind (1), ticket (2 + n), client nonce (16), time (8),
 * proof (32), zeros. Answer (kind 4, never longer): kind (1), client nonce (16), server nonce (16), AES-128-GCM
 * ciphertext and tag of a {@link Welcome}. Both are bound to the resumption secret that came with the ticket.
 */
public final class Rejoin {

    /** First byte of a request. */
    public static final byte KIND_REQUEST = 3;

    /** First byte of an answer. */
    public static final byte KIND_ANSWER = 4;

    /** Length of a request in bytes: padded, so that whoever forges its sender gains nothing. */
    public static final int REQUEST_BYTES = 1_000;

    /** Length of each nonce in bytes. */
    public static final int NONCE_BYTES = 16;

    private static final byte[] REQUEST_LABEL = "shoal rejoin request".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANSWER_LABEL = "shoal rejoin answer".getBytes(StandardCharsets.US_ASCII);
    private static final int ANSWER_PREFIX_BYTES = 1 + 2 * NONCE_BYTES;
    private static final int GCM_NONCE_BYTES = 12;

    private Rejoin() {}

    /**
     * A request as it arrived; its proof is not checked yet.
     *
     * @param ticket what only the index can open
     * @param clientNonce to be used once
     * @param timeMillis the peer's clock, since 1970
     */
    public record Request(byte[] ticket, byte[] clientNonce, long timeMillis, byte[] proved, byte[] proof) {

        /** Whether who sent it knows the ticket's resumption secret. */
        public boolean isAuthentic(byte[] resumptionSecret) {
            byte[] expected = Proof.of(resumptionSecret, ByteBuffer.wrap(REQUEST_LABEL), ByteBuffer.wrap(proved));
            return Proof.equal(expected, proof);
        }
    }

    /** Makes a request. */
    public static ByteBuffer request(byte[] resumptionSecret, byte[] ticket, byte[] clientNonce, long timeMillis) {
        ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES);
        request.put(KIND_REQUEST).putShort((short) ticket.length).put(ticket).put(clientNonce);
        request.putLong(timeMillis);
        ByteBuffer proved = request.duplicate().flip();
        request.put(Proof.of(resumptionSecret, ByteBuffer.wrap(REQUEST_LABEL), proved));
        return request.clear();
    }

    /** Reads a datagram of kind 3; empty when it is not one. */
    public static Optional<Request> readRequest(ByteBuffer datagram) {
        ByteBuffer in = datagram.duplicate();
        if (in.remaining() != REQUEST_BYTES || in.get() != KIND_REQUEST) {
            return Optional.empty();
        }
        int ticketBytes = in.getShort() & 0xffff;
        if (ticketBytes > Welcome.MAX_TICKET_BYTES) {
            return Optional.empty();
        }
        byte[] ticket = new byte[ticketBytes];
        byte[] clientNonce = new byte[NONCE_BYTES];
        in.get(ticket).get(clientNonce);
        long timeMillis = in.getLong();
        byte[] proved = new byte[in.position() - datagram.position()];
        datagram.get(datagram.position(), proved);
        byte[] proof = new byte[Proof.BYTES];
        in.get(proof);
        return Optional.of(new Request(ticket, clientNonce, timeMillis, proved, proof));
    }

    /** Makes the answer that carries a welcome. */
    public static ByteBuffer answer(byte[] resumptionSecret, byte[] clientNonce, byte[] serverNonce, Welcome welcome) {
        ByteBuffer pdu = ByteBuffer.allocate(REQUEST_BYTES);
        welcome.encodeReply(0, false, pdu);
        ByteBuffer answer = ByteBuffer.allocate(REQUEST_BYTES);
        answer.put(KIND_ANSWER).put(clientNonce).put(serverNonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, resumptionSecret, clientNonce, serverNonce);
            cipher.updateAAD(answer.duplicate().flip());
            cipher.doFinal(pdu.flip(), answer);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing failed", e);
        }
        return answer.flip();
    }

    /** Opens a datagram of kind 4; empty when it is not the index's answer to the request with this nonce. */
    public static Optional<Welcome> readAnswer(byte[] resumptionSecret, byte[] clientNonce, ByteBuffer datagram) {
        ByteBuffer in = datagram.duplicate();
        if (in.remaining() <= ANSWER_PREFIX_BYTES || in.remaining() > REQUEST_BYTES || in.get() != KIND_ANSWER) {
            return Optional.empty();
        }
        byte[] echoed = new byte[NONCE_BYTES];
        byte[] serverNonce = new byte[NONCE_BYTES];
        in.get(echoed).get(serverNonce);
        if (!MessageDigest.isEqual(echoed, clientNonce)) {
            return Optional.empty();
        }
        ByteBuffer pdu = ByteBuffer.allocate(in.remaining());
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, resumptionSecret, clientNonce, serverNonce);
            cipher.updateAAD(datagram.duplicate().limit(datagram.position() + ANSWER_PREFIX_BYTES));
            cipher.doFinal(in, pdu);
            Header header = Header.read(pdu.flip());
            return IndexReply.decode(header, pdu) instanceof Welcome welcome ? Optional.of(welcome) : Optional.empty();
        } catch (GeneralSecurityException | MalformedPduException e) {
            return Optional.empty();
        }
    }

    private static Cipher cipher(int mode, byte[] resumptionSecret, byte[] clientNonce, byte[] serverNonce)
            throws GeneralSecurityException {
        byte[] key = Proof.shortOf(
                resumptionSecret,
                ByteBuffer.wrap(ANSWER_LABEL),
                ByteBuffer.wrap(clientNonce),
                ByteBuffer.wrap(serverNonce));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        // A key is used for one answer only, because both nonces go into it: a nonce of zeros is safe.
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, new byte[GCM_NONCE_BYTES]));
        return cipher;
    }
}
