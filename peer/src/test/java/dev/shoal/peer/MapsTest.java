package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.protocol.MalformedPduException;
import dev.shoal.protocol.PeerPdu;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MapsTest {

    private static PeerPdu.MapWindow window(int first, int count) {
        return new PeerPdu.MapWindow(first, count, new byte[(count + 7) / 8]);
    }

    private static PeerPdu.MoreChunks more(int first, int count) {
        return new PeerPdu.MoreChunks(List.of(new ChunkRun(first, count)));
    }

    private static Maps after(PeerPdu.ChunkMap... maps) {
        Maps state = new Maps(100);
        for (PeerPdu.ChunkMap map : maps) {
            state.next(map);
        }
        return state;
    }

    private static void breach(Maps maps, PeerPdu.ChunkMap next) {
        assertThatThrownBy(() -> maps.next(next)).as("%s", next).isInstanceOf(MalformedPduException.class);
    }

    @Test
    void whatASetIsToldAsIsReadAsTheSameSet() {
        for (long seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ChunkSet set = new ChunkSet(1 + random.nextInt(seed < 18 ? 200 : 3 * PeerPdu.MAX_MAP_CHUNKS));
            for (int i = random.nextInt(2 * set.size()); i > 0; i--) {
                set.add(random.nextInt(set.size()));
            }
            Maps maps = new Maps(set.size());
            List<ChunkRun> runs = new ArrayList<>();
            Maps.of(set).forEach(map -> runs.addAll(maps.next((PeerPdu.ChunkMap) map)));
            assertThat(maps.isComplete()).as("seed %d", seed).isTrue();
            ChunkSet read = new ChunkSet(set.size());
            runs.forEach(run -> {
                for (int chunk = run.first(); chunk < run.end(); chunk++) {
                    read.add(chunk);
                }
            });
            assertThat(read.encode()).as("seed %d", seed).isEqualTo(set.encode());
        }
    }

    @Test
    void windowsComeInRisingOrderWithoutGapsAndThenMoreChunks() {
        Maps maps = after(window(0, 40));
        assertThat(maps.isComplete()).isFalse();
        maps.next(window(40, 60));
        assertThat(maps.isComplete()).isTrue();
        assertThat(maps.next(more(99, 1))).containsExactly(new ChunkRun(99, 1));
        assertThat(after(new PeerPdu.AllChunks()).isComplete()).isTrue();
    }

    @Test
    void anythingElseIsABreach() {
        breach(after(), more(0, 1));
        breach(after(), window(1, 99));
        breach(after(), window(0, 101));
        breach(after(), window(0, 0));
        breach(after(window(0, 40)), window(41, 59));
        breach(after(window(0, 40)), window(0, 40));
        breach(after(window(0, 40)), window(40, 61));
        breach(after(window(0, 40)), more(0, 1));
        breach(after(window(0, 40)), new PeerPdu.AllChunks());
        breach(after(window(0, 100)), window(100, 0));
        breach(after(window(0, 100)), new PeerPdu.AllChunks());
        breach(after(new PeerPdu.AllChunks()), new PeerPdu.AllChunks());
        breach(after(new PeerPdu.AllChunks()), more(100, 1));
    }
}
