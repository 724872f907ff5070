package dev.shoal.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * opentracker, asked as BEP 15 says: the same peers and contents as of an index, a peer by its port, a content by the
 * first 20 bytes of its root. For one thread.
 */
final class TrackerTarget implements LoadTarget {

    private static final long PROTOCOL = 0x41727101980L;
    private static final int CONNECT = 0;
    private static final int ANNOUNCE = 1;
    private static final int SCRAPE = 2;
    private static final int STARTED = 2;
    private static final int SLOTS = 10_000;
    private static final int HASH_BYTES = 20;
    private static final int FIRST_PORT = 1_024;

    private final Path folder;
    private final LoadWorld world;
    private final int core;
    private final SplittableRandom random = new SplittableRandom(LoadWorld.SEED);
    private @Nullable LongProcess process;
    private @Nullable LoadSocket socket;
    private long connection;
    private int next;

    TrackerTarget(Path folder, LoadWorld world, int core) {
        this.folder = folder;
        this.world = world;
        this.core = core;
    }

    @Override
    public String name() {
        return "opentracker, unsealed";
    }

    @Override
    public Optional<String> missing() {
        return Installed.missing("opentracker");
    }

    @Override
    public void start() throws IOException, InterruptedException {
        Path program = Installed.find("opentracker").orElseThrow(() -> new IOException("opentracker is not installed"));
        int port = Loopback.freePort();
        // Debian's takes only contents that are on a list; others ignore it. Started by root it changes its root.
        List<String> hashes = new ArrayList<>(world.contents().contents());
        for (int content = 0; content < world.contents().contents(); content++) {
            hashes.add(HexFormat.of().formatHex(hash(content)));
        }
        Files.write(folder.resolve("whitelist"), hashes);
        String ports = Integer.toString(port);
        LongProcess started = LongProcess.start(
                folder.resolve("opentracker.log"),
                Map.of(),
                Pinned.command(
                        core,
                        List.of(
                                program.toString(),
                                "-i",
                                "127.0.0.1",
                                "-P",
                                ports,
                                "-p",
                                ports,
                                "-d",
                                folder.toString(),
                                "-w",
                                "whitelist")));
        process = started;
        socket = LoadSocket.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        connect();
        awaitList();
    }

    @Override
    public void fill(LoadBatch batch) {
        batch.clear();
        connectQuietly();
        SyntheticContents contents = world.contents();
        for (int nth = 0; nth < contents.eachPeer(); nth++) {
            for (int peer = 0; peer < contents.peers(); peer++) {
                announce(batch, peer, contents.owned(peer, nth));
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
        connectQuietly();
        for (int i = 0; i < count; i++) {
            int peer = random.nextInt(world.contents().peers());
            int content = random.nextInt(world.contents().contents());
            switch (world.mix().next(random).tracker) {
                case CONNECT -> {
                    ByteBuffer datagram = batch.begin();
                    datagram.putLong(PROTOCOL).putInt(CONNECT).putInt(next);
                    end(batch);
                }
                case ANNOUNCE -> announce(batch, peer, content);
                case SCRAPE -> {
                    ByteBuffer datagram = batch.begin();
                    datagram.putLong(connection).putInt(SCRAPE).putInt(next).put(hash(content));
                    end(batch);
                }
            }
        }
    }

    private void announce(LoadBatch batch, int peer, int content) {
        ByteBuffer datagram = batch.begin();
        datagram.putLong(connection).putInt(ANNOUNCE).putInt(next).put(hash(content));
        datagram.putLong(0x2d54523430303000L).putLong(peer).putInt(peer);
        datagram.putLong(0).putLong(0).putLong(0).putInt(STARTED).putInt(0).putInt(peer);
        datagram.putInt(LoadWorld.SOURCES_ASKED).putShort((short) (FIRST_PORT + peer % (0x10000 - FIRST_PORT)));
        end(batch);
    }

    private void end(LoadBatch batch) {
        batch.end(next);
        next = (next + 1) % SLOTS;
    }

    @Override
    public int slots() {
        return SLOTS;
    }

    @Override
    public int slot(ByteBuffer answer) {
        return answer.remaining() >= 8 ? answer.getInt(4) : -1;
    }

    @Override
    public boolean isGood(ByteBuffer answer) {
        return switch (answer.getInt(0)) {
            case CONNECT -> answer.remaining() == 16;
            // A content that is not on the list has no sources, not even who asks.
            case ANNOUNCE -> answer.remaining() >= 20 && answer.getInt(12) + answer.getInt(16) > 0;
            case SCRAPE -> answer.remaining() == 20;
            default -> false;
        };
    }

    @Override
    public LoadSocket socket() {
        return Objects.requireNonNull(socket);
    }

    @Override
    public double cpuSeconds() {
        return Objects.requireNonNull(process).cpuSeconds();
    }

    @Override
    public long memoryBytes() throws IOException {
        return Objects.requireNonNull(process).residentBytes();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    /** A connection is good for some minutes only. */
    private void connect() throws IOException {
        ByteBuffer request =
                ByteBuffer.allocateDirect(16).putLong(PROTOCOL).putInt(CONNECT).putInt(0);
        connection = socket().ask(request.flip()).getLong(8);
    }

    private void connectQuietly() {
        try {
            connect();
        } catch (IOException e) {
            throw new IllegalStateException("opentracker went away", e);
        }
    }

    /** The list is read beside serving, and a long one takes a while. */
    private void awaitList() throws IOException, InterruptedException {
        LoadBatch batch = new LoadBatch();
        for (int attempt = 0; attempt < 200; attempt++) {
            announce(batch.clear(), 0, world.contents().contents() - 1);
            if (isGood(socket().ask(batch.select(batch.view(), 0)))) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IOException("opentracker does not take contents: see " + folder.resolve("opentracker.log"));
    }

    private static byte[] hash(int content) {
        byte[] hash = new byte[HASH_BYTES];
        ByteBuffer.wrap(SyntheticContents.hash(content).toBytes()).get(hash);
        return hash;
    }
}
