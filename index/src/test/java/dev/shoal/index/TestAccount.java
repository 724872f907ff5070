package dev.shoal.index;

import static dev.shoal.index.Fixtures.hash;

import dev.shoal.protocol.AccountProof;
import dev.shoal.protocol.AccountRequest.RecoveryEntry;
import dev.shoal.protocol.AccountRequest.SignUp;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.AudienceSeed;
import dev.shoal.protocol.GroupRequest.Reader;
import dev.shoal.protocol.GroupRequest.SetAudience;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.WrappedKey;
import dev.shoal.transport.AccountKey;
import dev.shoal.transport.AccountSecrets;
import dev.shoal.transport.Argon2;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Somebody who signs up: the key is real, secrets are numbers. */
record TestAccount(String user, AccountKey key) {

    static final PeerId INDEX = new PeerId(hash(77));

    static final AccessTickets TICKETS =
            new AccessTickets(INDEX, Fixtures.keyPair().getPrivate());

    /** As little work as there can be. */
    static final Argon2.Cost CHEAP = new Argon2.Cost(8, 1);

    static TestAccount of(String user) {
        return new TestAccount(user, AccountKey.generate());
    }

    private static AudienceSeed seed(long number) {
        return new AudienceSeed(7, number);
    }

    /** One of the audiences that may be the account's. */
    AudienceId audience(long number) {
        return seed(number).audience(key.key());
    }

    /** Makes an audience, or gives it these readers. */
    SetAudience sets(long number, Reader... readers) {
        return new SetAudience(audience(number), List.of(readers), seed(number));
    }

    static AccountProof proof(long seed) {
        return AccountProof.of(hash(seed).toBytes());
    }

    static WrappedKey wrapped(long seed) {
        byte[] bytes = new byte[WrappedKey.BYTES];
        new SplittableRandom(seed).nextBytes(bytes);
        return WrappedKey.of(bytes);
    }

    /** A sign-up whose password and codes are these numbers. */
    SignUp signUp(PeerKey peer, long password, long... codes) {
        return signUp(INDEX, peer, password, codes);
    }

    SignUp signUp(PeerId index, PeerKey peer, long password, long... codes) {
        byte[] signature = PeerKey.sign(SignUp.signedBytes(index, peer.id(), user), key.privateKey());
        return new SignUp(
                user, key.key(), proof(password), wrapped(password), signature, "desk of " + user, entries(codes));
    }

    private static List<RecoveryEntry> entries(long... codes) {
        return LongStream.of(codes)
                .mapToObj(code -> new RecoveryEntry(AccountSecrets.hashOf(proof(code)), wrapped(code)))
                .toList();
    }

    Accounts.Fresh fresh(long password, long... codes) {
        return fresh(Accounts.Admission.FREE, password, codes);
    }

    Accounts.Fresh fresh(Accounts.Admission admission, long password, long... codes) {
        return new Accounts.Fresh(user, key.key(), password(password), wrapped(password), entries(codes), admission);
    }

    static PasswordHash password(long seed) {
        return PasswordHash.make(new Argon2(CHEAP), proof(seed), new SplittableRandom(seed));
    }

    static Accounts.NewPassword newPassword(long seed) {
        return new Accounts.NewPassword(password(seed), wrapped(seed));
    }
}
