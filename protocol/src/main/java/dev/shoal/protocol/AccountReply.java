package dev.shoal.protocol;

import dev.shoal.content.Hash;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code a}: what an index answers about accounts, where {@code A} does not say enough. Layout: kind (1), that of the
 * request, then the fields of the kind.
 */
public sealed interface AccountReply extends IndexReply, PduOfKind
        permits AccountReply.LoggedIn,
                AccountReply.Self,
                AccountReply.Devices,
                AccountReply.Recovering,
                AccountReply.Found {

    @Override
    default char letter() {
        return 'a';
    }

    static AccountReply decode(WireReader in) {
        int kind = in.u8("kind");
        return switch (kind) {
            case AccountRequest.LogIn.KIND -> new LoggedIn(in.peerKey("account key"), WrappedKey.decode(in));
            case AccountRequest.WhoAmI.KIND ->
                new Self(
                        in.string8("user", AccountRequest.MAX_USER_BYTES),
                        in.peerKey("account key"),
                        in.i64("made"),
                        in.i64("since"),
                        in.u8("codes left"));
            case AccountRequest.ListDevices.KIND -> Devices.decode(in);
            case AccountRequest.BeginRecovery.KIND -> new Recovering(in.peerKey("account key"), WrappedKey.decode(in));
            case AccountRequest.FindAccount.KIND -> new Found(in.peerKey("account key"));
            default ->
                throw new MalformedPduException(ErrorCode.UNSUPPORTED, "kind: " + kind + " is not known of accounts");
        };
    }

    /**
     * Kind 1: logged in. Layout: account key (65), wrapped key (60).
     *
     * @param accountKey the account's public key
     * @param wrapped the private key under the password's other key
     */
    record LoggedIn(PeerKey accountKey, WrappedKey wrapped) implements AccountReply {
        @Override
        public int kind() {
            return AccountRequest.LogIn.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.bytes(accountKey.toBytes()).bytes(wrapped.toBytes());
        }
    }

    /**
     * Kind 4: the account that the session's key acts for. Layout: user (1 + n), account key (65), made (8), since (8),
     * codes left (1).
     *
     * @param user the account's name
     * @param accountKey its public key
     * @param madeMillis when it was made, since 1970
     * @param sinceMillis since when this key acts for it, since 1970
     * @param codesLeft how many recovery codes are not used up
     */
    record Self(String user, PeerKey accountKey, long madeMillis, long sinceMillis, int codesLeft)
            implements AccountReply {
        @Override
        public int kind() {
            return AccountRequest.WhoAmI.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.string8(user).bytes(accountKey.toBytes()).i64(madeMillis).i64(sinceMillis);
            out.u8(codesLeft);
        }
    }

    /**
     * A key that acts for the account. Layout: peer (32), device (1 + n), since (8).
     *
     * @param peer id of the key
     * @param device what the user called the device
     * @param sinceMillis since when, since 1970
     */
    record Device(PeerId peer, String device, long sinceMillis) {

        /** With an empty name. */
        private static final int MIN_BYTES = Hash.BYTES + 1 + 8;

        static Device decode(WireReader in) {
            return new Device(
                    new PeerId(in.hash("peer")),
                    in.string8("device", AccountRequest.MAX_DEVICE_BYTES),
                    in.i64("since"));
        }

        void encode(WireWriter out) {
            out.hash(peer.hash()).string8(device).i64(sinceMillis);
        }
    }

    /** Kind 5: all keys that act for the account, the oldest first. Layout: entry count (2), entries. */
    record Devices(List<Device> entries) implements AccountReply {

        static Devices decode(WireReader in) {
            int count = in.entryCount("entry count", IndexRequest.MAX_PAGE_ENTRIES, Device.MIN_BYTES);
            List<Device> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                entries.add(Device.decode(in));
            }
            return new Devices(List.copyOf(entries));
        }

        @Override
        public int kind() {
            return AccountRequest.ListDevices.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.u16(entries.size());
            entries.forEach(entry -> entry.encode(out));
        }
    }

    /**
     * Kind 7: what a recovery code wraps. Layout: account key (65), wrapped key (60).
     *
     * @param accountKey the account's public key
     * @param wrapped the private key under the code's other key
     */
    record Recovering(PeerKey accountKey, WrappedKey wrapped) implements AccountReply {
        @Override
        public int kind() {
            return AccountRequest.BeginRecovery.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.bytes(accountKey.toBytes()).bytes(wrapped.toBytes());
        }
    }

    /**
     * Kind 10: an account that there is. Layout: account key (65).
     *
     * @param accountKey the account's public key
     */
    record Found(PeerKey accountKey) implements AccountReply {
        @Override
        public int kind() {
            return AccountRequest.FindAccount.KIND;
        }

        @Override
        public void encodeFields(WireWriter out) {
            out.bytes(accountKey.toBytes());
        }
    }
}
