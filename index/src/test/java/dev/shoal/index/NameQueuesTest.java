package dev.shoal.index;

import static dev.shoal.index.Fixtures.address;
import static dev.shoal.index.Fixtures.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.protocol.ErrorCode;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens at the ends of the queues, and when a task fails. */
class NameQueuesTest {

    @TempDir
    private Path folder;

    @Test
    void aFullRowOfWritersIsToldToComeAgain() {
        NameWriter writer = new NameWriter(IndexDatabase.open(folder).connect());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Boolean> first = writer.submit(tables -> hold(begun, held));
        await(begun);
        List<CompletableFuture<Integer>> waiting = new ArrayList<>();
        for (int i = 0; i < NameWriter.MAX_WAITING; i++) {
            int number = i;
            waiting.add(writer.submit(tables -> number));
        }
        assertBusy(writer.submit(tables -> 0));
        held.countDown();
        assertThat(get(first)).isTrue();
        for (int i = 0; i < waiting.size(); i++) {
            assertThat(get(waiting.get(i))).isEqualTo(i);
        }
        writer.close();
        assertThatThrownBy(() -> get(writer.submit(tables -> 0))).hasRootCauseInstanceOf(IndexException.class);
    }

    @Test
    void aFullRowOfReadersIsToldToComeAgain() {
        NameReaders readers = new NameReaders(IndexDatabase.open(folder));
        CountDownLatch held = new CountDownLatch(1);
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        CompletableFuture<Boolean> last;
        do {
            last = readers.submit(tables -> hold(new CountDownLatch(1), held));
            all.add(last);
        } while (!last.isDone());
        assertBusy(last);
        assertThat(all).hasSizeGreaterThan(NameReaders.MAX_WAITING);
        held.countDown();
        all.removeLast();
        all.forEach(answer -> assertThat(get(answer)).isTrue());
        readers.close();
    }

    @Test
    void aTaskThatFailsTakesOnlyItsOwnWritesBack() {
        NameWriter writer = new NameWriter(IndexDatabase.open(folder).connect());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Boolean> first = writer.submit(tables -> hold(begun, held));
        await(begun);
        var one = Fixtures.first(Fixtures.keyPair(), "one/a", Fixtures.content(1));
        var two = Fixtures.first(Fixtures.keyPair(), "two/a", Fixtures.content(2));
        CompletableFuture<Boolean> fails = writer.submit(tables -> {
            tables.makeName(one, true, 1);
            throw new IllegalStateException("on purpose");
        });
        CompletableFuture<Boolean> works = writer.submit(tables -> {
            tables.makeName(two, true, 1);
            return true;
        });
        held.countDown();
        assertThat(get(first)).isTrue();
        assertThatThrownBy(() -> get(fails)).hasRootCauseMessage("on purpose");
        assertThat(get(works)).isTrue();
        CompletableFuture<Long> count = writer.submit(NameTables::count);
        assertThat(get(count)).isEqualTo(1);
        writer.close();
    }

    @Test
    void anErrorInATaskDoesNotEndTheWriter() {
        NameWriter writer = new NameWriter(IndexDatabase.open(folder).connect());
        CompletableFuture<Boolean> fails = writer.submit(tables -> {
            throw new StackOverflowError("on purpose");
        });
        assertThatThrownBy(() -> get(fails)).hasRootCauseMessage("on purpose");
        CompletableFuture<Boolean> notTold = writer.write(handle -> true, done -> {
            throw new NoClassDefFoundError("on purpose");
        });
        assertThatThrownBy(() -> get(notTold)).hasRootCauseMessage("on purpose");
        CompletableFuture<Long> count = writer.submit(NameTables::count);
        assertThat(get(count)).isZero();
        writer.close();
    }

    @Test
    void aFullDiskFailsRequestsAndNotTheWriter() {
        Handle handle = IndexDatabase.open(folder).connect();
        int pages = handle.createQuery("PRAGMA page_count").mapTo(Integer.class).one();
        handle.execute("PRAGMA max_page_count = " + (pages + 2));
        NameWriter writer = new NameWriter(handle);
        KeyPair owner = Fixtures.keyPair();
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            var record = Fixtures.first(owner, "one/" + i, Fixtures.content(i));
            boolean first = i == 0;
            answers.add(writer.submit(tables -> {
                tables.makeName(record, first, 1);
                return true;
            }));
        }
        long failed = answers.stream()
                .filter(answer -> answer.handle((done, e) -> e != null).join())
                .count();
        assertThat(failed).isPositive();
        CompletableFuture<Long> count = writer.submit(tables -> {
            handle.execute("PRAGMA max_page_count = 1000000");
            return tables.count();
        });
        long made = get(count);
        assertThat(made).isEqualTo(answers.size() - failed);
        var record = Fixtures.first(Fixtures.keyPair(), "two/a", Fixtures.content(1));
        CompletableFuture<Long> more = writer.submit(tables -> {
            tables.makeName(record, true, 1);
            return tables.count();
        });
        assertThat(get(more)).isEqualTo(made + 1);
        writer.close();
    }

    @Test
    void addressesAreForgottenInTheirOrderAndEveryDay() {
        AddressQuota quota = new AddressQuota(1);
        InetAddress first = address("203.0.113.1");
        assertThat(quota.take(first, 1)).isTrue();
        assertThat(quota.take(first, 1)).isFalse();
        for (int i = 1; i < AddressQuota.MAX_ADDRESSES; i++) {
            quota.take(address("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)), 1);
        }
        assertThat(quota.take(first, 1)).isFalse();
        quota.take(address("203.0.113.2"), 1);
        assertThat(quota.take(first, 1)).isTrue();
        assertThat(quota.take(first, 2)).isTrue();
    }

    @Test
    void theScheduleOfRestatementsHasAnEnd() {
        RestateSchedule schedule = new RestateSchedule(1);
        long second = 1_000_000_000L;
        assertThat(schedule.reserve(5, 0)).isZero();
        assertThat(schedule.reserve(Integer.MAX_VALUE, 0)).isEqualTo(second);
        long late = schedule.reserve(1, 0);
        assertThat(late).isEqualTo(600 * second);
        assertThat(schedule.reserve(1, 0)).isEqualTo(late);
        assertThat(schedule.reserve(RestateSchedule.CONTENTS_PER_PLACE * 3, 5_000 * second))
                .isEqualTo(5_000 * second);
        assertThat(schedule.reserve(1, 5_000 * second)).isEqualTo(5_003 * second);
    }

    private static boolean hold(CountDownLatch begun, CountDownLatch held) {
        begun.countDown();
        await(held);
        return true;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertBusy(CompletableFuture<?> answer) {
        assertThatThrownBy(() -> get(answer))
                .rootCause()
                .isInstanceOf(IndexException.class)
                .extracting(e -> ((IndexException) e).code())
                .isEqualTo(ErrorCode.BUSY);
    }
}
