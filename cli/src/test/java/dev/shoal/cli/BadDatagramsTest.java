package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.cli.DatagramRelay.Weather;
import dev.shoal.index.IndexConfiguration;
import dev.shoal.index.IndexSettings;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.IndexAddress;
import dev.shoal.peer.IndexClient;
import dev.shoal.peer.KnownKeys;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.peer.Self;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.transport.Identity;
import dev.shoal.transport.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command over a network that loses, doubles, delays and reorders datagrams, or lets none through. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class BadDatagramsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** Longer than it takes to give datagrams up. */
    private static final int LEASE_MILLIS = 15_000;

    /** Marks tests that start the index again. */
    private static final String RESTART = "restart";

    /** The sooner do peers notice that the index has started again. */
    private static final int SHORT_LEASE_MILLIS = 4_000;

    @TempDir
    Path folder;

    private DatagramRelay datagrams;
    private ConnectionRelay connections;
    private Network network;

    @BeforeEach
    void start(TestInfo test) throws IOException {
        int leaseMillis = test.getTags().contains(RESTART) ? SHORT_LEASE_MILLIS : LEASE_MILLIS;
        datagrams = new DatagramRelay(1);
        connections = new ConnectionRelay();
        network = new Network(folder, configuration -> behindRelays(configuration, leaseMillis));
        pointRelays();
    }

    @AfterEach
    void stop() throws IOException {
        datagrams.weather(Weather.FINE);
        network.close();
        datagrams.close();
        connections.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40})
    void everyRequestWorksThoughDatagramsAreLost(int lostPercent) throws Exception {
        datagrams.weather(new Weather(lostPercent, 10, 30));
        Network.Peer alice = peer("alice", PeerEvents.NONE);
        Network.Peer bob = peer("bob", PeerEvents.NONE);
        Path file = file("genome.fa", 3_000_000);
        Network.Job sharing = alice.share(file);
        Report.Shared shared = sharing.next(Report.Shared.class);
        Path target = folder.resolve("got");
        Network.Job getting = bob.begin(new Request.Get(null, shared.link(), target.toString(), true, false));
        getting.next(Report.Got.class);
        assertThat(target).hasSameBinaryContentAs(file);

        assertThat(bob.ask(new Request.ListNames(null, false), Report.Listed.class))
                .singleElement()
                .satisfies(entry -> assertThat(entry.name()).isEqualTo("alice/genome.fa"));
        assertThat(bob.ask(new Request.ListNames(null, true), Report.Listed.class))
                .hasSize(1);
        assertThat(bob.ask(new Request.Search(null, "genome", 10), Report.Listed.class))
                .hasSize(1);
        await().atMost(LONG).untilAsserted(() -> assertThat(users(bob)).containsExactlyInAnyOrder("alice", "bob"));
        await().atMost(LONG).untilAsserted(() -> assertThat(seeds(alice)).isEqualTo(2));

        sharing.stop();
        await().atMost(LONG).untilAsserted(() -> assertThat(seeds(bob)).isEqualTo(1));
        assertThat(alice.ask(new Request.Remove(null, List.of("genome.fa"), false), Report.Removed.class))
                .singleElement()
                .satisfies(removed -> assertThat(removed.count()).isEqualTo(1));
        assertThat(datagrams.passed()).isPositive();
        assertThat(datagrams.lost()).isPositive();
        getting.stop();
    }

    @Test
    @Tag(RESTART)
    void anIndexThatStartedAgainIsToldEverythingThoughDatagramsAreLost() throws Exception {
        Network.Peer alice = peer("alice", PeerEvents.NONE);
        Network.Job sharing = alice.begin(new Request.Share(
                null,
                List.of(
                        file("one", 1).toString(),
                        file("two", 2).toString(),
                        file("three", 3).toString()),
                null,
                ""));
        for (int i = 0; i < 3; i++) {
            sharing.next(Report.Shared.class);
        }
        await().atMost(LONG).until(() -> usesDatagrams(alice));
        datagrams.weather(new Weather(20, 10, 30));
        network.restartIndex();
        pointRelays();
        Network.Peer bob = peer("bob", PeerEvents.NONE);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(bob.ask(new Request.ListNames(null, false), Report.Listed.class))
                        .hasSize(3));
        sharing.stop();
    }

    @Test
    void whereNoDatagramPassesEverythingGoesOverTlsAndThatIsSaid() throws Exception {
        datagrams.weather(Weather.NOTHING_PASSES);
        Heard heard = new Heard();
        Network.Peer alice = peer("alice", heard);
        Network.Peer bob = peer("bob", PeerEvents.NONE);
        Path file = file("data", 300_000);
        Network.Job sharing = alice.share(file);
        Report.Shared shared = sharing.next(Report.Shared.class);
        bob.get(shared.link(), folder.resolve("got"));
        assertThat(folder.resolve("got")).hasSameBinaryContentAs(file);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(heard.sentences())
                        .contains("INFO UDP does not get through to the index; everything goes over TLS."));
        assertThat(usesDatagrams(alice)).isFalse();
        assertThat(users(alice)).contains("alice");
        assertThat(alice.ask(new Request.Remove(null, List.of("data"), false), Report.Removed.class))
                .hasSize(1);
        assertThat(bob.ask(new Request.ListNames(null, true), Report.Listed.class))
                .isEmpty();
        sharing.stop();
    }

    @Test
    void datagramsThatStopInTheMiddleAreReplacedByTlsAndThatIsSaid() throws Exception {
        Heard heard = new Heard();
        Network.Peer alice = peer("alice", heard);
        Network.Job sharing = alice.share(file("data", 1_000));
        sharing.next(Report.Shared.class);
        await().atMost(LONG).until(() -> usesDatagrams(alice));
        datagrams.weather(Weather.NOTHING_PASSES);
        assertThat(alice.ask(new Request.ListNames(null, false), Report.Listed.class))
                .hasSize(1);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(heard.sentences())
                        .contains("INFO UDP does not get through to the index; everything goes over TLS."));
        assertThat(usesDatagrams(alice)).isFalse();
        sharing.stop();
    }

    @Test
    void whatWasCarriedOutThoughItsAnswerWasLostIsNotCarriedOutAgainOverTls() throws Exception {
        Network.Peer alice = peer("alice", PeerEvents.NONE);
        Network.Job sharing = alice.share(file("data", 1_000));
        sharing.next(Report.Shared.class);
        await().atMost(LONG).until(() -> usesDatagrams(alice));
        datagrams.loseAnswers();
        assertThat(alice.ask(new Request.Remove(null, List.of("data"), false), Report.Removed.class))
                .singleElement()
                .satisfies(removed -> assertThat(removed.count()).isEqualTo(1));
        sharing.stop();
    }

    @Test
    void aPeerThatEndsWhileItTriesDatagramsSaysNothingOfThem() throws Exception {
        datagrams.weather(Weather.NOTHING_PASSES);
        Heard heard = new Heard();
        IndexClient client = new IndexClient(
                new IndexAddress(
                        HostAndPort.parse(connections.address()), List.of(), Optional.empty(), Optional.empty(), false),
                new Tls(Identity.generate()),
                new KnownKeys(folder.resolve("known-keys")),
                new Self(1, "", 0, List.of()),
                heard);
        client.join();
        Thread trying = Thread.ofPlatform().start(() -> client.probeDatagrams(new IndexRequest.Heartbeat(0, 0, 0, 0)));
        await().atMost(LONG).until(() -> trying.getState() == Thread.State.TIMED_WAITING);
        client.close();
        trying.join();
        assertThat(heard.sentences())
                .noneSatisfy(sentence -> assertThat(sentence).contains("UDP"));
    }

    @Test
    void aPeerWhoseAddressChangesGoesOnByDatagram() throws Exception {
        Heard heard = new Heard();
        Network.Peer alice = peer("alice", heard);
        Network.Job sharing = alice.share(file("data", 1_000));
        sharing.next(Report.Shared.class);
        await().atMost(LONG).until(() -> usesDatagrams(alice));
        int before = connections.connections();
        for (int change = 0; change < 3; change++) {
            datagrams.changeAddresses();
            assertThat(alice.ask(new Request.ListNames(null, false), Report.Listed.class))
                    .hasSize(1);
        }
        assertThat(usesDatagrams(alice)).isTrue();
        assertThat(connections.connections()).isEqualTo(before);
        assertThat(heard.sentences()).noneMatch(sentence -> sentence.contains("UDP does not"));
        sharing.stop();
    }

    @Test
    @Tag(RESTART)
    void peersComeBackToAnIndexThatStartedAgainWithoutAConnection() throws Exception {
        Network.Peer alice = peer("alice", PeerEvents.NONE);
        Network.Job sharing = alice.share(file("data", 1_000));
        sharing.next(Report.Shared.class);
        await().atMost(LONG).until(() -> usesDatagrams(alice));
        int before = connections.connections();
        network.restartIndex();
        pointRelays();
        assertThat(alice.ask(new Request.ListNames(null, true), Report.Listed.class))
                .hasSize(1);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(alice.ask(new Request.ListNames(null, false), Report.Listed.class))
                        .hasSize(1));
        assertThat(usesDatagrams(alice)).isTrue();
        assertThat(connections.connections()).isEqualTo(before);
        sharing.stop();
    }

    private IndexConfiguration behindRelays(IndexConfiguration configuration, int leaseMillis) {
        return new IndexConfiguration(
                configuration.listen(),
                configuration.data(),
                configuration.metrics(),
                IndexSettings.DEFAULT.withLeaseMillis(leaseMillis),
                OptionalInt.of(datagrams.port()),
                Optional.empty(),
                Optional.empty());
    }

    private void pointRelays() {
        datagrams.to(network.index().address());
        connections.to(network.index().address());
    }

    private Network.Peer peer(String name, PeerEvents events) {
        return network.inHome(name, new Peers.Options(connections.address(), null, name, null, null, false), events);
    }

    private static boolean usesDatagrams(Network.Peer peer) {
        return peer.ask(new Request.Status(null), Report.State.class).getFirst().datagrams();
    }

    private static List<String> users(Network.Peer peer) {
        return peer.ask(new Request.Users(null), Report.UserOnline.class).stream()
                .map(Report.UserOnline::callsItself)
                .toList();
    }

    private static int seeds(Network.Peer peer) {
        return peer.ask(new Request.Describe(null, "alice/genome.fa"), Report.Details.class)
                .getFirst()
                .seeds();
    }

    private Path file(String name, int size) throws IOException {
        byte[] data = new byte[size];
        new SplittableRandom(size).nextBytes(data);
        return Files.write(folder.resolve(name), data);
    }
}
