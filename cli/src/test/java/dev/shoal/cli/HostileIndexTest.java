package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.peer.Home;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerException.Reason;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexReply;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.Link;
import dev.shoal.protocol.ListVersions;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.VersionList;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An index that means no good: nothing that it says makes a peer take wrong content, or write where it should not. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostileIndexTest {

    private static final Name NAME = new Name("alice/abcdefgh");
    private static final ContentId CONTENT = new ContentId(new Hash(1, 2, 3, 4), 100_000);
    private static final ContentId OTHER = new ContentId(new Hash(5, 6, 7, 8), 100_000);

    @TempDir
    Path folder;

    private final Identity owner = Identity.generate();
    private final Identity stranger = Identity.generate();
    private ScriptedIndex index;
    private PeerService service;
    private Network.Peer peer;
    private Path target;

    @BeforeEach
    void start() throws IOException {
        index = new ScriptedIndex(ScriptedIndex::nothing);
        service = Peers.open(
                new Home(folder.resolve("home")),
                new Peers.Options(index.address(), null, "bob", null, null, true),
                PeerEvents.NONE);
        peer = new Network.Peer(service);
        target = Files.createDirectories(folder.resolve("deep/inside/target"));
    }

    @AfterEach
    void stop() {
        service.close();
        index.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice/../../x",
                "/etc/password",
                "a/con/nul.txt/",
                "alice/nul.txt",
                "alice/a\u0007b\u001b[m",
                "../../../../aa",
                "alice\\..\\..\\a",
                "alice/ ...... ",
                "alice//////abc"
            })
    void aNameThatLeadsAnywhereElseIsRefused(String name) throws Exception {
        String padded = (name + "xxxxxxxxxxxxxx").substring(0, NAME.text().length());
        String hostile = name.length() == NAME.text().length() ? name : padded;
        answer(version(record(owner, NAME, 1, CONTENT)));
        index.replace(NAME.text(), hostile);
        assertRefused(get(NAME.text()), Reason.VERIFICATION);
        index.answer(request -> request instanceof IndexRequest.ListOnline
                ? new IndexReply.Names('O', List.of(new IndexReply.Listing(NAME, CONTENT, false, 1, 0, 1, 1)), "")
                : ScriptedIndex.nothing(request));
        assertThat(peer.refusal(new Request.ListNames(null, false)).reason()).isIn(Reason.VERIFICATION, Reason.FAILED);
    }

    @Test
    void aRecordThatIsNotSignedByItsOwnerIsRefused() throws Exception {
        VersionRecord right = record(owner, NAME, 1, CONTENT);
        answer(version(new VersionRecord(
                right.kind(),
                right.number(),
                OTHER,
                right.publishedMillis(),
                right.previous(),
                right.owner(),
                right.name(),
                right.note(),
                right.signature())));
        assertRefused(get(NAME.text()), Reason.VERIFICATION);
        answer(version(record(owner, new Name("alice/other"), 1, CONTENT)));
        assertRefused(get(NAME.text()), Reason.VERIFICATION);
    }

    @Test
    void anotherOwnerThanTheLinkNamesIsRefused() throws Exception {
        answer(version(record(stranger, NAME, 1, CONTENT)));
        assertRefused(get(link(null)), Reason.VERIFICATION);
    }

    @Test
    void anotherOwnerThanAtTheFirstMeetingIsRefused() throws Exception {
        answer(version(record(owner, NAME, 1, CONTENT)));
        assertThat(peer.ask(new Request.Describe(null, NAME.text()), Report.Details.class))
                .hasSize(1);
        answer(version(record(stranger, NAME, 2, CONTENT)));
        assertRefused(get(NAME.text()), Reason.VERIFICATION);
    }

    @Test
    void anotherVersionThanWasAskedForIsRefused() throws Exception {
        answer(version(record(owner, NAME, 1, CONTENT)));
        assertRefused(get(NAME.text() + "@2"), Reason.VERIFICATION);
    }

    @Test
    void anOlderVersionThanWasSeenIsRefusedUnlessItIsAskedFor() throws Exception {
        answer(version(record(owner, NAME, 1, OTHER)));
        assertThat(describe(NAME.text()).version()).isEqualTo(1);
        answer(version(record(owner, NAME, 3, CONTENT)));
        assertThat(describe(NAME.text()).version()).isEqualTo(3);
        answer(version(record(owner, NAME, 1, OTHER)));
        assertRefused(get(NAME.text()), Reason.VERIFICATION);
        assertRefused(get(link(null)), Reason.VERIFICATION);
        assertThat(peer.refusal(get(NAME.text())))
                .hasMessageContaining("version 3 was seen")
                .hasMessageContaining(NAME + "@1")
                .hasMessageContaining("`shoal config forget-version " + NAME + "`");
        assertThat(describe(NAME + "@1").version()).isEqualTo(1);
        assertThat(describe(link(OTHER)).version()).isEqualTo(1);
        assertRefused(get(NAME.text()), Reason.VERIFICATION);
        answer(version(record(owner, NAME, 4, CONTENT)));
        assertThat(describe(NAME.text()).version()).isEqualTo(4);
    }

    @Test
    void whoForgetsWhatWasSeenBelievesTheNextOne() throws Exception {
        answer(version(record(owner, NAME, 3, CONTENT)));
        describe(NAME.text());
        answer(version(record(owner, NAME, 1, OTHER)));
        assertRefused(get(NAME.text()), Reason.VERIFICATION);
        Terminal bob = new Terminal(folder.resolve("home"), folder);
        assertThat(bob.run("config", "forget-version", NAME.text()).exit()).isEqualTo(ExitCode.DONE);
        assertThat(describe(NAME.text()).version()).isEqualTo(1);
        answer(version(record(owner, NAME, 1, CONTENT)));
        assertRefused(get(NAME.text()), Reason.VERIFICATION);
    }

    @Test
    void anotherVersionOfTheSameNumberIsRefused() throws Exception {
        VersionRecord seen = record(owner, NAME, 2, CONTENT);
        answer(version(seen));
        describe(NAME.text());
        describe(NAME.text());
        answer(version(record(owner, NAME, 2, OTHER)));
        assertRefused(get(NAME.text()), Reason.VERIFICATION);
        answer(version(seen));
        assertThat(describe(NAME.text()).version()).isEqualTo(2);
    }

    @Test
    void theContentOfTheLinkCountsAndNotThatOfTheIndex() throws Exception {
        answer(version(record(owner, NAME, 1, OTHER)));
        assertRefused(get(link(CONTENT)), Reason.UNREACHABLE);
        assertThat(index.requests().stream().filter(IndexRequest.Locate.class::isInstance))
                .isNotEmpty()
                .allSatisfy(request ->
                        assertThat(((IndexRequest.Locate) request).content()).isEqualTo(CONTENT));
    }

    @Test
    void whatItSaysDoesNotDriveTheTerminal() throws Exception {
        answer(Failure.of(ErrorCode.FORBIDDEN, "no\u001b[2J\u0007"));
        PeerException refused = peer.refusal(new Request.ListNames(null, false));
        assertThat(refused.getMessage())
                .startsWith("no")
                .doesNotContain("\u001b")
                .doesNotContain("\u0007");
        answer(new IndexReply.Users(
                List.of(new IndexReply.User("a\u001b[2J", stranger.id(), 1, 0, 0, 0, "a\u001b[2J")), 0));
        assertThat(peer.ask(new Request.Users(null), Report.UserOnline.class))
                .singleElement()
                .satisfies(
                        user -> assertThat(user.callsItself() + user.account()).doesNotContain("\u001b"));
    }

    @Test
    void aListWithoutAnEndIsGivenUp() {
        answer(new IndexReply.Names('O', List.of(), "again"));
        assertThat(peer.refusal(new Request.ListNames(null, false)).reason()).isEqualTo(Reason.VERIFICATION);
        answer(new IndexReply.Users(List.of(), 1));
        assertThat(peer.refusal(new Request.Users(null)).reason()).isEqualTo(Reason.VERIFICATION);
    }

    @Test
    void aNameThatItSignedItselfIsNotSharedUnder() throws Exception {
        VersionRecord right = record(owner, new Name("bob/file"), 1, CONTENT);
        VersionRecord forged = new VersionRecord(
                right.kind(),
                right.number(),
                OTHER,
                right.publishedMillis(),
                right.previous(),
                right.owner(),
                right.name(),
                right.note(),
                right.signature());
        answer(version(forged));
        Path file = Files.writeString(folder.resolve("file"), "data");
        assertThat(peer.refusal(new Request.Share(null, List.of(file.toString()), null, ""))
                        .reason())
                .isEqualTo(Reason.VERIFICATION);
    }

    private void answer(Pdu answer) {
        Function<IndexRequest, Pdu> script = request -> switch (request) {
            case IndexRequest.Inspect inspect -> answer;
            case IndexRequest.ListOnline list -> answer;
            case IndexRequest.ListUsers list -> answer;
            default -> ScriptedIndex.nothing(request);
        };
        index.answer(script);
    }

    private static VersionRecord record(Identity owner, Name name, int number, ContentId content) {
        Hash previous = number == 1 ? Hash.ZERO : new Hash(1, 1, 1, 1);
        return VersionRecord.sign(
                VersionRecord.Kind.FILE, number, content, 0, previous, owner.key(), name, "", owner.privateKey());
    }

    private static IndexReply.Version version(VersionRecord record) {
        return new IndexReply.Version(record, record.number(), 1, 1);
    }

    @Test
    void aListOfVersionsThatNoOwnerMadeOrThatNeverEndsIsRefused() throws Exception {
        VersionRecord latest = record(owner, NAME, 3, CONTENT);
        assertThat(listed(latest, new VersionList(List.of(entry(latest)), false)))
                .hasSize(1);
        VersionRecord strange = record(stranger, NAME, 2, OTHER);
        VersionRecord misplaced = record(owner, NAME, 3, OTHER);
        VersionRecord renamed = record(owner, new Name("alice/other"), 2, OTHER);
        for (VersionRecord wrong : List.of(strange, misplaced, renamed)) {
            answer(latest, new VersionList(List.of(entry(latest), entry(wrong)), false));
            assertRefused(new Request.Describe(null, NAME.text()), Reason.VERIFICATION);
        }
        for (List<VersionList.Entry> page : List.of(List.<VersionList.Entry>of(), List.of(entry(latest)))) {
            answer(latest, new VersionList(page, true));
            assertRefused(new Request.Describe(null, NAME.text()), Reason.VERIFICATION);
        }
    }

    private List<Report.VersionKept> listed(VersionRecord latest, VersionList list) {
        answer(latest, list);
        return describe(NAME.text()).versions();
    }

    private void answer(VersionRecord latest, VersionList list) {
        index.answer(request -> switch (request) {
            case IndexRequest.Inspect inspect -> version(latest);
            case ListVersions versions -> list;
            default -> ScriptedIndex.nothing(request);
        });
    }

    private static VersionList.Entry entry(VersionRecord record) {
        return new VersionList.Entry(record, 1, 1, null);
    }

    private String link(@Nullable ContentId content) {
        HostAndPort address = HostAndPort.parse(index.address());
        return new Link(
                        index.identity().id().fingerprint(),
                        address.host(),
                        address.port(),
                        NAME,
                        owner.id().fingerprint(),
                        content)
                .toString();
    }

    private Report.Details describe(String wanted) {
        return peer.ask(new Request.Describe(null, wanted), Report.Details.class)
                .getFirst();
    }

    private Request.Get get(String wanted) {
        return new Request.Get(null, wanted, target.toString(), false, false);
    }

    private void assertRefused(Request request, Reason reason) throws IOException {
        PeerException refused = peer.refusal(request);
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused.getMessage())
                .doesNotContain("\n")
                .doesNotContain("\u001b")
                .endsWith(".");
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(path -> !path.startsWith(folder.resolve("home"))))
                    .allSatisfy(path -> assertThat(path).isDirectory());
        }
    }
}
