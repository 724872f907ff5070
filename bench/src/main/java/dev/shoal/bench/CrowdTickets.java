package dev.shoal.bench;

import dev.shoal.index.IndexService;
import dev.shoal.index.IndexSettings;
import dev.shoal.index.JoinResult;
import dev.shoal.index.Moment;
import dev.shoal.index.NameLimits;
import dev.shoal.index.Secrets;
import dev.shoal.index.SqliteNames;
import dev.shoal.protocol.Hello;
import dev.shoal.protocol.PeerKey;
import dev.shoal.protocol.Welcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Welcomes for many peers, as an index with a data folder would have given them before it was restarted. They are made
 * in this process with the folder's secrets: 100 000 TLS handshakes would take minutes, and are not what is measured.
 */
final class CrowdTickets {

    private static final int LISTEN_PORT = 7_801;

    private CrowdTickets() {}

    /**
     * Makes the welcomes of so many peers; the data folder gets its secrets, when it has none.
     *
     * @param data data folder of an index that does not run
     */
    static List<Welcome> make(Path data, int count) {
        SecureRandom secure = new SecureRandom();
        List<Welcome> welcomes = new ArrayList<>(count);
        InetSocketAddress seen = new InetSocketAddress(InetAddress.getLoopbackAddress(), LISTEN_PORT);
        try (SqliteNames names = SqliteNames.open(data, NameLimits.DEFAULT)) {
            IndexService service = new IndexService(
                    IndexSettings.DEFAULT, Secrets.load(data, secure), names, new SimpleMeterRegistry(), secure);
            for (int i = 0; i < count; i++) {
                Hello hello = new Hello(Hello.VERSION, i + 1L, 0, "peer-" + i, LISTEN_PORT, List.of(), "bench");
                JoinResult result = service.join(hello, key(secure), seen, Moment.now());
                if (!(result instanceof JoinResult.Joined joined)) {
                    throw new IllegalStateException("peer " + i + " was refused: " + result);
                }
                welcomes.add(joined.welcome());
            }
        }
        return welcomes;
    }

    /** Something that looks like a key: nobody ever asks for the point to be on the curve. */
    private static PeerKey key(SecureRandom secure) {
        byte[] point = new byte[PeerKey.BYTES];
        secure.nextBytes(point);
        point[0] = 4;
        return PeerKey.of(point);
    }
}
