package dev.shoal.transport;

import dev.shoal.content.Hash;
import dev.shoal.protocol.AccountProof;
import dev.shoal.protocol.AccountRequest.RecoveryEntry;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.WrappedKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What follows from a password, or from a recovery code, on the side of who types it: the proof, which an index is
 * shown, and the key that the account's private key is wrapped under, which no index ever learns. Each is bound to one
 * index and one account, so that what one index learns is of no use at another. Immutable; no threads, no files.
 */
public final class AccountSecrets {

    private static final byte[] SALT_LABEL = ascii("shoal account\n");
    private static final byte[] WRAP_LABEL = ascii("shoal account key\n");
    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final byte[] proof;
    private final byte[] wrapKey;

    private AccountSecrets(byte[] secret, byte[] salt, String kind) {
        this.proof = derive(secret, salt, "shoal " + kind + " proof");
        this.wrapKey = derive(secret, salt, "shoal " + kind + " wrap");
    }

    /**
     * From a password. Takes some tenths of a second and 64 MiB of memory, on purpose.
     *
     * @param index the index that has the account
     * @param user the account's name in normal form C
     */
    public static AccountSecrets ofPassword(PeerId index, String user, String password) {
        byte[] typed = Normalizer.normalize(password, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8);
        byte[] salt = salt(index, user);
        byte[] stretched = new Argon2(Argon2.Cost.CLIENT).hash(typed, salt);
        try {
            return new AccountSecrets(stretched, salt, "account");
        } finally {
            // What a dump of the memory need not have.
            Arrays.fill(typed, (byte) 0);
            Arrays.fill(stretched, (byte) 0);
        }
    }

    /**
     * From a recovery code, which is random enough not to be stretched.
     *
     * @param index the index that has the account
     * @param user the account's name in normal form C
     */
    public static AccountSecrets ofCode(PeerId index, String user, RecoveryCode code) {
        return new AccountSecrets(code.toBytes(), salt(index, user), "recovery");
    }

    /** What the index is shown. */
    public AccountProof proof() {
        return AccountProof.of(proof);
    }

    /** Seals the private half of an account's key, anew each time. */
    public WrappedKey wrap(AccountKey key, RandomGenerator secure) {
        byte[] nonce = new byte[NONCE_BYTES];
        secure.nextBytes(nonce);
        return wrap(key, nonce);
    }

    WrappedKey wrap(AccountKey key, byte[] nonce) {
        byte[] scalar = key.scalar();
        try {
            ByteBuffer wrapped = ByteBuffer.allocate(WrappedKey.BYTES).put(nonce);
            wrapped.put(cipher(Cipher.ENCRYPT_MODE, nonce, key.key()).doFinal(scalar));
            return WrappedKey.of(wrapped.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing failed", e);
        } finally {
            Arrays.fill(scalar, (byte) 0);
        }
    }

    /**
     * Opens what {@link #wrap} made; empty when it was made with other secrets, for another public key, or was changed
     * since.
     */
    public Optional<AccountKey> unwrap(PeerKey key, WrappedKey wrapped) {
        byte[] bytes = wrapped.toBytes();
        byte[] nonce = Arrays.copyOf(bytes, NONCE_BYTES);
        try {
            byte[] scalar =
                    cipher(Cipher.DECRYPT_MODE, nonce, key).doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
            try {
                return Optional.of(AccountKey.of(scalar, key));
            } finally {
                Arrays.fill(scalar, (byte) 0);
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Of a recovery code: what the index keeps of it. */
    public RecoveryEntry entry(AccountKey key, RandomGenerator secure) {
        return new RecoveryEntry(hashOf(proof()), wrap(key, secure));
    }

    /** What an index keeps of the proof of a recovery code. */
    public static Hash hashOf(AccountProof proof) {
        return Hash.of(sha256().digest(proof.toBytes()));
    }

    @Override
    public String toString() {
        return "AccountSecrets[not shown]";
    }

    private Cipher cipher(int mode, byte[] nonce, PeerKey key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(wrapKey, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        // Whoever returns a wrapped key together with another public key is found out.
        cipher.updateAAD(WRAP_LABEL);
        cipher.updateAAD(key.toBytes());
        return cipher;
    }

    private static byte[] salt(PeerId index, String user) {
        MessageDigest sha256 = sha256();
        sha256.update(SALT_LABEL);
        sha256.update(index.hash().toBytes());
        sha256.update((byte) 0);
        return Arrays.copyOf(sha256.digest(user.getBytes(StandardCharsets.UTF_8)), SALT_BYTES);
    }

    private static byte[] derive(byte[] secret, byte[] salt, String info) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .addSalt(salt)
                            .thenExpand(ascii(info), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HKDF", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
