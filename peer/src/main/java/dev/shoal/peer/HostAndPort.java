package dev.shoal.peer;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address as people write it: {@code host}, {@code host:port}, {@code [2001:db8::1]:port}. Immutable.
 *
 * @param host name or numeric address, without brackets
 * @param port TCP and UDP port
 */
public record HostAndPort(String host, int port) {

    /** The port of an index when none is named. */
    public static final int INDEX_PORT = 7800;

    private static final Pattern PORT = Pattern.compile("\\d{1,5}");

    /**
     * Parses an address; without a port it gets that of an index.
     *
     * @throws IllegalArgumentException when the text is not an address
     */
    public static HostAndPort parse(String text) {
        String plain = text.strip();
        if (PORT.matcher(plain).matches()) {
            // As the name of a host it would be looked up, and be taken for 0.0.30.131 here and there.
            throw new IllegalArgumentException("\"" + text + "\" is a port without its host; write HOST:" + plain
                    + ", or 127.0.0.1:" + plain + " for one on this machine");
        }
        boolean bareIpv6 = plain.indexOf(':') != plain.lastIndexOf(':') && !plain.startsWith("[");
        try {
            URI uri = new URI("shoal://" + (bareIpv6 ? "[" + plain + "]" : plain)).parseServerAuthority();
            String host = uri.getHost();
            boolean extra = uri.getUserInfo() != null || !uri.getPath().isEmpty() || uri.getQuery() != null;
            if (host == null || extra || uri.getPort() > 65_535 || uri.getPort() == 0) {
                throw new IllegalArgumentException("\"" + text + "\" is not HOST or HOST:PORT");
            }
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return new HostAndPort(bare, uri.getPort() < 0 ? INDEX_PORT : uri.getPort());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not HOST or HOST:PORT", e);
        }
    }

    static String check(String text) {
        return parse(text).toString();
    }

    /** The same that may be without a port, and stays as it is; others have to be able to use it. */
    static String checkHost(String text) {
        String host = parse(text).host();
        int zone = host.indexOf('%');
        if (zone >= 0) {
            throw new IllegalArgumentException("\"" + text + "\" has a zone (" + host.substring(zone)
                    + "), which names a network card of this machine, so others can do nothing with it; leave it out,"
                    + " or write another address");
        }
        return text;
    }

    /** As {@code host:port}, an IPv6 address in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Written out, as is {@link #equals}: what Java makes for a record, it makes anew at each start of the program. */
    @Override
    public int hashCode() {
        return host.hashCode() * 31 + port;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HostAndPort address && port == address.port && host.equals(address.host);
    }
}
