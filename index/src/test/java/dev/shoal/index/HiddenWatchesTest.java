package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.PrivateIndex.AUDIENCE;
import static dev.shoal.index.PrivateIndex.BEN;
import static dev.shoal.index.PrivateIndex.SECRET;
import static dev.shoal.index.PrivateIndex.TEAM;
import static dev.shoal.index.PrivateIndex.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.AdminRequest;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexPush.NewVersion;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexReply.Ack.Outcome;
import dev.shoal.protocol.IndexRequest.Unwatch;
import dev.shoal.protocol.IndexRequest.Watch;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a name that somebody does not see, he hears nothing, whatever he watches. */
class HiddenWatchesTest {

    private static final Watch WATCH = new Watch(SECRET, 0);
    private static final Name ABSENT = new Name("ada/secret plans");

    private record Pushed(Session session, NewVersion version) {}

    @TempDir
    private Path folder;

    private final BlockingQueue<Pushed> pushed = new LinkedBlockingQueue<>();
    private PrivateIndex index;

    @BeforeEach
    void open() {
        index = new PrivateIndex(folder);
    }

    @AfterEach
    void close() {
        index.close();
    }

    private void hear(Session session) {
        session.pushWay = (to, id, push) -> pushed.add(new Pushed(to, (NewVersion) push));
        index.index.heartbeat(session, List.of());
    }

    private void told(Session session, Name name, int number) throws InterruptedException {
        assertThat(pushed.poll(20, TimeUnit.SECONDS)).isEqualTo(new Pushed(session, new NewVersion(name, number)));
    }

    private long watches() {
        return index.index.service.watching().load().watches();
    }

    @Test
    void whatIsHiddenIsAnsweredAsWhatIsNotThere() {
        index.share(BEN);
        index.publishSecret();
        for (Session session : List.of(index.cid, index.stranger)) {
            Failure hidden = (Failure) index.ask(session, WATCH);
            Failure absent = (Failure) index.ask(session, new Watch(ABSENT, 0));
            assertThat(hidden.code()).isEqualTo(ErrorCode.NOT_FOUND);
            assertThat(hidden.sentence().replace(SECRET.text(), ABSENT.text())).isEqualTo(absent.sentence());
            assertThat(index.ask(session, new Unwatch(SECRET))).isEqualTo(Ack.DONE);
        }
        assertThat(watches()).isZero();
        for (Session session : List.of(index.ada, index.ben)) {
            assertThat(index.ask(session, WATCH)).isEqualTo(new Ack(Outcome.DONE, 1));
        }
        assertThat(watches()).isEqualTo(2);
    }

    @Test
    void onlyWhoSeesTheNewVersionIsToldOfIt() throws InterruptedException {
        Name open = new Name("ada/open");
        VersionRecord first = version(open, 1, content(1), Hash.ZERO);
        index.publish(first, null);
        for (Session session : List.of(index.ben, index.cid, index.dan, index.stranger)) {
            assertThat(index.ask(session, new Watch(open, 1))).isInstanceOf(Ack.class);
            hear(session);
        }
        index.share(TEAM);
        VersionRecord second = version(open, 2, content(2), first.hash());
        index.publish(second, AUDIENCE);
        told(index.dan, open, 2);
        Session again = index.index.join(2, "198.51.100.2");
        hear(again);
        // What it may not see yet has been looked up by then.
        EachReader.of(index.names.readers(), handle -> {});
        index.share(TEAM, BEN);
        VersionRecord third = version(open, 3, content(3), second.hash());
        index.publish(third, AUDIENCE);
        assertThat(List.of(pushed.take(), pushed.take(), pushed.take()))
                .containsExactlyInAnyOrder(
                        new Pushed(index.dan, new NewVersion(open, 3)),
                        new Pushed(index.ben, new NewVersion(open, 3)),
                        new Pushed(again, new NewVersion(open, 3)));
        VersionRecord fourth = version(open, 4, content(4), third.hash());
        index.publish(fourth, null);
        for (int i = 0; i < 5; i++) {
            assertThat(pushed.take().version()).isEqualTo(new NewVersion(open, 4));
        }
        assertThat(pushed).isEmpty();
    }

    @Test
    void anIndexForMembersOnlyTellsMembersOnly() throws InterruptedException {
        Name open = new Name("ada/open");
        VersionRecord first = version(open, 1, content(1), Hash.ZERO);
        index.publish(first, null);
        for (Session session : List.of(index.stranger, index.ben)) {
            index.ask(session, new Watch(open, 1));
            hear(session);
        }
        index.ask(index.root, new AdminRequest.Policy(true, true, false, true));
        index.publish(version(open, 2, content(2), first.hash()), null);
        told(index.ben, open, 2);
        Pdu refused = index.ask(index.stranger, new Watch(open, 1));
        assertThat(((Failure) refused).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(index.ask(index.stranger, new Unwatch(open))).isEqualTo(Ack.DONE);
        assertThat(pushed).isEmpty();
    }
}
