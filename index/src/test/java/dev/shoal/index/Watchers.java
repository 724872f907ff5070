package dev.shoal.index;

import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.IndexPush.NewVersion;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.IndexRequest.DeregisterName;
import dev.shoal.protocol.IndexRequest.Register;
import dev.shoal.protocol.IndexRequest.Watch;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionRecord;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Sessions that watch names at an index, what they were told, and an owner who publishes. */
final class Watchers {

    private static final KeyPair OWNER = Fixtures.keyPair();
    private static final int WAIT_SECONDS = 20;

    /** Something that a session was told. */
    record Pushed(Session session, int id, NewVersion version) {}

    private final IndexUnderTest index;
    private final BlockingQueue<Pushed> pushed = new LinkedBlockingQueue<>();
    private final Map<String, VersionRecord> latest = new HashMap<>();
    private final Set<String> removed = new HashSet<>();
    private final Session owner;

    Watchers(IndexUnderTest index) {
        this.index = index;
        this.owner = index.join(Fixtures.key(OWNER), "192.0.2.1", "");
    }

    /** A session of a key that has sent its first heartbeat. */
    Session join(long seed) {
        Session session = index.join(seed, "198.51.100.7");
        hear(session);
        return session;
    }

    /** The session's heartbeat. */
    void hear(Session session) {
        session.pushWay = (to, id, push) -> pushed.add(new Pushed(to, id, (NewVersion) push));
        index.heartbeat(session, List.of());
    }

    Ack watch(Session session, String name, int seen) {
        return (Ack) index.ask(session, new Watch(new Name(name), seen));
    }

    /** The next version of a name. Returns its number. */
    int publish(String name) {
        VersionRecord before = latest.get(name);
        int number = before == null ? 1 : before.number() + 1;
        Hash previous = before == null || removed.remove(name) ? Hash.ZERO : before.hash();
        VersionRecord record = record(OWNER, name, number, content(name.hashCode() + number), previous);
        latest.put(name, record);
        Pdu answer = index.ask(owner, new Register(false, record.content(), record.name(), record));
        assertThat(answer).isInstanceOf(Ack.class);
        return number;
    }

    void remove(String name) {
        index.ask(owner, new DeregisterName(new Name(name)));
        removed.add(name);
    }

    /** What somebody is told next. */
    Pushed next() {
        try {
            Pushed next = pushed.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("something that is told").isNotNull();
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The next that somebody is told is this. */
    Pushed told(Session session, String name, int number) {
        Pushed next = next();
        assertThat(next.version()).isEqualTo(new NewVersion(new Name(name), number));
        assertThat(next.session()).isEqualTo(session);
        return next;
    }

    void acknowledge(Pushed told) {
        index.service.acknowledged(told.session(), told.id(), index.now);
    }

    void noneWaits() {
        assertThat(pushed).isEmpty();
    }
}
