package dev.shoal.index;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.VersionRecord;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the tests of this room share. */
final class Fixtures {

    static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);
    static final long NOW_MILLIS = 1_800_000_000_000L;
    static final Moment NOW = new Moment(1_000_000_000_000L, NOW_MILLIS);

    private static final int WAIT_SECONDS = 20;

    private Fixtures() {}

    static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static PeerKey key(KeyPair pair) {
        return PeerKey.of(pair.getPublic());
    }

    /** A key that nobody holds, when only its bytes matter. */
    static PeerKey key(long seed) {
        byte[] point = new byte[PeerKey.BYTES];
        new SplittableRandom(seed).nextBytes(point);
        point[0] = 4;
        return PeerKey.of(point);
    }

    static Hash hash(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    /** A content of several chunks. */
    static ContentId content(long seed) {
        return new ContentId(hash(seed), 1_000_000);
    }

    static VersionRecord record(KeyPair pair, String name, int number, ContentId content, Hash previous) {
        return record(pair.getPrivate(), key(pair), name, number, content, previous);
    }

    static VersionRecord record(
            PrivateKey signer, PeerKey owner, String name, int number, ContentId content, Hash previous) {
        return VersionRecord.sign(
                VersionRecord.Kind.FILE, number, content, NOW_MILLIS, previous, owner, new Name(name), "", signer);
    }

    static VersionRecord first(KeyPair pair, String name, ContentId content) {
        return record(pair, name, 1, content, Hash.ZERO);
    }

    static Names.Registration wish(PeerKey asker, String name, ContentId content, @Nullable VersionRecord record) {
        return new Names.Registration(new Name(name), content, record, Asker.of(asker), address("192.0.2.1"));
    }

    static InetAddress address(String numeric) {
        try {
            return InetAddress.getByName(numeric);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static InetSocketAddress socket(String numeric, int port) {
        return new InetSocketAddress(address(numeric), port);
    }

    /** The answer, which must come soon. */
    static <T> T get(CompletableFuture<T> answer) {
        return answer.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
    }
}
