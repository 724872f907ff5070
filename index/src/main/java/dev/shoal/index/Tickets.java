package dev.shoal.index;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Welcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Makes and opens rejoin tickets: AES-256-GCM under a key that only this index has and keeps. Thread-safe.
 *
 * <p>Layout: nonce (12), then sealed: format (1, value 1), key (65), instance (8), user (1 + n), listening port (2),
 * endpoint count (1), endpoints (length of the address 1, address, port 2), resumption secret (32), time (8).
 */
final class Tickets {

    /** How long a ticket is good: longer than a machine is off over the holidays costs one TLS handshake. */
    static final long MAX_AGE_MILLIS = 7L * 24 * 3600 * 1000;

    /** How far in the future a ticket may have been made, when the index's clock was set back. */
    private static final long CLOCK_SLACK_MILLIS = 3600_000;

    private static final int FORMAT = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] PURPOSE = "shoal rejoin ticket".getBytes(StandardCharsets.US_ASCII);

    private final Secrets secrets;

    Tickets(Secrets secrets) {
        this.secrets = secrets;
    }

    /** Seals a ticket: at most {@link Welcome#MAX_TICKET_BYTES}. */
    byte[] seal(Ticket ticket, RandomGenerator secure) {
        return seal(encode(ticket), secure);
    }

    /** The same for what need not be a ticket. */
    byte[] seal(byte[] plain, RandomGenerator secure) {
        byte[] nonce = new byte[NONCE_BYTES];
        secure.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, plain)
                .orElseThrow(() -> new IllegalStateException("every JDK has AES-GCM"));
        byte[] whole = Arrays.copyOf(nonce, nonce.length + sealed.length);
        System.arraycopy(sealed, 0, whole, nonce.length, sealed.length);
        return whole;
    }

    /** Opens a ticket; empty for anything that this index did not make, or made too long ago. */
    Optional<Ticket> open(byte[] bytes, long nowMillis) {
        if (bytes.length <= NONCE_BYTES || bytes.length > Welcome.MAX_TICKET_BYTES) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(bytes, NONCE_BYTES);
        byte[] sealed = Arrays.copyOfRange(bytes, NONCE_BYTES, bytes.length);
        return crypt(Cipher.DECRYPT_MODE, nonce, sealed)
                .flatMap(Tickets::decode)
                .filter(ticket -> nowMillis - ticket.issuedMillis() <= MAX_AGE_MILLIS)
                .filter(ticket -> ticket.issuedMillis() - nowMillis <= CLOCK_SLACK_MILLIS);
    }

    private Optional<byte[]> crypt(int mode, byte[] nonce, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, secrets.ticketKey(), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(PURPOSE);
            return Optional.of(cipher.doFinal(input));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static byte[] encode(Ticket ticket) {
        PeerProfile profile = ticket.profile();
        byte[] user = profile.user().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(Welcome.MAX_TICKET_BYTES);
        out.put((byte) FORMAT).put(profile.key().toBytes()).putLong(profile.instance());
        out.put((byte) user.length).put(user).putShort((short) profile.listenPort());
        out.put((byte) profile.declared().size());
        for (Endpoint endpoint : profile.declared()) {
            byte[] address = endpoint.address().getAddress();
            out.put((byte) address.length).put(address).putShort((short) endpoint.port());
        }
        out.put(ticket.resumptionSecret()).putLong(ticket.issuedMillis());
        return Arrays.copyOf(out.array(), out.position());
    }

    private static Optional<Ticket> decode(byte[] bytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            if (in.get() != FORMAT) {
                return Optional.empty();
            }
            PeerKey key = PeerKey.of(take(in, PeerKey.BYTES));
            long instance = in.getLong();
            String user = new String(take(in, in.get() & 0xff), StandardCharsets.UTF_8);
            int listenPort = in.getShort() & 0xffff;
            int count = in.get() & 0xff;
            List<Endpoint> declared = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                InetAddress address = InetAddress.getByAddress(take(in, in.get() & 0xff));
                declared.add(new Endpoint(address, in.getShort() & 0xffff));
            }
            byte[] secret = take(in, Welcome.SECRET_BYTES);
            return Optional.of(
                    new Ticket(new PeerProfile(key, instance, user, listenPort, declared), secret, in.getLong()));
        } catch (BufferUnderflowException | UnknownHostException | IllegalArgumentException e) {
            // Sealed by this index in a format that it no longer reads.
            return Optional.empty();
        }
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
