package dev.shoal.peer;

import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.Hello;
import java.util.List;

/**
 * What this process tells an index about itself. Immutable.
 *
 * @param instance random number of the process
 * @param user name that others see; empty for a process that only asks
 * @param listenPort TCP port that serves; 0 for none
 * @param declared further addresses of this machine; port 0 stands for {@code listenPort}
 */
public record Self(long instance, String user, int listenPort, List<Endpoint> declared) {

    /** Name and version of this program. */
    public static final String PROGRAM = "shoal/" + version();

    Hello hello(long session) {
        return new Hello(Hello.VERSION, instance, session, user, listenPort, declared, PROGRAM);
    }

    private static String version() {
        String version = Self.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
