package dev.shoal.peer;

import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.AccountKey;
import dev.shoal.transport.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a home keeps of an account, as text: the private key, and recovery codes that nobody has seen yet. Immutable.
 *
 * @param user name of the account
 * @param key its key pair
 * @param unseenCodes recovery codes that were made for it and not shown yet
 */
record KeptAccount(String user, AccountKey key, List<String> unseenCodes) {

    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String USER = "user: ";
    private static final String KEY = "key: ";
    private static final String CODE = "code: ";

    /** Nothing that a key signs otherwise. */
    private static final byte[] PROBE = "shoal account file\n".getBytes(StandardCharsets.US_ASCII);

    /** The same when its codes were shown. */
    KeptAccount withoutCodes() {
        return new KeptAccount(user, key, List.of());
    }

    boolean isOf(PeerKey account) {
        return key.key().equals(account);
    }

    String encode() {
        String codes = unseenCodes.stream().map(code -> CODE + code + "\n").collect(Collectors.joining());
        return "# The key of an account: whoever reads it can publish as its user.\n" + USER + user + "\n" + KEY
                + HexFormat.of().formatHex(key.key().toBytes()) + "\n" + codes
                + Pem.encode(PRIVATE_KEY, key.privateKey().getEncoded());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IOException when it is something else; the message repeats nothing of it
     */
    static KeptAccount decode(String text) throws IOException {
        String user = value(text, USER).orElseThrow(() -> new IOException("it names no user"));
        String point = value(text, KEY).orElseThrow(() -> new IOException("it has no public key"));
        List<String> codes = text.lines()
                .filter(line -> line.startsWith(CODE))
                .map(line -> line.substring(CODE.length()))
                .toList();
        try {
            PrivateKey privateKey = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Pem.decode(PRIVATE_KEY, text)));
            PeerKey key = PeerKey.of(HexFormat.of().parseHex(point));
            if (!key.verifies(PROBE, PeerKey.sign(PROBE, privateKey))) {
                throw new IOException("its private and its public key do not belong together");
            }
            return new KeptAccount(user, new AccountKey(privateKey, key), codes);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("it is damaged", e);
        }
    }

    private static Optional<String> value(String text, String start) {
        return text.lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst();
    }

    @Override
    public String toString() {
        return "KeptAccount[user=" + user + ", key=" + key.key() + "]";
    }
}
