package dev.shoal.bench;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.index.Asker;
import dev.shoal.index.NameLimits;
import dev.shoal.index.Names;
import dev.shoal.index.SqliteNames;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Names in the data folder of an index that does not run yet, all of one owner. Without state. */
final class SyntheticNames {

    /** Less than an index lets wait. */
    private static final int AT_ONCE = 2_000;

    private SyntheticNames() {}

    /** Makes the names of the first contents. */
    static void make(Path data, int count) throws IOException {
        Identity owner = Identity.generate();
        try (SqliteNames names = SqliteNames.open(data, NameLimits.DEFAULT)) {
            for (int from = 0; from < count; from += AT_ONCE) {
                List<CompletableFuture<Pdu>> answers = IntStream.range(from, Math.min(count, from + AT_ONCE))
                        .parallel()
                        .mapToObj(content -> names.register(wish(content, owner), System.currentTimeMillis()))
                        .toList();
                for (CompletableFuture<Pdu> answer : answers) {
                    if (!(answer.join() instanceof Ack)) {
                        throw new IOException("a name was refused: " + answer.join());
                    }
                }
            }
        }
    }

    private static Names.Registration wish(int content, Identity owner) {
        ContentId id = SyntheticContents.content(content);
        VersionRecord record = VersionRecord.sign(
                VersionRecord.Kind.FILE,
                1,
                id,
                System.currentTimeMillis(),
                Hash.ZERO,
                owner.key(),
                LoadWorld.name(content),
                "",
                owner.privateKey());
        return new Names.Registration(
                record.name(), id, record, Asker.of(owner.key()), InetAddress.getLoopbackAddress());
    }
}
