package dev.shoal.transport;

import java.security.Provider;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/** Which provider of TLS to use. */
final class Providers {

    /** The system property that chooses by hand: {@code jdk} or {@code boringssl}. */
    static final String PROPERTY = "shoal.tls";

    private Providers() {}

    /** BoringSSL where its library loads on this machine; else null, which stands for the JDK's own. */
    static @Nullable Provider fastest() {
        String chosen = System.getProperty(PROPERTY, "");
        return chosen.equals("jdk") || !Conscrypt.isAvailable() ? null : Conscrypt.newProvider();
    }
}
