package dev.shoal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contenders take turns, deliver the file as it is, and are stopped whatever happens. */
class TurnsTest {

    @TempDir
    Path folder = Path.of("");

    private final List<String> events = new ArrayList<>();

    @Test
    void everyContenderGoesFirstOnceAndTheFirstRoundIsNotCounted() throws Exception {
        Interleaving turns = turns(2);
        turns.add(new Copier("a", 0));
        turns.add(new Copier("b", 0));
        Map<Contender, List<Contender.Sample>> samples = turns.run();
        assertThat(events)
                .containsExactly("a ready", "b ready", "a", "b", "b", "a", "a", "b", "a stopped", "b stopped");
        assertThat(samples.values()).allSatisfy(counted -> assertThat(counted).hasSize(2));
    }

    @Test
    void whoDeliversOtherBytesIsFoundOut() throws Exception {
        Interleaving turns = turns(1);
        turns.add(new Copier("liar", 1));
        assertThatThrownBy(turns::run).isInstanceOf(IOException.class).hasMessageContaining("liar");
        assertThat(events).endsWith("liar stopped");
    }

    @Test
    void whoIsNotInstalledIsLeftOut() throws Exception {
        Interleaving turns = turns(1);
        turns.add(new Copier("absent", 0) {
            @Override
            public Optional<String> missing() {
                return Installed.missing("no-such-program-anywhere");
            }
        });
        assertThat(turns.run()).isEmpty();
        assertThat(events).isEmpty();
        assertThat(Installed.missing("no-such-program-anywhere").orElse("")).contains("apt install");
    }

    @Test
    void whenTheTimeIsUpOneRoundIsCounted() throws Exception {
        Path original = Files.write(folder.resolve("original"), new byte[] {1, 2, 3});
        Interleaving turns = new Interleaving(original, folder.resolve("target"), 9, 0, Duration.ZERO);
        turns.add(new Copier("a", 0));
        assertThat(turns.run().values())
                .allSatisfy(counted -> assertThat(counted).hasSize(1));
    }

    @Test
    void packagesAreNamedWhereTheirNamesDiffer() {
        Map<String, String> packages = Map.of("no-such-a", "package-one", "no-such-b", "package-one", "sh", "dash");
        assertThat(Installed.missing(packages))
                .contains("Not installed: no-such-a, no-such-b; on Debian: apt install package-one");
        assertThat(Installed.missing(Map.of("sh", "dash"))).isEmpty();
    }

    @Test
    void whoDeliversNothingIsMeasuredAllTheSame() throws Exception {
        Interleaving turns = turns(2);
        turns.add(new Copier("idle", 1) {
            @Override
            public boolean delivers() {
                return false;
            }
        });
        Contender.Sample sample = new Contender.Sample(1, 1, 1);
        assertThat(turns.run().values()).containsExactly(List.of(sample, sample));
    }

    @Test
    void whatForcingTakesIsAdded() throws Exception {
        try (WorkFolder work = WorkFolder.below(folder)) {
            ForcedContender forced = new ForcedContender(new Copier("a", 0), work);
            Contender.Sample sample = forced.run(work.path().resolve("file"));
            assertThat(sample.wallSeconds()).isGreaterThan(1);
            assertThat(sample.receiverCpuSeconds()).isGreaterThanOrEqualTo(1);
            assertThat(sample.senderCpuSeconds()).isEqualTo(1);
            assertThat(forced.name()).isEqualTo("a");
        }
    }

    @Test
    void processesAreTimed() throws Exception {
        TimedProcess done = TimedProcess.run(folder, Map.of("WORD", "told"), List.of("sh", "-c", "echo $WORD"));
        assertThat(done.output()).isEqualTo("told\n");
        assertThat(done.wallSeconds()).isPositive();
        assertThat(done.cpuSeconds()).isNotNegative();
        assertThatThrownBy(() -> TimedProcess.run(folder, Map.of(), List.of("sh", "-c", "echo why; exit 3")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("code 3")
                .hasMessageContaining("why");
    }

    @Test
    void contentsAreSpreadEvenly() {
        SyntheticContents world = new SyntheticContents(1_000, 500, 5);
        int[] sources = new int[500];
        for (int peer = 0; peer < 1_000; peer++) {
            assertThat(world.of(peer)).doesNotHaveDuplicates();
            for (int nth = 0; nth < 5; nth++) {
                sources[world.owned(peer, nth)]++;
            }
        }
        assertThat(sources).containsOnly(10);
        assertThat(world.digest(7).count()).isEqualTo(5);
    }

    private Interleaving turns(int rounds) throws IOException {
        Path original = Files.write(folder.resolve("original"), new byte[] {1, 2, 3});
        return new Interleaving(original, folder.resolve("target"), rounds, 0, Duration.ofHours(1));
    }

    private class Copier implements Contender {
        private final String name;
        private final int error;

        Copier(String name, int error) {
            this.name = name;
            this.error = error;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void prepare() {
            events.add(name + " ready");
        }

        @Override
        public Sample run(Path target) throws IOException {
            events.add(name);
            Files.write(target, new byte[] {1, 2, (byte) (3 + error)});
            return new Sample(1, 1, 1);
        }

        @Override
        public void close() {
            events.add(name + " stopped");
        }
    }
}
