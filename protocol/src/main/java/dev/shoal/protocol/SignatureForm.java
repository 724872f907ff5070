package dev.shoal.protocol;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.SignatureException;
import java.util.Arrays;

/**
 * The two forms of an ECDSA signature on P-256: r and s of 32 bytes side by side (IEEE P1363), as Shoal writes them,
 * and the DER sequence of two integers (RFC 3279, section 2.2.3), which every implementation speaks.
 */
final class SignatureForm {

    private static final int NUMBER_BYTES = PeerKey.SIGNATURE_BYTES / 2;
    private static final byte SEQUENCE = 0x30;
    private static final byte INTEGER = 0x02;

    private SignatureForm() {}

    /** As DER. */
    static byte[] toDer(byte[] sideBySide) throws SignatureException {
        if (sideBySide.length != PeerKey.SIGNATURE_BYTES) {
            throw new SignatureException("a signature has 64 bytes");
        }
        byte[] r = new BigInteger(1, sideBySide, 0, NUMBER_BYTES).toByteArray();
        byte[] s = new BigInteger(1, sideBySide, NUMBER_BYTES, NUMBER_BYTES).toByteArray();
        // Two numbers of at most 33 bytes: all lengths fit into one byte.
        ByteBuffer der = ByteBuffer.allocate(6 + r.length + s.length);
        der.put(SEQUENCE).put((byte) (4 + r.length + s.length));
        der.put(INTEGER).put((byte) r.length).put(r);
        der.put(INTEGER).put((byte) s.length).put(s);
        return der.array();
    }

    /** From DER that this program's own implementation made. */
    static byte[] fromDer(byte[] der) {
        ByteBuffer in = ByteBuffer.wrap(der).position(2);
        byte[] sideBySide = new byte[PeerKey.SIGNATURE_BYTES];
        for (int end = NUMBER_BYTES; end <= sideBySide.length; end += NUMBER_BYTES) {
            byte[] number = new byte[in.position(in.position() + 1).get()];
            in.get(number);
            byte[] digits = number[0] == 0 && number.length > 1 ? Arrays.copyOfRange(number, 1, number.length) : number;
            System.arraycopy(digits, 0, sideBySide, end - digits.length, digits.length);
        }
        return sideBySide;
    }
}
