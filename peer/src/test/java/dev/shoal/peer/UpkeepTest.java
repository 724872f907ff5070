package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.store.SharedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who follows what a peer that stays up does. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UpkeepTest {

    private static final int MANY = 2 * Telling.MOST_WAITING;

    @TempDir
    Path folder;

    @Test
    void whoWasTooSlowForAWhileIsToldAgainWhenItListens() throws Exception {
        HomePeer peer = new HomePeer(
                new Home(folder), new Peers.Options("127.0.0.1:1", null, "ann", null, null, true), PeerEvents.NONE);
        CompletableFuture<Boolean> up = new CompletableFuture<>();
        Cancellation end = new Cancellation();
        Thread stays =
                Thread.ofVirtual().start(() -> peer.run(new TaskWish.Stay(null), report -> up.complete(true), end));
        up.join();
        Upkeep upkeep = Objects.requireNonNull(peer.upkeep());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        CompletableFuture<Boolean> heardLast = new CompletableFuture<>();
        Cancellation enough = new Cancellation();
        Thread listens = Thread.ofVirtual()
                .start(() -> peer.run(
                        new TaskWish.Listen(null),
                        report -> {
                            begun.countDown();
                            awaitQuietly(goesOn);
                            if (report instanceof Report.Removed removed && removed.count() == MANY) {
                                heardLast.complete(true);
                            }
                        },
                        enough));
        while (!begun.await(1, TimeUnit.MILLISECONDS)) {
            upkeep.tell(new Report.Removed(0));
        }
        for (int i = 0; i < MANY; i++) {
            upkeep.tell(new Report.Removed(1));
        }
        goesOn.countDown();
        while (!heardLast.isDone() && !enough.await(1)) {
            upkeep.tell(new Report.Removed(MANY));
        }
        assertThat(enough.isCancelled()).isFalse();
        peer.leave();
        listens.join();
        assertThat(enough.isCancelled())
                .as("the end of the peer ends who listens")
                .isTrue();
        stays.join();
        peer.close();
    }

    @Test
    void whatOnlyAPeerThatStaysUpCanDoIsRefusedByOneThatDoesNot() {
        Request.Get get = new Request.Get(null, "ben/x", folder.resolve("x").toString(), false, false);
        TaskWish.Begin ends = new TaskWish.Begin(get.seeding(Request.Get.Seeding.of("12h", null)), false);
        TaskWish.Begin detached = new TaskWish.Begin(get, true);
        HomePeer peer = new HomePeer(
                new Home(folder), new Peers.Options("127.0.0.1:1", null, "ann", null, null, false), PeerEvents.NONE);
        for (TaskWish.Begin wish : List.of(ends, detached)) {
            assertThatThrownBy(() -> peer.run(wish, report -> {}, new Cancellation()))
                    .isInstanceOfSatisfying(
                            PeerException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(PeerException.Reason.USAGE))
                    .hasMessageContaining("run `shoal up` first");
        }
        peer.close();
    }

    @Test
    void aSettingHoldsWhileItsFileIsWrong() throws Exception {
        Home home = new Home(folder);
        HomePeer peer =
                new HomePeer(home, new Peers.Options("127.0.0.1:1", null, "ann", null, null, true), PeerEvents.NONE);
        CompletableFuture<Boolean> up = new CompletableFuture<>();
        Thread stays = Thread.ofVirtual()
                .start(() -> peer.run(new TaskWish.Stay(null), report -> up.complete(true), new Cancellation()));
        up.join();
        PeerNode node = Objects.requireNonNull(peer.running());
        assertThat(node.settings().now(Setting.KEEP_FREE)).isEqualTo("1GiB");
        Files.writeString(home.configurationFile(), "keep-free = 20GiB\n");
        assertThat(node.settings().now(Setting.KEEP_FREE)).isEqualTo("20GiB");
        Files.writeString(home.configurationFile(), "keep-free = much\n");
        assertThat(node.settings().now(Setting.KEEP_FREE)).isEqualTo("20GiB");
        peer.leave();
        stays.join();
        peer.close();
    }

    @Test
    void whatWasSentIsRememberedAsSoonAsTheDiskTakesItAgain() throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        Home home = new Home(folder);
        HomePeer peer = new HomePeer(
                home, new Peers.Options("127.0.0.1:1", null, "ann", null, null, true), (level, text) -> said.add(text));
        CompletableFuture<Boolean> up = new CompletableFuture<>();
        Thread stays = Thread.ofVirtual()
                .start(() -> peer.run(new TaskWish.Stay(null), report -> up.complete(true), new Cancellation()));
        up.join();
        PeerNode node = Objects.requireNonNull(peer.running());
        Upkeep upkeep = Objects.requireNonNull(peer.upkeep());
        Task task =
                upkeep.add(new Request.Get(null, "ben/x", folder.resolve("x").toString(), false, false));
        upkeep.keep(task, task.kept());
        Path part = Files.writeString(folder.resolve("part"), "what is here of it");
        Served served = new Served(new SharedFile(node.hasher().hash(part), node.openFiles()));
        task.sends(served);
        served.uploaded((int) Seeding.WORTH_KEEPING_BYTES);
        // So often that the file is to be written anew, which cannot be.
        Path inTheWay = Files.createDirectories(home.folder().resolve("tasks.new/in the way"));
        assertThatThrownBy(() -> {
                    while (true) {
                        upkeep.change(task, kept -> kept.paused(false));
                    }
                })
                .isInstanceOf(PeerException.class);
        Seeding seeding = new Seeding(node, upkeep, System::currentTimeMillis);
        seeding.look();
        seeding.look();
        assertThat(said).filteredOn(text -> text.contains("passed on")).hasSize(1);
        Files.delete(inTheWay);
        served.uploaded((int) Seeding.WORTH_KEEPING_BYTES);
        seeding.look();
        assertThat(Objects.requireNonNull(task.kept().seeded()).sentBytes()).isEqualTo(2 * Seeding.WORTH_KEEPING_BYTES);
        assertThat(Files.readString(home.tasksFile())).contains("" + 2 * Seeding.WORTH_KEEPING_BYTES);
        peer.leave();
        stays.join();
        peer.close();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
