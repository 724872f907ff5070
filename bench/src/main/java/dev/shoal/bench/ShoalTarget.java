package dev.shoal.bench;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ContentId;
import dev.shoal.protocol.Failure;
import dev.shoal.protocol.IndexRequest;
import dev.shoal.protocol.IndexRequest.RegisterBulk;
import dev.shoal.protocol.Pdu;
import dev.shoal.protocol.Welcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The real index under the load of very many peers' sealed datagrams. For one thread. */
final class ShoalTarget implements LoadTarget {

    private static final int PAGE = IndexRequest.MAX_BULK_ENTRIES_PER_DATAGRAM;

    /** A lease that outlasts the benchmark, in seconds: what is measured is asked for, and nothing else. */
    private static final String LEASE_SECONDS = "3600";

    private final Path folder;
    private final LoadWorld world;
    private final int core;
    private final String heap;
    private final SplittableRandom random = new SplittableRandom(LoadWorld.SEED);
    private Program.@Nullable RunningIndex index;
    private @Nullable LoadSocket socket;
    private @Nullable LoadSessions sessions;
    private int next;

    ShoalTarget(Path folder, LoadWorld world, int core, String heap) {
        this.folder = folder;
        this.world = world;
        this.core = core;
        this.heap = heap;
    }

    @Override
    public String name() {
        return "Shoal, sealed";
    }

    @Override
    public void start() throws IOException, InterruptedException {
        Path data = Files.createDirectories(folder.resolve(Program.DATA));
        List<Welcome> tickets = CrowdTickets.make(data, world.contents().peers());
        SyntheticNames.make(data, world.names());
        Program.RunningIndex started = Program.here()
                .index(
                        Pinned.command(core, List.of()),
                        folder,
                        Map.of("SHOAL_JAVA_OPTIONS", "-Xmx" + heap),
                        "127.0.0.1:0",
                        "--lease",
                        LEASE_SECONDS);
        index = started;
        int port =
                Integer.parseInt(started.address().substring(started.address().lastIndexOf(':') + 1));
        join(LoadSocket.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)), tickets);
    }

    /** Begins the sessions of all peers with an index that runs. */
    void join(LoadSocket to, List<Welcome> tickets) throws IOException {
        LoadSessions joining = new LoadSessions(to, tickets);
        joining.join();
        socket = to;
        sessions = joining;
    }

    @Override
    public void fill(LoadBatch batch) {
        batch.clear();
        SyntheticContents contents = world.contents();
        for (int from = 0; from < contents.eachPeer(); from += PAGE) {
            int end = Math.min(from + PAGE, contents.eachPeer());
            for (int peer = 0; peer < contents.peers(); peer++) {
                List<RegisterBulk.Entry> entries = contents.of(peer).subList(from, end).stream()
                        .map(content -> new RegisterBulk.Entry(content, false))
                        .toList();
                sessions().seal(peer, new RegisterBulk(1, entries, end < contents.eachPeer()), batch);
            }
        }
    }

    @Override
    public long filled() {
        return world.registrations();
    }

    @Override
    public void requests(LoadBatch batch, int count) {
        batch.clear();
        for (int i = 0; i < count; i++) {
            sessions().seal(next, request(world.mix().next(random)), batch);
            next = (next + 1) % sessions().count();
        }
    }

    private IndexRequest request(LoadMix.Kind kind) {
        int number = random.nextInt(world.contents().contents());
        int named = number % world.names();
        ContentId content = SyntheticContents.content(number);
        return switch (kind) {
            case REGISTER ->
                new IndexRequest.Register(false, SyntheticContents.content(named), LoadWorld.name(named), null);
            case COMPLETE -> new IndexRequest.RegisterChunks(true, false, content, List.of());
            case CHUNKS -> new IndexRequest.RegisterChunks(false, false, content, runs(content));
            case LOCATE -> new IndexRequest.Locate(false, content, 0, LoadWorld.SOURCES_ASKED);
            case SEARCH -> new IndexRequest.Search(LoadWorld.searched(named), 0, LoadWorld.SOURCES_ASKED);
            case HEARTBEAT -> new IndexRequest.Heartbeat(0, 0, 0, random.nextInt(8));
        };
    }

    /** What came within a second: some chunks here and there. */
    private List<ChunkRun> runs(ContentId content) {
        int chunks = content.layout().chunkCount();
        int first = random.nextInt(Math.max(1, chunks / 2));
        int second = chunks / 2 + random.nextInt(Math.max(1, chunks / 4));
        return List.of(new ChunkRun(first, 1), new ChunkRun(second, 1 + random.nextInt(Math.max(1, chunks / 8))));
    }

    @Override
    public int slots() {
        return sessions().count();
    }

    @Override
    public int slot(ByteBuffer answer) {
        return sessions().peer(answer);
    }

    @Override
    public boolean isGood(ByteBuffer answer) {
        Pdu said = sessions().open(answer);
        return said != null && !(said instanceof Failure);
    }

    @Override
    public LoadSocket socket() {
        return Objects.requireNonNull(socket);
    }

    @Override
    public double cpuSeconds() {
        return index == null ? 0 : index.process().cpuSeconds();
    }

    /** What lives on the heap. */
    @Override
    public long memoryBytes() throws IOException, InterruptedException {
        return Objects.requireNonNull(index).process().liveHeapBytes(folder);
    }

    @Override
    public void close() {
        if (index != null) {
            index.close();
        }
    }

    private LoadSessions sessions() {
        return Objects.requireNonNull(sessions);
    }
}
