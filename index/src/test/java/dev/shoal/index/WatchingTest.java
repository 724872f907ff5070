package dev.shoal.index;

import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.IndexUnderTest.SETTINGS;
import static dev.shoal.index.IndexUnderTest.WATCHES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import dev.shoal.index.Watchers.Pushed;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexRequest.Unwatch;
import dev.shoal.protocol.IndexRequest.Watch;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who watches a name hears of its new versions, whatever is lost, doubled or restarted in between. */
class WatchingTest {

    @TempDir
    private Path folder;

    private SqliteNames names;
    private IndexUnderTest index;
    private Watchers watchers;

    @BeforeEach
    void start() {
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
        index = new IndexUnderTest(SETTINGS, names);
        watchers = new Watchers(index);
    }

    @AfterEach
    void stop() {
        names.close();
    }

    /** The same data, and an index that remembers nothing else. */
    private void restart() {
        Moment now = index.now;
        stop();
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
        index = new IndexUnderTest(SETTINGS, names);
        index.now = now;
    }

    private Watching.Load load() {
        return index.service.watching().load();
    }

    @Test
    void whoWatchesIsToldOnceAndWhatItAcknowledgedIsRemembered() {
        watchers.publish("lab/a");
        Session ben = watchers.join(2);
        assertThat(watchers.watch(ben, "lab/a", 0)).isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(watchers.watch(ben, "lab/a", 1)).as("again").isEqualTo(new Ack(Outcome.DONE, 1));
        assertThat(load().watches()).isEqualTo(1);
        watchers.publish("lab/a");
        Pushed told = watchers.told(ben, "lab/a", 2);
        assertThat(load().pending()).isEqualTo(1);
        watchers.acknowledge(told);
        watchers.acknowledge(told);
        index.service.acknowledged(ben, told.id() + 1, index.now);
        assertThat(load().pending()).isZero();
        assertThat(load().sent()).isEqualTo(1);
        assertThat(load().acknowledged()).isEqualTo(1);
        index.service.watching().finish();
        restart();
        Watchers after = new Watchers(index);
        Session again = after.join(2);
        assertThat(after.watch(again, "lab/a", 2)).isEqualTo(new Ack(Outcome.DONE, 2));
        assertThat(load().watches()).isEqualTo(1);
        after.noneWaits();
    }

    @Test
    void whatIsNotAcknowledgedIsToldAgainAndThenRestsUntilAHeartbeat() {
        watchers.publish("lab/a");
        Session ben = watchers.join(2);
        watchers.watch(ben, "lab/a", 1);
        watchers.publish("lab/a");
        Pushed first = watchers.told(ben, "lab/a", 2);
        for (int sent = 1; sent < Nudges.MAX_SENT; sent++) {
            index.pass(200 << (sent - 1));
            index.service.watching().again(index.now);
            if (sent < 5) {
                watchers.noneWaits();
            }
            index.pass(5_000);
            index.service.watching().again(index.now);
            assertThat(watchers.next()).isEqualTo(first);
        }
        index.pass(5_000);
        index.service.watching().again(index.now);
        watchers.noneWaits();
        assertThat(load().pending()).isZero();
        watchers.hear(ben);
        Pushed again = watchers.told(ben, "lab/a", 2);
        assertThat(again.id()).isNotEqualTo(first.id());
        watchers.hear(ben);
        watchers.noneWaits();
    }

    @Test
    void ofSeveralVersionsTheLatestIsTold() {
        watchers.publish("lab/a");
        Session ben = watchers.join(2);
        watchers.watch(ben, "lab/a", 1);
        watchers.publish("lab/a");
        Pushed second = watchers.told(ben, "lab/a", 2);
        watchers.publish("lab/a");
        Pushed third = watchers.told(ben, "lab/a", 3);
        watchers.acknowledge(second);
        index.pass(300);
        index.service.watching().again(index.now);
        assertThat(watchers.next()).as("only the latest is repeated").isEqualTo(third);
        watchers.noneWaits();
    }

    @Test
    void allSessionsOfAKeyAreToldAndNobodyElse() {
        watchers.publish("lab/a");
        Session one = watchers.join(2);
        Session other = watchers.join(2);
        watchers.join(3);
        watchers.watch(one, "lab/a", 1);
        watchers.hear(other);
        watchers.publish("lab/a");
        assertThat(List.of(watchers.next().session(), watchers.next().session()))
                .containsExactlyInAnyOrder(one, other);
        index.service.end(one);
        watchers.publish("lab/a");
        watchers.told(other, "lab/a", 3);
        watchers.noneWaits();
    }

    @Test
    void anIndexThatEndedBeforeItToldAnybodyTellsAfterItsRestart() {
        watchers.publish("lab/a");
        watchers.watch(watchers.join(2), "lab/a", 1);
        watchers.publish("lab/a");
        watchers.next();
        restart();
        Watchers after = new Watchers(index);
        Session session = index.join(2, "198.51.100.7");
        after.noneWaits();
        after.hear(session);
        after.told(session, "lab/a", 2);
        after.join(3);
        after.noneWaits();
    }

    @Test
    void manyMissedVersionsAreToldInTurn() {
        int count = 140;
        Session ben = watchers.join(2);
        for (int i = 0; i < count; i++) {
            watchers.publish("lab/" + i);
            watchers.watch(ben, "lab/" + i, 1);
        }
        index.service.end(ben);
        for (int i = 0; i < count; i++) {
            watchers.publish("lab/" + i);
        }
        // Else the last of these find the next session, and tell it what it is told as missed, too.
        EachReader.of(names.readers(), handle -> {});
        Session again = watchers.join(2);
        Set<Name> told = new HashSet<>();
        for (int i = 0; i < count; i++) {
            Pushed next = watchers.next();
            assertThat(next.session()).isEqualTo(again);
            assertThat(next.version().number()).isEqualTo(2);
            assertThat(told.add(next.version().name())).isTrue();
            watchers.acknowledge(next);
        }
        watchers.noneWaits();
    }

    @Test
    void aNameThatIsNotThereCannotBeWatchedAndOneThatGoesStaysWatched() {
        Session ben = watchers.join(2);
        assertThat(index.failure(ben, new Watch(new Name("lab/a"), 0)).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(load().watches()).isZero();
        watchers.publish("lab/a");
        watchers.watch(ben, "lab/a", 1);
        watchers.remove("lab/a");
        assertThat(index.failure(ben, new Watch(new Name("lab/a"), 1)).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(load().watches()).isEqualTo(1);
        watchers.publish("lab/a");
        watchers.told(ben, "lab/a", 2);
    }

    @Test
    void whoNoLongerWatchesIsNotTold() {
        watchers.publish("lab/a");
        watchers.publish("lab/b");
        Session ben = watchers.join(2);
        watchers.watch(ben, "lab/a", 1);
        watchers.watch(ben, "lab/b", 1);
        for (int i = 0; i < 2; i++) {
            assertThat(index.ask(ben, new Unwatch(new Name("lab/a")))).isEqualTo(Ack.DONE);
        }
        assertThat(index.ask(watchers.join(3), new Unwatch(new Name("lab/a")))).isEqualTo(Ack.DONE);
        assertThat(load().watches()).isEqualTo(1);
        watchers.publish("lab/a");
        watchers.publish("lab/b");
        watchers.told(ben, "lab/b", 2);
        watchers.noneWaits();
    }

    @Test
    void aKeyWatchesSoManyNamesAndAnAddressBeginsSoManyADay() {
        for (int i = 0; i <= WATCHES.perKey(); i++) {
            watchers.publish("lab/" + i);
        }
        int begun = 0;
        for (long seed = 2; begun < WATCHES.perAddress(); seed++) {
            Session session = watchers.join(seed);
            for (int i = 0; i < WATCHES.perKey() && begun < WATCHES.perAddress(); i++) {
                watchers.watch(session, "lab/" + i, 1);
                begun++;
            }
            Watch more = new Watch(new Name("lab/" + WATCHES.perKey()), 1);
            assertThat(index.failure(session, more).code()).as("seed " + seed).isEqualTo(ErrorCode.LIMIT);
            assertThat(watchers.watch(session, "lab/1", 1))
                    .as("one that it has")
                    .isEqualTo(new Ack(Outcome.DONE, 1));
        }
        assertThat(load().watches()).isEqualTo(WATCHES.perAddress());
        Session tomorrow = index.join(99, "198.51.100.7");
        Watch one = new Watch(new Name("lab/1"), 1);
        assertThat(index.failure(tomorrow, one).code()).isEqualTo(ErrorCode.LIMIT);
        index.pass(Fixtures.DAY_MILLIS);
        assertThat(index.ask(index.join(99, "198.51.100.7"), one)).isEqualTo(new Ack(Outcome.DONE, 1));
    }

    @Test
    void watchesOfWhoStaysAwayAreForgotten() {
        watchers.publish("lab/a");
        Session away = watchers.join(2);
        watchers.watch(away, "lab/a", 1);
        watchers.watch(watchers.join(3), "lab/a", 1);
        for (int day = 0; day < WATCHES.unusedDays(); day++) {
            assertThat(get(index.service.watching().expire(index.now))).isZero();
            index.pass(Fixtures.DAY_MILLIS);
            Session session = watchers.join(3);
            watchers.watch(session, "lab/a", 1);
            index.service.end(session);
        }
        assertThat(get(index.service.watching().expire(index.now))).isEqualTo(1);
        assertThat(load().watches()).isEqualTo(1);
    }
}
