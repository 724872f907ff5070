package dev.shoal.peer;

import dev.shoal.content.SafePath;
import dev.shoal.protocol.AccountReply;
import dev.shoal.protocol.AccountRequest;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.PeerId;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Tells who this home is at an index, which devices act for its account, and takes one off. Blocks its caller. */
final class Devices {

    /** The end of a key that a table shows only the beginning of. */
    private static final String CUT = "…";

    private final AccountLine line;
    private final AccountFiles files;
    private final PeerId own;
    private final Consumer<Report> reports;

    Devices(AccountLine line, AccountFiles files, PeerId own, Consumer<Report> reports) {
        this.line = line;
        this.files = files;
        this.own = own;
        this.reports = reports;
    }

    void whoAmI() {
        Membership membership = Membership.at(line, files);
        AccountReply.Self bound = membership.bound().orElse(null);
        reports.accept(new AccountReport.WhoAmI(
                bound == null ? null : SafePath.visible(bound.user()),
                membership.account().isPresent(),
                line.address(),
                line.index().fingerprint(),
                own.fingerprint(),
                bound == null ? null : bound.accountKey().id().fingerprint(),
                bound == null ? 0 : bound.madeMillis(),
                bound == null ? 0 : bound.sinceMillis(),
                bound == null ? 0 : bound.codesLeft()));
        membership.account().filter(account -> !account.unseenCodes().isEmpty()).ifPresent(account -> {
            String sentence = "The recovery codes of " + account.user() + " were never shown: `shoal signup "
                    + account.user() + "` shows them.";
            reports.accept(new Report.Said("WARNING", sentence));
        });
    }

    void list() {
        for (AccountReply.Device device : devices()) {
            reports.accept(new AccountReport.Device(
                    device.peer().fingerprint(),
                    SafePath.visible(device.device()),
                    device.sinceMillis(),
                    device.peer().equals(own)));
        }
    }

    /** Takes off the device whose key begins so. This one too: then it is a log-out. */
    void revoke(String typed) {
        String start = (typed.endsWith(CUT) ? typed.substring(0, typed.length() - 1) : typed).toLowerCase(Locale.ROOT);
        List<AccountReply.Device> found = devices().stream()
                .filter(device -> !start.isEmpty() && device.peer().toString().startsWith(start))
                .toList();
        if (found.size() != 1) {
            throw new PeerException(
                    found.isEmpty() ? PeerException.Reason.NOT_FOUND : PeerException.Reason.USAGE,
                    (found.isEmpty() ? "No device" : "More than one device")
                            + " of this account has a key that begins with \"" + SafePath.visible(start)
                            + "\". `shoal devices --json` lists the whole keys.");
        }
        AccountReply.Device device = found.getFirst();
        line.ask(new AccountRequest.RevokeDevice(device.peer()), IndexReply.Ack.class);
        if (device.peer().equals(own)) {
            files.remove(line.index());
        }
        reports.accept(new AccountReport.DeviceRevoked(device.peer().fingerprint(), SafePath.visible(device.device())));
    }

    private List<AccountReply.Device> devices() {
        return line.ask(new AccountRequest.ListDevices(), AccountReply.Devices.class)
                .entries();
    }
}
