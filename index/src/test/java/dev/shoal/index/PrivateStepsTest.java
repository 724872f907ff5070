package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.PrivateIndex.AUDIENCE;
import static dev.shoal.index.PrivateIndex.BEN;
import static dev.shoal.index.PrivateIndex.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AudienceId;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.Transfer;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others have privately makes no difference to how much an answer costs, so that no clock finds it. */
class PrivateStepsTest {

    private static final KeyPair OTHER = Fixtures.keyPair();
    private static final AudienceId HIS = PrivateIndex.CID.audience(1);
    private static final int VERSIONS = 20;

    @TempDir
    private Path folder;

    private PrivateIndex index;

    @BeforeEach
    void open() {
        index = new PrivateIndex(folder);
        index.share(BEN);
        VersionRecord own = first(OTHER, "lab/own", content(1));
        Session session = index.index.join(key(OTHER), "198.51.100.77", "");
        assertThat(index.ask(session, new Register(false, own.content(), own.name(), own)))
                .isInstanceOf(Ack.class);
        // A look behind the last entry of an index ends a step earlier, so there are others, behind all that follow.
        index.ask(index.cid, PrivateIndex.CID.sets(1));
        publishHis("cid/hidden", 1, Hash.ZERO, HIS);
        VersionRecord hidden = publishHis("cid/shown", 1, Hash.ZERO, HIS);
        publishHis("cid/shown", 2, hidden.hash(), null);
    }

    private VersionRecord publishHis(String name, int number, Hash previous, @Nullable AudienceId audience) {
        TestAccount cid = PrivateIndex.CID;
        VersionRecord record = Fixtures.record(
                cid.key().privateKey(), cid.key().key(), name, number, content(100L + number), previous);
        boolean isPublic = audience == null;
        assertThat(index.ask(
                        index.cid,
                        new Register(false, record.content(), record.name(), record, isPublic, audience, null)))
                .isInstanceOf(Ack.class);
        return record;
    }

    @AfterEach
    void close() {
        index.close();
    }

    @Test
    void givingAwayWhatIsNotOnesOwnTakesTheSameStepsWhateverOthersHave() {
        publish("ada/open", 1, false);
        long ofComponent = steps("ada");
        long ofNothing = steps("ada/nothing");
        publish("ada/one", 1, true);
        publish("ada/many", VERSIONS, true);
        for (int i = 0; i < VERSIONS; i++) {
            publish("ada/more " + i, 2, true);
        }
        assertThat(steps("ada/one")).isEqualTo(ofNothing);
        assertThat(steps("ada/many")).isEqualTo(ofNothing);
        assertThat(steps("ada")).isEqualTo(ofComponent);
        // What everybody sees may be told from what is not there, and not by how many versions some saw before.
        long ofOpen = steps("ada/open");
        VersionRecord last = publish("ada/shown", VERSIONS, true);
        index.publish(version(last.name(), last.number() + 1, content(9), last.hash()), null);
        assertThat(steps("ada/shown")).isEqualTo(ofOpen);
        assertThat(steps("ada")).isEqualTo(ofComponent);
    }

    private VersionRecord publish(String name, int versions, boolean isPrivate) {
        VersionRecord last = version(new Name(name), 1, content(1), Hash.ZERO);
        index.publish(last, isPrivate ? AUDIENCE : null);
        for (int number = 2; number <= versions; number++) {
            last = version(last.name(), number, content(number), last.hash());
            assertThat(index.publish(last, isPrivate ? AUDIENCE : null)).isInstanceOf(Ack.class);
        }
        return last;
    }

    private long steps(String subject) {
        Transfer transfer = Transfer.sign(
                key(PrivateIndex.KEYS).id(),
                subject,
                1,
                5,
                key(OTHER),
                PrivateIndex.CID.key().key(),
                OTHER.getPrivate());
        return get(index.names.readers().read(handle -> {
            refused(transfer, handle);
            return Steps.of(handle, () -> refused(transfer, handle));
        }));
    }

    private static void refused(Transfer transfer, Handle handle) {
        Failure refusal = Transfers.refusal(transfer, Asker.of(key(OTHER)), new NameTables(handle));
        assertThat(refusal)
                .isNotNull()
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.FORBIDDEN));
    }
}
