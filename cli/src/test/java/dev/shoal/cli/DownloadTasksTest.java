package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.TaskReport;
import dev.shoal.peer.TaskWish;
import dev.shoal.store.FileHasher;
import dev.shoal.store.HashProgress;
import dev.shoal.store.PartialFile;
import dev.shoal.store.TargetPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a peer that stays up knows of its downloads, and keeps to, over pauses, attempts and starts. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DownloadTasksTest {

    private static final int BYTES = 3_000_000;

    /** With this limit a file takes three quarters of an hour. */
    private static final String CRAWLING = "1KiB/s";

    private static final long CRAWLING_BYTES = 1024;

    @TempDir
    Path folder;

    private Network network;
    private Network.Peer ben;

    @BeforeEach
    void start() {
        network = Network.withLease(folder, 60_000);
        ben = network.peer("ben");
    }

    @AfterEach
    void stop() {
        network.close();
    }

    private Sample share(String name) throws Exception {
        Sample sample = Sample.of(name.hashCode(), BYTES);
        ben.share(sample.write(folder.resolve(name))).next(Report.Shared.class);
        return sample;
    }

    private Request.Get crawling(String name) {
        return get(name, "my " + name, CRAWLING);
    }

    private Request.Get get(String name, String file, String limit) {
        return new Request.Get(null, "ben/" + name, folder.resolve(file).toString(), false, false, false, limit);
    }

    private static Request limit(String name, String limit) {
        return new Request.Limit("ben/" + name, limit);
    }

    @Test
    void howADownloadStoodIsToldWhenItDoesNotGoOn() throws Exception {
        Sample sample = Sample.of(1, BYTES);
        Network.Job sharing = ben.share(sample.write(folder.resolve("data")));
        sharing.next(Report.Shared.class);
        try (UpPeer up = new UpPeer(network, "ann")) {
            long id = up.get(crawling("data"));
            up.await(id, task -> task.sources() > 0);
            up.peer().ask(limit("data", "512KiB/s"), Report.class);
            up.await(id, task -> task.doneBytes() > 0);
            up.peer().ask(new TaskWish.PauseTask(null, id), Report.class);
            sharing.stop();

            TaskReport.TaskDetail paused = up.closely(id);
            assertThat(paused.chunks()).isEqualTo(sample.layout().chunkCount());
            assertThat(paused.cells()).contains(1, 0);
            assertThat(paused.sources()).singleElement().satisfies(source -> {
                assertThat(source.receivedBytes()).isPositive();
                assertThat(source.rateBytesPerSecond()).isZero();
            });

            try (ScriptedPeer liar = new ScriptedPeer(sample, Mischief.WRONG_BYTES_EVERYWHERE)) {
                liar.register(network.index().address(), "ben/data");
                up.peer().ask(limit("data", "unlimited"), Report.class);
                up.peer().ask(new TaskWish.ResumeTask(null, id), Report.class);
                assertThat(up.awaitState(id, "failed").trouble()).contains("sent wrong data");

                TaskReport.TaskDetail failed = up.closely(id);
                assertThat(failed.cells()).contains(-2, 0).doesNotContain(1, -1);
                assertThat(failed.sources())
                        .filteredOn(source -> source.state().equals("dropped"))
                        .singleElement()
                        .satisfies(source -> assertThat(source.why()).contains("sent wrong data"));
            }
        }
    }

    @Test
    void whatIsPassedOnWhileItIsDownloadedCounts() throws Exception {
        Sample sample = Sample.of(1, BYTES);
        Network.Job sharing = ben.share(sample.write(folder.resolve("data")));
        sharing.next(Report.Shared.class);
        long id;
        try (UpPeer up = new UpPeer(network, "ann")) {
            // As it is said of this download alone; the settings have no end.
            id = up.get(crawling("data").seeding(Request.Get.Seeding.of(null, "0.05")));
            up.await(id, task -> task.sources() > 0);
            up.peer().ask(limit("data", "512KiB/s"), Report.class);
            up.await(id, task -> task.doneBytes() > BYTES / 15);
            up.peer().ask(limit("data", CRAWLING), Report.class);
            sharing.stop();
            Network.Job third = network.peer("cyd").begin(get("data", "cyds", "unlimited"));
            up.await(id, task -> task.uploadedBytes() >= BYTES / 20);
            third.stop();
            assertThat(up.task(id).state()).isEqualTo("downloading");
        }
        ben.share(folder.resolve("data")).next(Report.Shared.class);
        try (UpPeer up = new UpPeer(network, "ann")) {
            up.peer().ask(limit("data", "unlimited"), Report.class);
            assertThat(up.awaitState(id, "done").trouble()).contains("sent 0.05 times");
            assertThat(up.task(id).uploadedBytes()).as("in this process").isZero();
            assertThat(up.task(id).seedRatio()).isEqualTo("0.05");
            assertThat(folder.resolve("my data")).hasBinaryContent(sample.bytes());
        }
    }

    @Test
    void aLimitHoldsUntilTheDownloadIsHereWhateverComesBetween() throws Exception {
        Sample sample = share("data");
        long id;
        try (UpPeer up = new UpPeer(network, "ann")) {
            id = up.get(crawling("data"));
            up.awaitState(id, "downloading");
            up.peer().ask(limit("data", "2KiB/s"), Report.class);
            up.peer().ask(new TaskWish.PauseTask(null, id), Report.class);
            assertThat(up.task(id).limitBytesPerSecond()).isEqualTo(2 * CRAWLING_BYTES);
            up.peer().ask(limit("data", CRAWLING), Report.class);
            assertThat(up.task(id).limitBytesPerSecond())
                    .as("also while it is paused")
                    .isEqualTo(CRAWLING_BYTES);
            assertThat(up.peer().refusal(limit("nothing", CRAWLING)).reason()).isEqualTo(Reason.NOT_FOUND);
        }
        try (UpPeer up = new UpPeer(network, "ann")) {
            assertThat(up.task(id).limitBytesPerSecond()).isEqualTo(CRAWLING_BYTES);
            up.peer().ask(new TaskWish.ResumeTask(null, id), Report.class);
            up.await(id, task -> task.sources() > 0);
            // Without its limit it would be here as soon as this is.
            share("more");
            up.peer().get("ben/more", folder.resolve("more got"));
            assertThat(up.task(id).state()).isEqualTo("downloading");
            up.peer().ask(limit("data", "unlimited"), Report.class);
            TaskReport.Task here = up.awaitState(id, "sharing");
            assertThat(here.limitBytesPerSecond())
                    .as("what goes out is not limited")
                    .isEqualTo(-1);
            assertThat(folder.resolve("my data")).hasBinaryContent(sample.bytes());
        }
    }

    @Test
    void aDownloadWaitsForItsPartFileAndKeepsItsPlace() throws Exception {
        Sample sample = share("data");
        Path file = folder.resolve("my data");
        try (UpPeer up = new UpPeer(network, "ann")) {
            long id;
            try (FileHasher hasher = new FileHasher(1);
                    PartialFile held =
                            PartialFile.open(TargetPath.exactly(file), sample.id(), hasher, HashProgress.UNSEEN)) {
                id = up.get(get("data", "my data", "unlimited"));
                assertThat(up.awaitState(id, "waiting").trouble()).contains("being downloaded");
                assertThat(held.missingBytes()).isEqualTo(BYTES);
                Files.createDirectory(file);
            }
            assertThat(up.awaitState(id, "failed").trouble()).contains("is a folder", "Nothing was put into it");
            assertThat(file).isEmptyDirectory();
            Files.delete(file);
            up.peer().ask(new TaskWish.ResumeTask(null, id), Report.class);
            up.awaitState(id, "sharing");
            assertThat(file).hasBinaryContent(sample.bytes());
        }
    }
}
