package dev.shoal.testkit;

import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.Sealing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The real index for a simulated swarm: carries datagrams between the {@link IndexHost} and one {@link IndexMember} for
 * each life of a peer, over a network that may lose them. For one thread.
 */
final class ServedIndex implements SwarmIndex {

    private static final int UDP_PORT = 7_800;

    /** A peer's first life sends from this port, each later one from the next. */
    private static final int FIRST_PORT = 20_000;

    private final SwarmSimulation simulation;
    private final VirtualTime time;
    private final PeerRandom randoms;
    private final IndexHost host;
    private final ContentId content;
    private final Sealing sealing = new Sealing();
    private final Map<Integer, PeerKey> keys = new HashMap<>();
    private final Map<PeerId, SwarmPeer> peers = new HashMap<>();
    private final Map<InetSocketAddress, IndexMember> members = new HashMap<>();
    private final Map<Integer, IndexMember> current = new HashMap<>();
    private final Map<Integer, Integer> lives = new HashMap<>();
    private final Map<Integer, Long> clockMillis = new HashMap<>();
    /** Until when the index is down. */
    private long downUntilNanos;

    ServedIndex(SwarmSimulation simulation, SplittableRandom random, int leaseMillis) {
        this.simulation = simulation;
        this.time = simulation.time();
        this.randoms = new PeerRandom(random.nextLong());
        this.content = new ContentId(
                new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()),
                simulation.scenario().contentBytes());
        boolean forgetsLeases = simulation.defect() == Defect.FORGETS_LEASES;
        this.host = new IndexHost(time, random.split(), leaseMillis, forgetsLeases, this::answered);
        host.start();
    }

    @Override
    public void joined(SwarmPeer peer) {
        PeerKey key = keys.computeIfAbsent(peer.id, this::newKey);
        peers.put(key.id(), peer);
        int port = FIRST_PORT + lives.merge(peer.id, 1, Integer::sum);
        IndexMember member = new IndexMember(this, peer, key, new InetSocketAddress(address(peer.id), port));
        members.put(member.address(), member);
        current.put(peer.id, member);
        member.start();
    }

    @Override
    public void left(SwarmPeer peer, boolean goodBye) {
        IndexMember member = current.remove(peer.id);
        if (member != null) {
            member.end(goodBye);
            members.remove(member.address());
        }
    }

    @Override
    public void chunkCame(SwarmPeer peer, int chunk) {
        IndexMember member = current.get(peer.id);
        if (member != null) {
            member.chunkCame(chunk);
        }
    }

    @Override
    public void locate(SwarmPeer asker, Consumer<List<SwarmPeer>> found) {
        IndexMember member = current.get(asker.id);
        if (member != null) {
            member.locate(simulation.scenario().sampleSize(), sources -> found.accept(listed(sources)));
        }
    }

    @Override
    public void restart(long downNanos) {
        downUntilNanos = Math.max(downUntilNanos, time.nowNanos() + downNanos);
        host.stop();
        time.at(downUntilNanos, () -> {
            if (time.nowNanos() >= downUntilNanos) {
                host.start();
            }
        });
    }

    @Override
    public void clockJumps(int machine, long millis) {
        if (machine == Fault.INDEX) {
            host.clockJumps(millis);
        } else {
            clockMillis.merge(machine, millis, Long::sum);
        }
    }

    @Override
    public List<Source> everything() {
        List<Source> sources = host.sources(content, new InetSocketAddress(address(0xfffe), UDP_PORT));
        sources.forEach(this::touch);
        return sources;
    }

    @Override
    public int number(PeerId peer) {
        SwarmPeer known = peers.get(peer);
        return known == null ? Fault.INDEX : known.id;
    }

    private List<SwarmPeer> listed(List<Source> sources) {
        List<SwarmPeer> listed = new ArrayList<>();
        for (Source source : sources) {
            SwarmPeer peer = peers.get(source.peer());
            if (peer != null && !listed.contains(peer)) {
                listed.add(peer);
            }
        }
        return listed;
    }

    /** An answer leaves the index: what it names is looked at now. */
    private void touch(Source source) {
        SwarmPeer peer = peers.get(source.peer());
        if (peer == null) {
            simulation.violation("the index names peers that exist", "it names " + source);
        } else {
            simulation.touched(new Touch.Listed(peer, host.unheardNanos(source.peer()), host.leaseNanos()));
        }
    }

    private PeerKey newKey(int peer) {
        byte[] point = new byte[PeerKey.BYTES];
        randoms.of(peer).nextBytes(point);
        // Nobody ever asks for the point to be on the curve.
        point[0] = 4;
        return PeerKey.of(point);
    }

    private static InetAddress address(int peer) {
        try {
            return InetAddress.getByAddress(new byte[] {20, (byte) (peer >>> 16), (byte) (peer >>> 8), (byte) peer});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** A member sends a datagram. */
    void send(IndexMember from, ByteBuffer datagram) {
        for (long nanos : simulation.network().datagramNanos(from.peer().id, Fault.INDEX)) {
            time.after(nanos, () -> host.received(datagram.duplicate(), from.address()));
        }
    }

    private void answered(ByteBuffer datagram, InetSocketAddress to) {
        IndexMember member = members.get(to);
        if (member != null) {
            ByteBuffer copy = ByteBuffer.allocate(datagram.remaining()).put(datagram.duplicate());
            member.named(copy.duplicate().flip()).forEach(this::touch);
            for (long nanos : simulation.network().datagramNanos(Fault.INDEX, member.peer().id)) {
                time.after(nanos, () -> member.received(copy.duplicate().flip()));
            }
        }
    }

    IndexHost host() {
        return host;
    }

    ContentId content() {
        return content;
    }

    /** For one datagram at a time. */
    Sealing sealing() {
        return sealing;
    }

    SwarmSimulation simulation() {
        return simulation;
    }

    SplittableRandom newRandom(SwarmPeer peer) {
        return randoms.of(peer.id).split();
    }

    /** What a peer's clock shows. */
    long millis(SwarmPeer peer) {
        return IndexHost.EPOCH_MILLIS + time.nowNanos() / 1_000_000 + clockMillis.getOrDefault(peer.id, 0L);
    }
}
