package dev.shoal.protocol;

import dev.shoal.content.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code a}: what a peer asks of an index about accounts, over TLS only. Layout: kind (1), then the fields of the kind.
 * An account is a name and a key pair; who acts for it is the key of the session, which a log-in binds to it. No
 * password, and nothing that the account's private key follows from, goes to the index.
 */
public sealed interface AccountRequest extends IndexRequest, PduOfKind
        permits AccountRequest.SignUp,
                AccountRequest.LogIn,
                AccountRequest.ChangePassword,
                AccountRequest.LogOut,
                AccountRequest.WhoAmI,
                AccountRequest.ListDevices,
                AccountRequest.RevokeDevice,
                AccountRequest.BeginRecovery,
                AccountRequest.Recover,
                AccountRequest.ReplaceCodes,
                AccountRequest.FindAccount,
                AccountRequest.GiveAway,
                AccountRequest.Accept {

    /** The longest name of an account in bytes of UTF-8: as long as the owner of a name. */
    int MAX_USER_BYTES = 64;

    /** The longest name of a device in bytes of UTF-8. */
    int MAX_DEVICE_BYTES = 64;

    /** Most recovery codes of an account. */
    int MAX_CODES = 16;

    /** The longest invitation in bytes. */
    int MAX_INVITE_BYTES = 32;

    @Override
    default char letter() {
        return 'a';
    }

    static AccountRequest decode(WireReader in) {
        int kind = in.u8("kind");
        return switch (kind) {
            case SignUp.KIND -> SignUp.decode(in);
            case LogIn.KIND ->
                new LogIn(in.owner("user"), AccountProof.decode(in, "proof"), in.string8("device", MAX_DEVICE_BYTES));
            case ChangePassword.KIND ->
                new ChangePassword(
                        AccountProof.decode(in, "old proof"),
                        AccountProof.decode(in, "new proof"),
                        WrappedKey.decode(in));
            case LogOut.KIND -> new LogOut();
            case WhoAmI.KIND -> new WhoAmI();
            case ListDevices.KIND -> new ListDevices();
            case RevokeDevice.KIND -> new RevokeDevice(new PeerId(in.hash("peer")));
            case BeginRecovery.KIND -> new BeginRecovery(in.owner("user"), AccountProof.decode(in, "code proof"));
            case Recover.KIND ->
                new Recover(
                        in.owner("user"),
                        AccountProof.decode(in, "code proof"),
                        AccountProof.decode(in, "new proof"),
                        WrappedKey.decode(in),
                        in.string8("device", MAX_DEVICE_BYTES));
            case ReplaceCodes.KIND -> new ReplaceCodes(AccountProof.decode(in, "proof"), RecoveryEntry.decodeAll(in));
            case FindAccount.KIND -> new FindAccount(in.owner("user"));
            case GiveAway.KIND -> new GiveAway(Transfer.decode(in));
            case Accept.KIND -> new Accept(in.subject("subject"));
            default ->
                throw new MalformedPduException(ErrorCode.UNSUPPORTED, "kind: " + kind + " is not known of accounts");
        };
    }

    /**
     * A recovery code as the index keeps it. Layout: hash (32), wrapped key (60).
     *
     * @param hash SHA-256 of the code's proof
     * @param wrapped the account's private key under the code's other key
     */
    record RecoveryEntry(Hash hash, WrappedKey wrapped) {

        static final int BYTES = Hash.BYTES + WrappedKey.BYTES;

        static List<RecoveryEntry> decodeAll(WireReader in) {
            int count = in.u8("code count");
            if (count > MAX_CODES) {
                throw in.malformed("code count", count + " codes are more than " + MAX_CODES);
            }
            if (count * BYTES > in.remaining()) {
                throw in.malformed("code count", count + " codes do not fit into " + in.remaining() + " bytes");
            }
            List<RecoveryEntry> codes = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                codes.add(new RecoveryEntry(in.hash("code hash"), WrappedKey.decode(in)));
            }
            return List.copyOf(codes);
        }

        static void encodeAll(List<RecoveryEntry> codes, WireWriter out) {
            out.u8(codes.size());
            codes.forEach(code -> out.hash(code.hash).bytes(code.wrapped.toBytes()));
        }

        /** Not the hash, which is one of a secret. */
        @Override
        public String toString() {
            return "RecoveryEntry[not shown]";
        }
    }

    /**
     * Kind 0: makes an account, for which the session's key acts from then on. Layout: user (1 + n), account key (65),
     * proof (32), wrapped key (60), signature (64), device (1 + n), code count (1), codes (92 each),
     * invite (1 + n; may be missing). Answered by {@code A}.
     *
     * @param user the account's name
     * @param accountKey the account's public key
     * @param proof of the password
     * @param wrapped the private key under the password's other key
     * @param signature by the account's key, over {@link #signedBytes}
     * @param device what the user calls this device
     * @param codes recovery codes, at most {@link #MAX_CODES}
     * @param invite the invitation as it was given, or empty
     */
    record SignUp(
            String user,
            PeerKey accountKey,
            AccountProof proof,
            WrappedKey wrapped,
            byte[] signature,
            String device,
            List<RecoveryEntry> codes,
            String invite)
            implements AccountRequest {

        static final int KIND = 0;

        private static final String SIGNED_PREFIX = "shoal sign up\n";

        /** Without an invitation. */
        public SignUp(
                String user,
                PeerKey accountKey,
                AccountProof proof,
                WrappedKey wrapped,
                byte[] signature,
                String device,
                List<RecoveryEntry> codes) {
            this(user, accountKey, proof, wrapped, signature, device, codes, "");
        }

        static SignUp decode(WireReader in) {
            String user = in.owner("user");
            PeerKey accountKey = in.peerKey("account key");
            AccountProof proof = AccountProof.decode(in, "proof");
            WrappedKey wrapped = WrappedKey.decode(in);
            byte[] signature = in.bytes("signature", PeerKey.SIGNATURE_BYTES);
            String device = in.string8("device", MAX_DEVICE_BYTES);
            List<RecoveryEntry> codes = RecoveryEntry.decodeAll(in);
            String invite = in.remaining() == 0 ? "" : in.string8("invite", MAX_INVITE_BYTES);
            return new SignUp(user, accountKey, proof, wrapped, signature, device, codes, invite);
        }

        /** What the account's key signs, so that nobody signs up with a key that is another's. */
        public static byte[] signedBytes(PeerId index, PeerId peer, String user) {
            byte[] prefix = SIGNED_PREFIX.getBytes(StandardCharsets.US_ASCII);
            byte[] name = user.getBytes(StandardCharsets.UTF_8);
            ByteBuffer signed = ByteBuffer.allocate(prefix.length + 2 * Hash.BYTES + name.length);
            new WireWriter(signed)
                    .bytes(prefix)
                    .hash(index.hash())
                    .hash(peer.hash())
                    .bytes(name);
            return signed.array();
        }

        /** Whether the account's key signed this for an index and a peer. */
        public boolean isAuthentic(PeerId index, PeerId peer) {
            return accountKey.verifies(signedBytes(index, peer, user), signature);
        }

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(user).bytes(accountKey.toBytes()).bytes(proof.toBytes()).bytes(wrapped.toBytes());
            RecoveryEntry.encodeAll(codes, out.bytes(signature).string8(device));
            out.string8(invite);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SignUp that
                    && user.equals(that.user)
                    && accountKey.equals(that.accountKey)
                    && proof.equals(that.proof)
                    && wrapped.equals(that.wrapped)
                    && Arrays.equals(signature, that.signature)
                    && device.equals(that.device)
                    && codes.equals(that.codes)
                    && invite.equals(that.invite);
        }

        @Override
        public int hashCode() {
            return 31 * user.hashCode() + Arrays.hashCode(signature);
        }

        @Override
        public String toString() {
            return "SignUp[user=" + user + ", secrets not shown]";
        }
    }

    /**
     * Kind 1: from now on the session's key acts for an account. Layout: user (1 + n), proof (32), device (1 + n).
     * Answered by {@link AccountReply.LoggedIn}.
     *
     * @param user the account's name
     * @param proof of the password
     * @param device what the user calls this device
     */
    record LogIn(String user, AccountProof proof, String device) implements AccountRequest {

        static final int KIND = 1;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(user).bytes(proof.toBytes()).string8(device);
        }
    }

    /**
     * Kind 2: another password for the account of the session. Layout: old proof (32), new proof (32), wrapped key
     * (60). Answered by {@code A}.
     *
     * @param oldProof of the password until now
     * @param newProof of the password from now on
     * @param wrapped the private key under the new password's other key
     */
    record ChangePassword(AccountProof oldProof, AccountProof newProof, WrappedKey wrapped) implements AccountRequest {

        static final int KIND = 2;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.bytes(oldProof.toBytes()).bytes(newProof.toBytes()).bytes(wrapped.toBytes());
        }
    }

    /** Kind 3: the session's key no longer acts for any account. No fields. Answered by {@code A}. */
    record LogOut() implements AccountRequest {

        static final int KIND = 3;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {}
    }

    /** Kind 4: the account of the session. No fields. Answered by {@link AccountReply.Self}. */
    record WhoAmI() implements AccountRequest {

        static final int KIND = 4;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {}
    }

    /** Kind 5: the keys that act for the account. No fields. Answered by {@link AccountReply.Devices}. */
    record ListDevices() implements AccountRequest {

        static final int KIND = 5;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {}
    }

    /**
     * Kind 6: a key no longer acts for the account of the session. Layout: peer (32). Answered by {@code A}.
     *
     * @param peer id of the key
     */
    record RevokeDevice(PeerId peer) implements AccountRequest {

        static final int KIND = 6;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.hash(peer.hash());
        }
    }

    /**
     * Kind 7: the account's key as a recovery code wraps it. Changes nothing. Layout: user (1 + n), code proof (32).
     * Answered by {@link AccountReply.Recovering}.
     *
     * @param user the account's name
     * @param codeProof of the code
     */
    record BeginRecovery(String user, AccountProof codeProof) implements AccountRequest {

        static final int KIND = 7;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(user).bytes(codeProof.toBytes());
        }
    }

    /**
     * Kind 8: another password by a recovery code, which is used up with it; from now on the session's key acts for the
     * account. Layout: user (1 + n), code proof (32), new proof (32), wrapped key (60), device (1 + n). Answered by
     * {@code A}.
     *
     * @param user the account's name
     * @param codeProof of the code
     * @param newProof of the new password
     * @param wrapped the private key under the new password's other key
     * @param device what the user calls this device
     */
    record Recover(String user, AccountProof codeProof, AccountProof newProof, WrappedKey wrapped, String device)
            implements AccountRequest {

        static final int KIND = 8;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(user).bytes(codeProof.toBytes()).bytes(newProof.toBytes());
            out.bytes(wrapped.toBytes()).string8(device);
        }
    }

    /**
     * Kind 9: other recovery codes instead of those that the account has. Layout: proof (32), code count (1), codes (92
     * each). Answered by {@code A}.
     *
     * @param proof of the password
     * @param codes the new ones, at most {@link #MAX_CODES}
     */
    record ReplaceCodes(AccountProof proof, List<RecoveryEntry> codes) implements AccountRequest {

        static final int KIND = 9;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            RecoveryEntry.encodeAll(codes, out.bytes(proof.toBytes()));
        }
    }

    /**
     * Kind 10: the key of an account. Layout: user (1 + n). Answered by {@link AccountReply.Found}.
     *
     * @param user the account's name
     */
    record FindAccount(String user) implements AccountRequest {

        static final int KIND = 10;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(user);
        }
    }

    /**
     * Kind 11: a name, or everything under a first component, is to belong to another account. Layout: that of {@link
     * Transfer}. Answered by {@code A}.
     *
     * @param transfer what its owner signed
     */
    record GiveAway(Transfer transfer) implements AccountRequest {

        static final int KIND = 11;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            transfer.encode(out);
        }
    }

    /**
     * Kind 12: the account of the session takes what it was given. Layout: subject (1 + n). Answered by {@code A}.
     *
     * @param subject a name, or a first component
     */
    record Accept(String subject) implements AccountRequest {

        static final int KIND = 12;

        @Override
        public int kind() {
            return KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(subject);
        }
    }
}
