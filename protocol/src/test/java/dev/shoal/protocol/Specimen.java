package dev.shoal.protocol;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One PDU and how it travels: who decodes it, and whether its header has the reply flag. {@link #each} makes one of
 * every kind.
 */
record Specimen(Way way, boolean reply, Pdu pdu) {

    /** Which decoder a PDU is for. */
    enum Way {
        TO_INDEX,
        TO_PEER,
        BETWEEN_PEERS;

        /** Decodes header and fields. */
        Pdu decode(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            Header header = Header.read(buffer);
            return switch (this) {
                case TO_INDEX ->
                    header.reply() ? IndexReply.decode(header, buffer) : IndexRequest.decode(header, buffer);
                case TO_PEER -> header.reply() ? IndexReply.decode(header, buffer) : IndexPush.decode(header, buffer);
                case BETWEEN_PEERS -> PeerPdu.decode(header, buffer);
            };
        }
    }

    byte[] encode(int id) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * Pdu.MAX_STREAM_BYTES);
        if (reply) {
            pdu.encodeReply(id, false, buffer);
        } else {
            pdu.encodeRequest(id, buffer);
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    Pdu decode(byte[] bytes) {
        return way.decode(bytes);
    }

    /** Whether the bytes to the end of the frame are its last field, so that a prefix of it is one as well. */
    boolean isOpenEnded() {
        return pdu instanceof PeerPdu.Data;
    }

    /** How many bytes at its end may be missing, which older programs do not write. */
    int optionalBytes() {
        return switch (pdu) {
            case IndexRequest.RegisterBulk bulk -> 1;
            case GroupRequest.SetAudience set -> set.seed() == null ? 1 : 1 + AudienceId.BYTES;
            case AccountRequest.SignUp signUp -> 1 + signUp.invite().getBytes(StandardCharsets.UTF_8).length;
            case IndexReply.Version version -> {
                Ownership ownership = version.ownership();
                int readers = version.audience() == null ? 1 : 1 + AudienceId.BYTES;
                yield readers + (ownership == null ? 1 : ownership.encodedBytes());
            }
            case IndexReply.Users users ->
                users.entries().stream()
                        .mapToInt(user -> 1 + user.account().getBytes(StandardCharsets.UTF_8).length)
                        .sum();
            case PeerPdu.Open open -> open.pass() == null ? 1 : 1 + AudienceId.BYTES + AccessTicket.BYTES;
            default -> 0;
        };
    }

    /** One of every kind, with random fields. */
    static List<Specimen> each(RandomGenerator random, int maxEntries) {
        Samples samples = new Samples(random, maxEntries);
        ArrayList<Specimen> all = new ArrayList<>();
        requests(samples).forEach(pdu -> all.add(new Specimen(Way.TO_INDEX, false, pdu)));
        accountRequests(samples).forEach(pdu -> all.add(new Specimen(Way.TO_INDEX, false, pdu)));
        MemberSpecimens.requests(samples).forEach(pdu -> all.add(new Specimen(Way.TO_INDEX, false, pdu)));
        MemberSpecimens.replies(samples).forEach(pdu -> all.add(new Specimen(Way.TO_PEER, true, pdu)));
        all.add(new Specimen(Way.TO_PEER, false, new IndexPush.NewVersion(samples.name(), samples.count())));
        replies(samples).forEach(pdu -> all.add(new Specimen(Way.TO_PEER, true, pdu)));
        accountReplies(samples).forEach(pdu -> all.add(new Specimen(Way.TO_PEER, true, pdu)));
        framesOfDownloader(samples).forEach(pdu -> all.add(new Specimen(Way.BETWEEN_PEERS, false, pdu)));
        framesOfSource(samples).forEach(pdu -> all.add(new Specimen(Way.BETWEEN_PEERS, true, pdu)));
        return all;
    }

    private static List<Pdu> requests(Samples some) {
        ContentId content = some.contentId();
        return List.of(
                new Hello(
                        some.u16(),
                        some.i64(),
                        some.i64(),
                        some.text(Hello.MAX_USER_BYTES),
                        some.u16(),
                        some.endpoints(),
                        some.text(255)),
                new IndexRequest.Register(some.flag(), content, some.name(), null),
                new IndexRequest.Register(some.flag(), content, some.name(), some.record()),
                new IndexRequest.Register(
                        some.flag(), content, some.name(), some.record(), some.flag(), some.audience(), null),
                new IndexRequest.Register(
                        some.flag(), content, some.name(), some.record(), some.flag(), null, content.length() / 3),
                new IndexRequest.RegisterChunks(
                        some.flag(),
                        some.flag(),
                        content,
                        some.runs(IndexRequest.MAX_RUNS, content.layout().chunkCount())),
                new IndexRequest.RegisterBulk(
                        some.count(),
                        some.list(
                                IndexRequest.MAX_BULK_ENTRIES,
                                () -> new IndexRequest.RegisterBulk.Entry(some.contentId(), some.flag())),
                        some.flag()),
                new IndexRequest.DeregisterName(some.name()),
                new IndexRequest.DeregisterContent(some.contentId()),
                new IndexRequest.DeregisterAll(),
                new IndexRequest.Quit(),
                new IndexRequest.Search(some.text(255), some.count(), 1 + some.number(999)),
                new IndexRequest.ListOnline(some.text(255), 1 + some.number(999)),
                new IndexRequest.ListAll(some.text(255), 1 + some.number(999)),
                new IndexRequest.ListUsers(some.count(), 1 + some.number(999)),
                new IndexRequest.Inspect(some.name(), some.count()),
                new ListVersions(some.name(), some.count()),
                new IndexRequest.Watch(some.name(), some.count()),
                new IndexRequest.Unwatch(some.name()),
                new IndexRequest.Locate(some.flag(), some.contentId(), some.count(), 1 + some.number(999)),
                new IndexRequest.Locate(false, some.contentId(), some.count(), 1, some.audience()),
                new IndexRequest.Heartbeat(some.count(), some.i64(), some.i64(), some.u16()),
                new IndexRequest.EchoCookie(some.i64()));
    }

    private static List<Pdu> accountRequests(Samples some) {
        String device = some.text(AccountRequest.MAX_DEVICE_BYTES);
        return List.of(
                new AccountRequest.SignUp(
                        some.owner(),
                        some.key(),
                        some.proof(),
                        some.wrapped(),
                        some.bytes(PeerKey.SIGNATURE_BYTES),
                        device,
                        some.list(
                                AccountRequest.MAX_CODES,
                                () -> new AccountRequest.RecoveryEntry(some.hash(), some.wrapped())),
                        some.text(AccountRequest.MAX_INVITE_BYTES)),
                new AccountRequest.LogIn(some.owner(), some.proof(), device),
                new AccountRequest.ChangePassword(some.proof(), some.proof(), some.wrapped()),
                new AccountRequest.LogOut(),
                new AccountRequest.WhoAmI(),
                new AccountRequest.ListDevices(),
                new AccountRequest.RevokeDevice(new PeerId(some.hash())),
                new AccountRequest.BeginRecovery(some.owner(), some.proof()),
                new AccountRequest.Recover(some.owner(), some.proof(), some.proof(), some.wrapped(), device),
                new AccountRequest.ReplaceCodes(
                        some.proof(),
                        some.list(
                                AccountRequest.MAX_CODES,
                                () -> new AccountRequest.RecoveryEntry(some.hash(), some.wrapped()))),
                new AccountRequest.FindAccount(some.owner()),
                new AccountRequest.GiveAway(some.transfer()),
                new AccountRequest.Accept(
                        some.flag() ? some.owner() : some.name().text()));
    }

    private static List<Pdu> accountReplies(Samples some) {
        return List.of(
                new AccountReply.LoggedIn(some.key(), some.wrapped()),
                new AccountReply.Self(
                        some.text(AccountRequest.MAX_USER_BYTES), some.key(), some.i64(), some.i64(), some.u8()),
                new AccountReply.Devices(some.list(
                        1000,
                        () -> new AccountReply.Device(
                                new PeerId(some.hash()), some.text(AccountRequest.MAX_DEVICE_BYTES), some.i64()))),
                new AccountReply.Recovering(some.key(), some.wrapped()),
                new AccountReply.Found(some.key()));
    }

    private static List<Pdu> replies(Samples some) {
        return List.of(
                new Welcome(
                        some.u16(),
                        some.i64(),
                        some.bytes(Welcome.KEY_BYTES),
                        some.bytes(Welcome.KEY_BYTES),
                        some.bytes(Welcome.KEY_BYTES),
                        some.bytes(Welcome.SECRET_BYTES),
                        some.bytes(some.number(Welcome.MAX_TICKET_BYTES)),
                        some.count(),
                        some.i64(),
                        some.endpoint(),
                        some.u16(),
                        some.text(255)),
                new IndexReply.Ack(some.oneOf(IndexReply.Ack.Outcome.values()), some.count()),
                new IndexReply.Names('S', some.list(1000, () -> listing(some)), some.text(255)),
                new IndexReply.Names('O', some.list(1000, () -> listing(some)), some.text(255)),
                new IndexReply.Names('L', some.list(1000, () -> listing(some)), some.text(255)),
                new IndexReply.Users(some.list(1000, () -> user(some)), some.count()),
                new IndexReply.Version(some.record(), some.count(), some.count(), some.count()),
                new IndexReply.Version(some.record(), some.count(), some.count(), some.count(), some.ownership()),
                new IndexReply.Version(some.record(), some.count(), 1, 1, some.ownership(), some.audience()),
                new VersionList(some.list(30, () -> entry(some, some.audience())), some.flag()),
                new VersionList(some.list(30, () -> entry(some, null)), some.flag()),
                new IndexReply.Locations(false, some.count(), some.count(), some.list(1000, () -> source(some, false))),
                new IndexReply.Locations(false, 1, 1, some.list(16, () -> source(some, false)), some.ticket()),
                new IndexReply.Locations(true, some.count(), some.count(), some.list(40, () -> source(some, true))),
                new IndexReply.HeartbeatReply(some.flag(), some.count(), some.count(), some.endpoint()),
                new IndexReply.Challenge(some.i64()),
                failure(some));
    }

    private static List<Pdu> framesOfDownloader(Samples some) {
        int firstBlock = some.number(1023);
        return List.of(
                new PeerPdu.PeerHello(some.u16(), some.i64(), some.u8(), some.count(), some.text(255)),
                new PeerPdu.Open(some.contentId()),
                new PeerPdu.Open(some.contentId(), new PeerPdu.Open.Pass(some.audience(), some.ticket())),
                new PeerPdu.Renewal(some.ticket()),
                new PeerPdu.GetHashes(some.number(10), some.random(1 << 20), 1 + some.number(4095)),
                new SegmentPdu.GetGroups(some.number(SegmentPdu.MAX_TABLE_GROUPS - 1)),
                new SegmentPdu.GetSegments(List.of(new ChunkRun(some.number(1_000), 1 + some.number(63)))),
                new PeerPdu.Get(some.number(PeerPdu.MAX_CHUNKS - 1), firstBlock, 1 + some.number(1023 - firstBlock)),
                new PeerPdu.Cancel(some.number(PeerPdu.MAX_CHUNKS - 1), firstBlock, 1024 - firstBlock),
                new PeerPdu.Complaint(some.number(PeerPdu.MAX_CHUNKS - 1)),
                new PeerPdu.Close(),
                new PeerPdu.KeepAlive(),
                new PeerPdu.Bye());
    }

    private static List<Pdu> framesOfSource(Samples some) {
        int firstChunk = some.number(PeerPdu.MAX_CHUNKS / 2);
        byte[] bits = some.bytes(1 + some.number(999));
        int dataBytes = some.random(4) == 0 ? PeerPdu.MAX_DATA_BYTES : 1 + some.random(1000);
        int lastBlock = PeerPdu.MAX_BLOCKS - PeerPdu.MAX_DATA_BYTES / ChunkLayout.BLOCK_BYTES;
        return List.of(
                new PeerPdu.AllChunks(),
                new PeerPdu.MapWindow(firstChunk, bits.length * 8, bits),
                new PeerPdu.MapWindow(firstChunk, 13, new byte[] {(byte) some.random(256), (byte) 0xf8}),
                new PeerPdu.MoreChunks(some.runs(PeerPdu.MAX_RUNS, PeerPdu.MAX_CHUNKS)),
                new PeerPdu.Hashes(some.number(10), some.random(1 << 20), some.bytes(32 * (1 + some.random(100)))),
                new SegmentPdu.Groups(some.number(1_000), SegmentPdu.MAX_TABLE_GROUPS, some.list(4_096, some::group)),
                new SegmentPdu.Segments(
                        some.number(SegmentPdu.MAX_TABLE_GROUPS - 1), some.bytes(14 * some.number(256))),
                new PeerPdu.Data(some.number(PeerPdu.MAX_CHUNKS - 1), some.number(lastBlock), some.bytes(dataBytes)),
                failure(some));
    }

    private static Failure failure(Samples some) {
        String sentence = some.text(Failure.MAX_SENTENCE_BYTES);
        return new Failure(some.oneOf(ErrorCode.values()), some.count(), some.i64(), sentence);
    }

    private static IndexReply.Listing listing(Samples some) {
        return new IndexReply.Listing(
                some.name(),
                some.contentId(),
                some.flag(),
                some.flag(),
                some.count(),
                some.i64(),
                some.count(),
                some.count());
    }

    private static VersionList.Entry entry(Samples some, @Nullable AudienceId audience) {
        Long changed = some.flag() ? Long.valueOf(some.count()) : null;
        return new VersionList.Entry(some.record(), some.count(), some.count(), audience, changed);
    }

    private static IndexReply.User user(Samples some) {
        String user = some.text(Hello.MAX_USER_BYTES);
        String account = some.text(AccountRequest.MAX_USER_BYTES);
        PeerId peer = new PeerId(some.hash());
        return new IndexReply.User(user, peer, some.i64(), some.i64(), some.count(), some.u16(), account);
    }

    private static IndexReply.Source source(Samples some, boolean withChunks) {
        return new IndexReply.Source(
                new PeerId(some.hash()),
                some.number(255),
                some.u16(),
                some.endpoints(),
                withChunks ? some.runs(IndexReply.Source.MAX_RUNS, PeerPdu.MAX_CHUNKS) : List.of());
    }
}
