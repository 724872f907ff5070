package dev.shoal.protocol;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Says that a peer may get what is shared privately: signed by the index, shown to each source, which checks it without
 * asking anybody. It is good for one share id, one peer's key and some minutes. Immutable.
 *
 * <p>Layout: expiry (8), account key (65), signature (64). The signature is the index's, over "shoal ticket\n", its id
 * (32), the share id (40), the peer's id (32), expiry (8) and the account's key (65).
 *
 * @param expiryMillis until when it is good, in milliseconds since 1970 by the index's clock
 * @param account for which account the peer acts
 * @param signature 64 bytes, r and s (IEEE P1363)
 */
public record AccessTicket(long expiryMillis, PeerKey account, byte[] signature) {

    /** Length in bytes. */
    public static final int BYTES = Long.BYTES + PeerKey.BYTES + PeerKey.SIGNATURE_BYTES;

    /** How long a ticket is good that an index makes. */
    public static final long LIFE_MILLIS = 5 * 60_000L;

    /** How far the clocks of index and source may be apart. */
    public static final long CLOCK_MILLIS = 60_000L;

    private static final byte[] PREFIX = "shoal ticket\n".getBytes(StandardCharsets.US_ASCII);

    /** Checks the signature's length. */
    public AccessTicket {
        if (signature.length != PeerKey.SIGNATURE_BYTES) {
            throw new IllegalArgumentException("a signature of " + signature.length + " bytes");
        }
        signature = signature.clone();
    }

    /**
     * Makes and signs one.
     *
     * @param index who signs
     * @param share what may be got, as {@link ShareId} gives it
     * @param peer whose TLS key it is good for
     * @param key the index's private key
     */
    public static AccessTicket sign(
            PeerId index, ContentId share, PeerId peer, PeerKey account, long expiryMillis, PrivateKey key) {
        byte[] signed = signedBytes(index, share, peer, account, expiryMillis);
        return new AccessTicket(expiryMillis, account, PeerKey.sign(signed, key));
    }

    static AccessTicket decode(WireReader in) {
        return new AccessTicket(
                in.i64("expiry"), in.peerKey("account key"), in.bytes("signature", PeerKey.SIGNATURE_BYTES));
    }

    void encode(WireWriter out) {
        out.i64(expiryMillis).bytes(account.toBytes()).bytes(signature);
    }

    /** Whether it is over, or from so far ahead that no index can have made it. */
    public boolean isOver(long nowMillis) {
        return expiryMillis < nowMillis - CLOCK_MILLIS || expiryMillis > nowMillis + LIFE_MILLIS + CLOCK_MILLIS;
    }

    /** Whether that index signed exactly this, for that share and that peer. */
    public boolean isAuthentic(PeerKey index, ContentId share, PeerId peer) {
        return index.verifies(signedBytes(index.id(), share, peer, account, expiryMillis), signature);
    }

    @Override
    public byte[] signature() {
        return signature.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AccessTicket that
                && expiryMillis == that.expiryMillis
                && account.equals(that.account)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(expiryMillis) + Arrays.hashCode(signature);
    }

    /** Without the signature: whoever has it is not helped without the peer's key, but it belongs in no log. */
    @Override
    public String toString() {
        return "AccessTicket[until " + expiryMillis + ", " + account.id() + "]";
    }

    private static byte[] signedBytes(PeerId index, ContentId share, PeerId peer, PeerKey account, long expiryMillis) {
        ByteBuffer signed =
                ByteBuffer.allocate(PREFIX.length + 2 * Hash.BYTES + ContentId.BYTES + Long.BYTES + PeerKey.BYTES);
        new WireWriter(signed)
                .bytes(PREFIX)
                .hash(index.hash())
                .contentId(share)
                .hash(peer.hash())
                .i64(expiryMillis)
                .bytes(account.toBytes());
        return signed.array();
    }
}
