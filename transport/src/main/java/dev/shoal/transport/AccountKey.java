package dev.shoal.transport;

import dev.shoal.protocol.PeerKey;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.Arrays;

/**
 * The key pair of an account, on the curve P-256: what its versions are signed with, on whichever device. Immutable.
 *
 * @param privateKey the private half
 * @param key the public half
 */
public record AccountKey(PrivateKey privateKey, PeerKey key) {

    /** Length of the private half in bytes, as one number. */
    static final int SCALAR_BYTES = 32;

    private static final String CURVE = "secp256r1";

    /** A new one. */
    public static AccountKey generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            KeyPair pair = generator.generateKeyPair();
            return new AccountKey(pair.getPrivate(), PeerKey.of(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make keys on P-256", e);
        }
    }

    /**
     * From the private half as a number, of which the caller knows that it belongs to the public half.
     *
     * @throws IllegalArgumentException when it is no private key of the curve
     */
    static AccountKey of(byte[] scalar, PeerKey key) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(CURVE));
            ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
            BigInteger number = new BigInteger(1, scalar);
            if (number.signum() == 0 || number.compareTo(curve.getOrder()) >= 0) {
                throw new IllegalArgumentException("the number is no private key");
            }
            return new AccountKey(
                    KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number, curve)), key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot read keys on P-256", e);
        }
    }

    /** The private half as a number of 32 bytes. */
    byte[] scalar() {
        if (!(privateKey instanceof ECPrivateKey ec)) {
            throw new IllegalStateException("the key does not tell its number");
        }
        byte[] number = ec.getS().toByteArray();
        byte[] scalar = new byte[SCALAR_BYTES];
        // A sign byte more, or leading zeros fewer.
        byte[] digits = number.length > SCALAR_BYTES
                ? Arrays.copyOfRange(number, number.length - SCALAR_BYTES, number.length)
                : number;
        System.arraycopy(digits, 0, scalar, SCALAR_BYTES - digits.length, digits.length);
        return scalar;
    }

    /** Without the private half. */
    @Override
    public String toString() {
        return "AccountKey[" + key + "]";
    }
}
