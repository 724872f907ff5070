package dev.shoal.transport;

import java.security.Provider;
import java.security.Security;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/** Which implementation of cryptography this process uses. Thread-safe. */
public final class Cryptography {

    /** The system property that chooses by hand: {@code jdk} or {@code boringssl}. */
    static final String PROPERTY = "shoal.tls";

    private Cryptography() {}

    /**
     * Makes BoringSSL, where its library loads on this machine, the first choice of the whole process for hashes, seals
     * and signatures too. It is as quick from the first byte on, where the JDK's own has to be compiled first: a
     * process that is started for one download used as much time for that as for the hashing itself. May be called
     * again.
     */
    public static void preferNative() {
        Provider fastest = fastest();
        if (fastest != null && Security.getProvider(fastest.getName()) == null) {
            Security.insertProviderAt(fastest, 1);
        }
    }

    /** BoringSSL where its library loads on this machine; else null, which stands for the JDK's own. */
    static @Nullable Provider fastest() {
        String chosen = System.getProperty(PROPERTY, "");
        return chosen.equals("jdk") || !Conscrypt.isAvailable() ? null : Conscrypt.newProvider();
    }
}
