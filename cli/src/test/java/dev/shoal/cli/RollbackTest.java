package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The versions of a name are listed, and an older one becomes the newest again. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RollbackTest {

    @TempDir
    Path folder;

    private Network network;
    private Network.Peer alice;
    private Network.Peer bob;

    @BeforeEach
    void start() {
        network = Network.withLease(folder, 60_000);
        alice = network.peer("alice");
        bob = network.peer("bob");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    private Network.Job share(String text, String note) throws Exception {
        Path file = Files.writeString(folder.resolve(text), text);
        Network.Job job = alice.begin(new Request.Share(null, List.of(file.toString()), "data", note));
        job.next(Report.Shared.class);
        return job;
    }

    private Report.RolledBack rollBack(int version, @Nullable String note) {
        return alice.ask(new Request.RollBack(null, "data", version, note), Report.RolledBack.class)
                .getFirst();
    }

    private List<Report.VersionKept> versions() {
        return bob.ask(new Request.Describe(null, "alice/data"), Report.Details.class)
                .getFirst()
                .versions();
    }

    private void assertGets(String text) throws IOException {
        Path got = Files.createTempDirectory(folder, "got").resolve("file");
        bob.get("alice/data", got);
        assertThat(got).hasContent(text);
    }

    @Test
    void anOlderVersionIsTheNewestAgainAndIsServedFromWhereItIs() throws Exception {
        share("one", "the first");
        share("second", "").stop();
        Network.Job third = share("three!", "");
        assertThat(versions()).extracting(Report.VersionKept::version).containsExactly(3, 2, 1);
        assertThat(versions()).extracting(Report.VersionKept::differenceBytes).containsExactly(0L, 3L, null);
        assertThat(versions()).extracting(Report.VersionKept::changedBytes).containsExactly(6L, 6L, null);
        assertThat(versions()).extracting(Report.VersionKept::note).containsExactly("", "", "the first");
        assertThat(versions()).extracting(Report.VersionKept::sources).containsExactly(1, 0, 1);

        Report.RolledBack shared = rollBack(1, null);
        assertThat(shared.version()).isEqualTo(4);
        assertThat(shared.fresh()).isTrue();
        assertThat(shared.served()).isTrue();
        assertThat(shared.seeds()).isEqualTo(1);
        assertGets("one");
        Report.RolledBack again = rollBack(1, null);
        assertThat(again.fresh()).isFalse();
        assertThat(again.version()).isEqualTo(4);
        assertThat(versions().getFirst().note()).isEqualTo("version 1 again");

        // One that is not shared any more, in a file that is still there.
        Report.RolledBack known = rollBack(2, "better");
        assertThat(known.version()).isEqualTo(5);
        assertThat(known.served()).isTrue();
        assertThat(known.path()).isEqualTo(folder.resolve("second").toString());
        third.stop();
        assertGets("second");
        assertThat(versions().getFirst().note()).isEqualTo("better");
        assertThat(versions()).hasSize(5);
    }

    @Test
    void whoHasNotTheBytesMakesTheVersionAndIsNoSource() throws Exception {
        share("one", "").stop();
        Files.delete(folder.resolve("one"));
        share("two", "");
        Report.RolledBack back = rollBack(1, null);
        assertThat(back.served()).isFalse();
        assertThat(back.path()).isNull();
        assertThat(back.sources()).isZero();
        PeerException nobody = bob.refusal(
                new Request.Get(null, "alice/data", folder.resolve("got").toString(), false, false));
        assertThat(nobody.reason()).isEqualTo(Reason.UNREACHABLE);
        Path copy = Files.writeString(folder.resolve("copy"), "one");
        bob.begin(new Request.Share(null, List.of(copy.toString()), "alice/data", ""))
                .next(Report.Shared.class);
        assertThat(versions().getFirst().seeds()).isEqualTo(1);
    }

    @Test
    void whoHasAPartOfAnOlderVersionIsASourceOfThatPart() throws Exception {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        for (int number = 1; number <= 3; number++) {
            byte[] bytes = new byte[200_000];
            Arrays.fill(bytes, (byte) number);
            Files.write(tree.resolve("f" + number), bytes);
        }
        Network.Job whole = alice.begin(new Request.Share(null, List.of(tree.toString()), "data", ""));
        whole.next(Report.Shared.class);
        Network.Job part = bob.begin(part("alice/data", "bobs", ""));
        part.next(Report.Got.class);
        whole.stop();
        share("two", "").stop();
        alice.begin(part("alice/data@1", "part", "f1")).next(Report.Got.class);
        part.stop();
        Report.RolledBack back = rollBack(1, null);
        assertThat(back.served()).isTrue();
        assertThat(back.seeds()).isZero();
        assertThat(back.sources()).isEqualTo(1);
    }

    private Request.Get part(String name, String target, String pattern) {
        List<String> include = pattern.isEmpty() ? List.of() : List.of(pattern);
        String output = folder.resolve(target).toString();
        return new Request.Get(null, name, output, true, false, false, null, List.of(), include, List.of());
    }

    @Test
    void aSharedFileThatWasWrittenToSinceServesNoOlderVersion() throws Exception {
        share("one", "");
        Files.writeString(folder.resolve("one"), "one, and more");
        share("two", "");
        Report.RolledBack back = rollBack(1, null);
        assertThat(back.version()).isEqualTo(3);
        assertThat(back.served()).isFalse();
        assertThat(back.path()).isNull();
        await().until(() -> versions().getFirst().sources() == 0);
    }

    @Test
    void onlyTheOwnerRollsBackAndOnlyToAVersionThatThereIs() throws Exception {
        share("one", "");
        share("two", "");
        assertThat(bob.refusal(new Request.RollBack(null, "alice/data", 1, null))
                        .reason())
                .isEqualTo(Reason.NOT_ALLOWED);
        assertThat(alice.refusal(new Request.RollBack(null, "data", 7, null)).reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(alice.refusal(new Request.RollBack(null, "nothing", 1, null)).reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(alice.refusal(new Request.RollBack(null, "data@1", 1, null)).reason())
                .isEqualTo(Reason.USAGE);
        assertThat(versions()).hasSize(2);
    }
}
