package dev.shoal.cli;

import dev.shoal.peer.AccountWish;
import dev.shoal.peer.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shoal devices}. */
@Command(
        name = "devices",
        description = "List the devices that act for the account, or take one off.",
        customSynopsis = {"shoal devices", "       shoal devices revoke KEY"},
        footer = "KEY is the device's key as the list shows it, or how that begins.")
final class DevicesCommand extends RequestCommand {

    /** The word that takes a device off. */
    static final String REVOKE = "revoke";

    @Parameters(index = "0", arity = "0..1", paramLabel = REVOKE, description = "Takes the device off.")
    @Nullable
    String action;

    @Parameters(index = "1", arity = "0..1", paramLabel = "KEY", description = "Which device.")
    @Nullable
    String key;

    DevicesCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        if (action == null) {
            return new AccountWish.ListDevices(index);
        }
        if (!action.equals(REVOKE) || key == null) {
            throw misused("Say which device is to be taken off: shoal devices " + REVOKE + " KEY.");
        }
        return new AccountWish.RevokeDevice(index, key);
    }
}
