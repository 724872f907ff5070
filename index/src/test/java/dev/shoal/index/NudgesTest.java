package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.Name;
import dev.shoal.index.Nudges.Send;
import dev.shoal.protocol.Hello;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is under way to whom, without a network. */
class NudgesTest {

    private static final Name NAME = new Name("lab/a");
    private static final long SECOND = 1_000_000_000L;

    private final Nudges nudges = new Nudges(new SplittableRandom(3));

    private static Session session(long id, long key) {
        Hello hello = new Hello(1, id, 0, "", 0, List.of(), "test");
        return new Session(
                id,
                PeerProfile.of(hello, Fixtures.key(key)),
                SessionKeys.fresh(new SplittableRandom(id)),
                InetAddress.getLoopbackAddress(),
                Fixtures.NOW,
                1_000);
    }

    private Session here(long id, long key) {
        Session session = session(id, key);
        nudges.here(session);
        nudges.here(session);
        return session;
    }

    @Test
    void whoIsNotHereIsNotTold() {
        Session session = session(1, 1);
        assertThat(nudges.tell(session, NAME, 1, 0)).isEmpty();
        nudges.here(session);
        assertThat(nudges.sessions(session.peer())).containsExactly(session);
        assertThat(nudges.tell(session, NAME, 1, 0)).isPresent();
        session.ended = true;
        assertThat(nudges.sessions(session.peer())).isEmpty();
        assertThat(nudges.tell(session, NAME, 2, 0)).isEmpty();
        nudges.tidy();
        assertThat(nudges.underWay()).isZero();
        assertThat(nudges.due(100 * SECOND)).isEmpty();
    }

    @Test
    void aSessionHasSoManyUnderWayAndIsLookedUpAgainForTheRest() {
        Session session = here(1, 1);
        session.caughtUp = true;
        for (int i = 0; i < Nudges.MAX_PER_SESSION; i++) {
            assertThat(nudges.tell(session, new Name("lab/" + i), 1, 0)).isPresent();
        }
        assertThat(session.caughtUp).isTrue();
        assertThat(nudges.tell(session, NAME, 1, 0)).isEmpty();
        assertThat(session.caughtUp).isFalse();
        assertThat(nudges.tell(session, new Name("lab/1"), 2, 0))
                .as("in the place of another")
                .isPresent();
        assertThat(nudges.underWay()).isEqualTo(Nudges.MAX_PER_SESSION);
    }

    @Test
    void theSameAgainAndAnOlderOneAreNotTold() {
        Session session = here(1, 1);
        assertThat(nudges.tell(session, NAME, 5, 0)).isPresent();
        assertThat(nudges.tell(session, NAME, 5, 0)).isEmpty();
        assertThat(nudges.tell(session, NAME, 4, 0)).isEmpty();
        assertThat(nudges.tell(session, NAME, 6, 0)).isPresent();
    }

    @Test
    void theLastAcknowledgementAsksForMore() {
        Session session = here(1, 1);
        int one = nudges.tell(session, NAME, 1, 0).orElseThrow().id();
        int other = nudges.tell(session, new Name("lab/b"), 1, 0).orElseThrow().id();
        nudges.more(session, "lab/b");
        assertThat(nudges.acknowledged(session, one).orElseThrow().wantsMore()).isFalse();
        assertThat(nudges.acknowledged(session, one)).isEmpty();
        assertThat(nudges.acknowledged(here(2, 1), other))
                .as("of another session")
                .isEmpty();
        assertThat(nudges.acknowledged(session, other).orElseThrow().wantsMore())
                .isTrue();
        assertThat(nudges.takeMore(session)).isEqualTo("lab/b");
        assertThat(nudges.takeMore(session)).isNull();
    }

    @Test
    void underLossEverythingIsSentAtMostSixTimesAndThenForgotten() {
        long seed = 29;
        SplittableRandom random = new SplittableRandom(seed);
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sessions.add(here(1 + i, i / 2));
        }
        Map<Send, Integer> sent = new HashMap<>();
        Set<Send> acknowledged = new HashSet<>();
        for (long nanos = 0; nanos < 60 * SECOND; nanos += SECOND / 10) {
            List<Send> now = new ArrayList<>(nudges.due(nanos));
            if (nanos < 5 * SECOND) {
                Session session = sessions.get(random.nextInt(sessions.size()));
                Name name = new Name("lab/" + random.nextInt(5));
                nudges.tell(session, name, 1 + random.nextInt(50), nanos).ifPresent(now::add);
            }
            for (Send each : now) {
                assertThat(acknowledged).as("seed " + seed).doesNotContain(each);
                assertThat(sent.merge(each, 1, Integer::sum)).as("seed " + seed).isLessThanOrEqualTo(Nudges.MAX_SENT);
                // One in the place of which another was told just now is no longer waited for.
                if (random.nextInt(3) == 0
                        && nudges.acknowledged(each.session(), each.id()).isPresent()) {
                    acknowledged.add(each);
                }
            }
        }
        assertThat(acknowledged).as("seed " + seed).isNotEmpty();
        assertThat(nudges.underWay()).as("seed " + seed).isZero();
    }
}
