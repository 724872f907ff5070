package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkLayout;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Downloads of what is alike here, from honest sources and from those that lie about what it consists of. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LikeTest {

    private static final long LIMIT_SECONDS = 60;
    private static final int LENGTH = 20 * 65_536 + 777;
    private static final long EDIT_BYTES = 64 * 1024;

    private record Case(Sample sample, ScriptedPeer source, Network.Job job, Path target) {}

    private final Map<TableMischief, Case> cases = new EnumMap<>(TableMischief.class);
    private Network network;
    private Network.Peer alice;
    private Network.Peer bob;

    @BeforeAll
    void begin(@TempDir Path folder) throws Exception {
        network = new Network(folder);
        alice = network.peer("alice");
        bob = network.peer("bob");
        for (TableMischief mischief : TableMischief.values()) {
            cases.put(mischief, begin(mischief));
        }
    }

    @AfterAll
    void end() {
        cases.values().forEach(each -> each.source.close());
        network.close();
    }

    /** All begin at once, as some have to wait. */
    private Case begin(TableMischief mischief) throws Exception {
        String name = mischief.name().toLowerCase(Locale.ROOT);
        Sample sample = Sample.of(name.hashCode(), LENGTH);
        Path original = sample.write(network.folder().resolve(name + ".original"));
        Path like = Files.write(network.folder().resolve(name + ".like"), TableMischief.before(sample.bytes()));
        Network.Job sharing = alice.share(original);
        Report.Shared shared = sharing.next(Report.Shared.class);
        ScriptedPeer source = new ScriptedPeer(sample, mischief);
        source.register(network.index().address(), shared.name());
        sharing.stop();
        Path target = network.folder().resolve(name);
        return new Case(sample, source, bob.begin(get(shared.link(), target, like)), target);
    }

    private static Request.Get get(String link, Path target, Path like) {
        return new Request.Get(null, link, target.toString(), false, false, false, null, List.of(like.toString()));
    }

    @ParameterizedTest
    @EnumSource
    void whateverASourceSaysOfItsSegmentsTheBytesAreRightAndNobodyIsSuspectedOfWrongData(TableMischief mischief)
            throws Exception {
        Case each = Objects.requireNonNull(cases.get(mischief));
        each.job.end().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        Report.Got got = each.job.next(Report.Got.class);
        assertThat(Files.readAllBytes(each.target)).isEqualTo(each.sample.bytes());
        assertThat(got.sourcesUsed())
                .allSatisfy(source -> assertThat(source.trouble()).isNull());
        assertThat(got.reusedBytes() + got.receivedBytes()).isGreaterThanOrEqualTo(LENGTH);
        if (mischief == TableMischief.IS_HONEST) {
            assertThat(got.receivedBytes()).isLessThanOrEqualTo(2L * ChunkLayout.BLOCK_BYTES);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("shoal.edits", 6));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nextVersionCostsItsEditsAndLittleMore(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] before = new byte[random.nextInt(100_000, 2_500_000)];
        random.nextBytes(before);
        int count = random.nextInt(1, 4);
        byte[] after = before;
        long inserted = 0;
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(1, 50_000);
            int kind = random.nextInt(5);
            after = edited(after, kind, length, random);
            inserted += kind == 2 || kind == 3 ? 0 : length;
        }
        Path like = Files.write(network.folder().resolve("before-" + seed), before);
        Path original = Files.write(network.folder().resolve("after-" + seed), after);
        Network.Job sharing = alice.share(original);
        String link = sharing.next(Report.Shared.class).link();
        Path target = network.folder().resolve("got-" + seed);
        Report.Got got = bob.ask(get(link, target, like), Report.Got.class).getFirst();
        assertThat(Files.readAllBytes(target)).as("seed %d", seed).isEqualTo(after);
        assertThat(got.receivedBytes()).as("seed %d", seed).isLessThanOrEqualTo(inserted + count * EDIT_BYTES);
        assertThat(got.reusedBytes() + got.receivedBytes()).as("seed %d", seed).isEqualTo(after.length);
        sharing.stop();
    }

    /** 0 inserts, 1 appends, 2 deletes, 3 truncates, 4 moves. */
    private static byte[] edited(byte[] data, int kind, int length, SplittableRandom random) {
        byte[] fresh = new byte[length];
        random.nextBytes(fresh);
        int at = random.nextInt(data.length + 1 - Math.min(data.length, length));
        int end = Math.min(data.length, at + length);
        byte[] piece = Arrays.copyOfRange(data, at, end);
        return switch (kind) {
            case 0 -> spliced(data, at, at, fresh);
            case 1 -> spliced(data, data.length, data.length, fresh);
            case 2 -> spliced(data, at, end, new byte[0]);
            case 3 -> Arrays.copyOf(data, Math.max(1, data.length - length));
            default -> spliced(spliced(data, at, end, new byte[0]), 0, 0, piece);
        };
    }

    private static byte[] spliced(byte[] data, int from, int to, byte[] middle) {
        byte[] whole = Arrays.copyOf(data, data.length - (to - from) + middle.length);
        System.arraycopy(middle, 0, whole, from, middle.length);
        System.arraycopy(data, to, whole, from + middle.length, data.length - to);
        return whole;
    }

    @Test
    void fileThatIsTheContentAlreadyIsCopiedAndOneThatIsNotThereIsSaid() throws Exception {
        Sample sample = Sample.of(99, LENGTH);
        Path original = sample.write(network.folder().resolve("same-original"));
        Network.Job sharing = alice.share(original);
        String link = sharing.next(Report.Shared.class).link();
        Path target = network.folder().resolve("same");
        PeerException missing = bob.refusal(get(link, target, network.folder().resolve("nothing")));
        assertThat(missing).hasMessageContaining("nothing");
        assertThat(target).doesNotExist();
        Path like = sample.write(network.folder().resolve("same-like"));
        Report.Got got = bob.ask(get(link, target, like), Report.Got.class).getFirst();
        assertThat(Files.readAllBytes(target)).isEqualTo(sample.bytes());
        assertThat(got.reusedBytes()).isEqualTo(LENGTH);
        assertThat(got.receivedBytes()).isZero();
        sharing.stop();
    }
}
