package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.protocol.Pdu;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Downloads from sources that misbehave, beside an honest one and without. All run at the same time from the start, as
 * some of them wait for a source that says nothing; each test looks at the end of one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileSourcesTest {

    private static final long LIMIT_SECONDS = 120;
    /** More often than this in the minute or so that a test takes, nobody need be asked who is of no use. */
    private static final int MAX_OPENS = 12;

    private static final int LENGTH = 20 * 65_536 + 777;

    /** One download, and who is in its way. */
    private record Case(Sample sample, ScriptedPeer hostile, Network.Job job, Path target, String link) {}

    private final Map<Mischief, Case> accompanied = new EnumMap<>(Mischief.class);
    private final Map<Mischief, Case> alone = new EnumMap<>(Mischief.class);
    private Network network;
    private Network.Peer alice;
    private Network.Peer bob;

    @BeforeAll
    void begin(@TempDir Path folder) throws Exception {
        network = new Network(folder);
        // So slow that nobody is done before the other source has shown what it is.
        alice = network.peer("alice", "24Mbit/s", PeerEvents.NONE);
        bob = network.peer("bob");
        for (Mischief mischief : Mischief.values()) {
            accompanied.put(mischief, begin(mischief, true));
            alone.put(mischief, begin(mischief, false));
        }
    }

    @AfterAll
    void end() {
        accompanied.values().forEach(each -> each.hostile.close());
        alone.values().forEach(each -> each.hostile.close());
        network.close();
    }

    @ParameterizedTest
    @EnumSource
    void besideAnHonestSourceTheDownloadEndsWithRightBytesAndSaysWhatTheOtherDid(Mischief mischief) throws Exception {
        Case each = Objects.requireNonNull(accompanied.get(mischief));
        each.job.end().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        Report.Got got = each.job.next(Report.Got.class);
        assertThat(Files.readAllBytes(each.target)).isEqualTo(each.sample.bytes());
        assertThat(got.sourcesUsed())
                .filteredOn(source -> source.peer().equals(each.hostile.fingerprint()))
                .hasSizeBetween(mischief.isAlwaysNoticed() ? 1 : 0, 1)
                .allSatisfy(source -> assertThat(source.trouble())
                        .containsAnyOf(mischief.verdict(), mischief.verdictWithoutHashes()));
        assertThat(each.hostile.opens()).isLessThan(MAX_OPENS);
    }

    @ParameterizedTest
    @EnumSource
    void aloneItEndsWithAClearErrorAndNothingWrongOnTheDisk(Mischief mischief) throws Exception {
        Case each = Objects.requireNonNull(alone.get(mischief));
        assertThatThrownBy(() -> each.job.end().get(LIMIT_SECONDS, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(PeerException.class)
                .hasMessageContaining(mischief.verdict())
                .hasMessageContaining(each.hostile.fingerprint());
        assertThat(each.target).doesNotExist();
        assertThat(each.hostile.opens()).isLessThan(MAX_OPENS);
        each.hostile.close();
        Network.Job sharing = alice.share(each.target.resolveSibling(each.target.getFileName() + ".original"));
        sharing.next(Report.Shared.class);
        bob.get(each.link, each.target);
        assertThat(Files.readAllBytes(each.target)).isEqualTo(each.sample.bytes());
        sharing.stop();
    }

    @Test
    void whoAnswersForASourceWithAnotherKeyIsAskedForNothing() throws Exception {
        Sample sample = Sample.of(7, LENGTH);
        Path target = network.folder().resolve("impersonated");
        Network.Job sharing = alice.share(sample.write(network.folder().resolve("impersonated.original")));
        Report.Shared shared = sharing.next(Report.Shared.class);
        List<Pdu> heard = new CopyOnWriteArrayList<>();
        ScriptedPeer.Conduct honest = new ScriptedPeer.Conduct() {
            @Override
            public void heard(ScriptedPeer.Line line, Pdu pdu) {
                heard.add(pdu);
            }
        };
        try (ScriptedPeer impersonated = ScriptedPeer.impersonated(sample, honest)) {
            impersonated.register(network.index().address(), shared.name());
            Report.Got got = bob.get(shared.link(), target);
            assertThat(Files.readAllBytes(target)).isEqualTo(sample.bytes());
            // Whoever answers has the right bytes, and would have given them.
            assertThat(impersonated.calls()).isPositive();
            assertThat(impersonated.opens()).isZero();
            assertThat(heard).isEmpty();
            assertThat(got.sourcesUsed())
                    .extracting(Report.SourceUsed::peer)
                    .doesNotContain(impersonated.fingerprint());
        }
        sharing.stop();
    }

    private Case begin(Mischief mischief, boolean honestToo) throws Exception {
        String name = mischief.name().toLowerCase(Locale.ROOT) + (honestToo ? "" : "-alone");
        Sample sample = Sample.of(name.hashCode(), LENGTH);
        Path target = network.folder().resolve(name);
        Path original = sample.write(network.folder().resolve(name + ".original"));
        Network.Job sharing = alice.share(original);
        Report.Shared shared = sharing.next(Report.Shared.class);
        ScriptedPeer hostile = new ScriptedPeer(sample, mischief);
        hostile.register(network.index().address(), shared.name());
        if (!honestToo) {
            sharing.stop();
        }
        Network.Job job = bob.begin(new Request.Get(null, shared.link(), target.toString(), false, false));
        return new Case(sample, hostile, job, target, shared.link());
    }
}
