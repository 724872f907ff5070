package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index does as it is told at its start, and else as it was told before. */
class IndexServerTest {

    private static final AccessPolicy MEMBERS = new AccessPolicy(true, false, true);

    @TempDir
    private Path folder;

    private IndexConfiguration configuration() {
        return new IndexConfiguration(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                folder,
                Optional.empty(),
                IndexSettings.DEFAULT);
    }

    /** Runs an index for a moment. Returns what it has from then on. */
    private AccessPolicy after(IndexConfiguration configuration) {
        IndexServer.start(configuration).close();
        try (SqliteNames names = SqliteNames.open(folder, NameLimits.DEFAULT)) {
            SqliteAccounts accounts = SqliteAccounts.beside(names, AccountLimits.DEFAULT);
            return Access.beside(names, accounts, Optional.empty()).policy();
        }
    }

    @Test
    void whoMayUseItIsWhatTheLastStartSaidThatSaidSomething() {
        assertThat(after(configuration())).isEqualTo(AccessPolicy.OPEN);
        assertThat(after(configuration().withPolicy(MEMBERS))).isEqualTo(MEMBERS);
        assertThat(after(configuration().withAdministrator("a".repeat(32)))).isEqualTo(MEMBERS);
        assertThat(after(configuration().withPolicy(AccessPolicy.OPEN))).isEqualTo(AccessPolicy.OPEN);
    }
}
