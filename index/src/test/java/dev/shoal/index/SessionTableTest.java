package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table finds and orders sessions as a map of the library does. */
class SessionTableTest {

    private final SessionTable table = new SessionTable();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void doesWhatAMapInOrderDoes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<Long, Session> model = new LinkedHashMap<>();
        for (int step = 0; step < 4_000; step++) {
            // Few low bits, so that many want the same place.
            long id = random.nextLong() << 40 | random.nextLong(1, 300);
            List<Session> present = new ArrayList<>(model.values());
            Session any = present.isEmpty() ? null : present.get(random.nextInt(present.size()));
            int choice = random.nextInt(10);
            if (choice < 5 || any == null) {
                Session session = session(id);
                if (model.putIfAbsent(id, session) == null) {
                    table.add(session);
                }
            } else if (choice < 8) {
                table.remove(any);
                model.remove(any.id());
            } else {
                table.moveToEnd(any);
                model.remove(any.id());
                model.put(any.id(), any);
            }
            assertThat(table.count()).as("seed %d, step %d", seed, step).isEqualTo(model.size());
            assertThat(table.find(id)).as("seed %d, step %d", seed, step).isSameAs(model.get(id));
            if (step % 50 == 0) {
                assertThat(row()).as("seed %d, step %d", seed, step).containsExactlyElementsOf(model.values());
                model.forEach((key, session) ->
                        assertThat(table.find(key)).as("seed %d", seed).isSameAs(session));
            }
        }
    }

    @Test
    void anEmptyTableHasNobody() {
        Session only = session(1);
        table.add(only);
        table.remove(only);
        assertThat(table.find(1)).isNull();
        assertThat(table.find(0)).isNull();
        assertThat(table.first()).isNull();
    }

    private List<Session> row() {
        List<Session> row = new ArrayList<>();
        for (Session next = table.first(); next != null; next = next.later) {
            row.add(next);
        }
        return row;
    }

    private static Session session(long id) {
        PeerProfile profile = new PeerProfile(Fixtures.key(id), 1, "", 7801, List.of());
        SessionKeys keys = SessionKeys.fresh(new SplittableRandom(id));
        return new Session(id, profile, keys, Fixtures.address("192.0.2.1"), Fixtures.NOW, 10);
    }
}
