package dev.shoal.peer;

import dev.shoal.content.SafePath;
import dev.shoal.protocol.AccountRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a device is called in the list of an account's devices. */
final class DeviceName {

    /** Where Linux has the name of the machine, which asks nobody. */
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private DeviceName() {}

    /**
     * A chosen name, or that of the machine.
     *
     * @throws PeerException with reason USAGE when the chosen one is too long
     */
    static String of(@Nullable String chosen, String user) {
        if (chosen == null) {
            String host = host();
            return host.isBlank() || !fits(host) ? user : host;
        }
        String name = SafePath.visible(chosen.strip());
        if (!fits(name)) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    "The name of a device has at most " + AccountRequest.MAX_DEVICE_BYTES
                            + " bytes, and this has more. Shorten it.");
        }
        return name;
    }

    private static boolean fits(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length <= AccountRequest.MAX_DEVICE_BYTES;
    }

    private static String host() {
        try {
            return Files.exists(HOST_NAME)
                    ? Files.readString(HOST_NAME, StandardCharsets.UTF_8).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            // A machine without a name has a user with one.
            return "";
        }
    }
}
