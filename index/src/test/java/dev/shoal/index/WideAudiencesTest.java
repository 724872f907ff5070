package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.PrivateIndex.ADA;
import static dev.shoal.index.PrivateIndex.AUDIENCE;
import static dev.shoal.index.PrivateIndex.BEN;
import static dev.shoal.index.PrivateIndex.TEAM;
import static dev.shoal.index.PrivateIndex.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.GroupRequest.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What very many may read is as soon in their lists, and out of them, without a write for each of them. */
class WideAudiencesTest {

    private static final int MANY = 40;

    @TempDir
    private Path folder;

    private PrivateIndex index;
    private final List<Reader> readers = new ArrayList<>(List.of(BEN, TEAM));

    @BeforeEach
    void open() {
        index = new PrivateIndex(folder);
        index.share(BEN, TEAM);
        index.publishSecret();
        get(index.names
                .writer()
                .write(
                        handle -> {
                            for (int i = 0; i < MANY; i++) {
                                handle.execute(
                                        "INSERT INTO accounts (name, key, password, wrapped, made)"
                                                + " VALUES (?, ?, '', x'', 0)",
                                        "u" + i,
                                        new byte[] {(byte) i});
                            }
                            return true;
                        },
                        done -> {}));
        for (int i = 0; i < MANY; i++) {
            readers.add(new Reader(false, "u" + i));
        }
    }

    @AfterEach
    void close() {
        index.close();
    }

    private long stamped() {
        return get(index.names
                .readers()
                .read(handle -> handle.createQuery("SELECT sum(reads_stamp) FROM accounts WHERE name <> 'ada'")
                        .mapTo(Long.class)
                        .one()));
    }

    @Test
    void listsAreRightAfterEachChange() {
        assertThat(index.listed(index.ben)).hasSize(1);
        index.ask(index.ada, ADA.sets(1, readers.toArray(Reader[]::new)));
        long before = stamped();
        for (Session session : List.of(index.ada, index.ben, index.dan)) {
            assertThat(index.listed(session)).hasSize(1);
        }
        index.publish(version(new Name("ada/secret too"), 1, content(8), Hash.ZERO), AUDIENCE);
        for (Session session : List.of(index.ada, index.ben, index.dan)) {
            assertThat(index.listed(session)).hasSize(2);
        }
        assertThat(index.listed(index.cid)).isEmpty();
        index.ask(index.ada, new GroupRequest.ChangeAudience(AUDIENCE, List.of(), List.of(BEN)));
        assertThat(index.listed(index.ben)).isEmpty();
        assertThat(index.listed(index.dan)).hasSize(2);
        index.ask(index.ada, new GroupRequest.ChangeAudience(AUDIENCE, List.of(BEN), List.of(TEAM)));
        assertThat(index.listed(index.ben)).hasSize(2);
        assertThat(index.listed(index.dan)).isEmpty();
        assertThat(stamped()).isEqualTo(before);
        index.share(TEAM);
        assertThat(index.listed(index.ben)).isEmpty();
        assertThat(index.listed(index.dan)).hasSize(2);
    }

    @Test
    void nobodyIsSaidToBeOutWhoReadsOnInAGroup() {
        Reader dan = new Reader(false, "dan");
        index.share(dan, TEAM);
        index.refused(
                ErrorCode.FORBIDDEN,
                index.ada,
                new GroupRequest.ChangeAudience(AUDIENCE, List.of(), List.of(BEN, dan)));
        index.ask(index.ada, new GroupRequest.ChangeAudience(AUDIENCE, List.of(), List.of(dan, TEAM)));
        assertThat(index.listed(index.dan)).isEmpty();
    }
}
