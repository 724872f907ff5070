package dev.shoal.protocol;

import java.net.Inet6Address;
import java.util.regex.Pattern;

/** What a host in a {@link Link} may look like. Looks nothing up. */
final class HostSyntax {

    /** The longest host name of the DNS, in characters (RFC 1035, section 3.1). */
    private static final int MAX_HOST_LENGTH = 253;

    /** No label starts with a hyphen, so that a host can never be taken for an option of a program. */
    private static final String LABEL = "[a-zA-Z0-9_](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?";

    private static final Pattern HOST_NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

    /** What ends so is a number to some systems, in forms that others read otherwise, unless it is {@link #IPV4}. */
    private static final Pattern NUMBER = Pattern.compile("(?:.*\\.)?[0-9]+");

    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");

    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    private HostSyntax() {}

    /** Whether a text is a name of the DNS or a numeric address, IPv6 without brackets. */
    static boolean isHost(String host) {
        if (host.indexOf(':') >= 0 || NUMBER.matcher(host).matches()) {
            return isAddress(host);
        }
        return host.length() <= MAX_HOST_LENGTH && HOST_NAME.matcher(host).matches();
    }

    /** Whether a text is a numeric address, IPv6 without brackets and zone. */
    static boolean isAddress(String host) {
        return IPV4.matcher(host).matches() || isIpv6(host);
    }

    private static boolean isIpv6(String text) {
        try {
            return text.indexOf(':') >= 0 && IPV6.matcher(text).matches() && Inet6Address.ofLiteral(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
