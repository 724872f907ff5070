package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.content.ChunkRun;
import dev.shoal.content.ChunkSet;
import dev.shoal.content.ContentId;
import dev.shoal.content.Hash;
import dev.shoal.protocol.Endpoint;
import dev.shoal.protocol.IndexReply.Locations;
import dev.shoal.protocol.IndexReply.Source;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.RegistrationDigest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random lives of many peers, in the directory and in a model of maps: both say the same after every step. */
class DirectoryModelTest {

    private static final int STEPS = 6_000;
    private static final int CONTENTS = 60;
    private static final int MAX_PEERS = 120;
    private static final InetAddress HOST = InetAddress.getLoopbackAddress();

    /** A peer of the model: its contents, with the chunks of those that it has not all of. */
    private static final class ModelPeer {
        final PeerId id;
        int number;
        final Set<ContentId> seeds = new HashSet<>();
        final Map<ContentId, ChunkSet> partials = new HashMap<>();

        ModelPeer(PeerId id, int number) {
            this.id = id;
            this.number = number;
        }

        int count() {
            return seeds.size() + partials.size();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void directoryAndModelAgreeAfterEveryStep(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Directory directory = new Directory(DirectoryLimits.DEFAULT, random);
        List<ModelPeer> peers = new ArrayList<>();
        List<ContentId> contents = contents(random);
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + ", step " + step;
            ContentId content = contents.get(random.nextInt(random.nextInt(CONTENTS) + 1));
            if (peers.isEmpty() || (peers.size() < MAX_PEERS && random.nextInt(8) == 0)) {
                PeerId id = new PeerId(hash(random));
                Contact contact = new Contact(id, HOST, List.of(new Endpoint(HOST, 1 + random.nextInt(60_000))));
                peers.add(new ModelPeer(id, directory.join(contact)));
            } else {
                ModelPeer peer = peers.get(random.nextInt(peers.size()));
                act(random, directory, peers, peer, content, where);
                if (peers.contains(peer)) {
                    assertDigest(directory, peer, where);
                }
            }
            assertState(directory, peers, content, where);
            if (step % 500 == 0) {
                // A crowd leaves: numbers are stale, then used again.
                while (peers.size() > 30) {
                    directory.leave(peers.removeLast().number);
                }
                directory.tidy(random.nextInt(CONTENTS));
                assertAll(directory, peers, contents, random, where);
            }
        }
        peers.forEach(peer -> directory.leave(peer.number));
        assertThat(directory.contentCount()).as("seed " + seed).isZero();
        assertThat(directory.registrationCount()).as("seed " + seed).isZero();
        assertThat(directory.partialCount()).as("seed " + seed).isZero();
        assertThat(directory.bitmapBytes()).as("seed " + seed).isZero();
        assertThat(directory.staleCount()).as("seed " + seed).isZero();
        assertThat(directory.peerCount()).as("seed " + seed).isZero();
    }

    private static void act(
            SplittableRandom random,
            Directory directory,
            List<ModelPeer> peers,
            ModelPeer peer,
            ContentId content,
            String where) {
        int chunkCount = content.layout().chunkCount();
        switch (random.nextInt(13)) {
            case 0, 1, 2, 3 -> {
                boolean partial = random.nextBoolean();
                directory.register(peer.number, content, partial);
                if (!partial || chunkCount == 0) {
                    peer.partials.remove(content);
                    peer.seeds.add(content);
                } else if (!peer.seeds.contains(content)) {
                    peer.partials.putIfAbsent(content, new ChunkSet(chunkCount));
                }
            }
            case 4, 5, 6, 7 -> chunks(random, directory, peer, content, chunkCount);
            case 8, 9 -> {
                boolean had = peer.seeds.remove(content) || peer.partials.remove(content) != null;
                assertThat(directory.withdraw(peer.number, content)).as(where).isEqualTo(had);
            }
            case 10 -> {
                peer.number = directory.withdrawAll(peer.number);
                peer.seeds.clear();
                peer.partials.clear();
            }
            case 11 -> state(random, directory, peer, content);
            default -> {
                assertThat(directory.leave(peer.number)).as(where).isEqualTo(peer.count());
                peers.remove(peer);
            }
        }
    }

    /** States some of what the peer has, and one content more, in one go. */
    private static void state(SplittableRandom random, Directory directory, ModelPeer peer, ContentId content) {
        peer.number = directory.beginStatement(peer.number);
        Set<ContentId> named = new HashSet<>();
        Set<ContentId> candidates = new HashSet<>(peer.seeds);
        candidates.addAll(peer.partials.keySet());
        candidates.add(content);
        for (ContentId candidate : candidates) {
            int chunkCount = candidate.layout().chunkCount();
            if (random.nextBoolean()) {
                boolean partial = random.nextBoolean() && chunkCount > 0;
                directory.restate(peer.number, candidate, partial);
                named.add(candidate);
                if (!partial) {
                    peer.partials.remove(candidate);
                    peer.seeds.add(candidate);
                } else if (peer.seeds.remove(candidate) || !peer.partials.containsKey(candidate)) {
                    peer.partials.put(candidate, new ChunkSet(chunkCount));
                }
            } else if (random.nextInt(8) == 0) {
                directory.withdraw(peer.number, candidate);
                peer.seeds.remove(candidate);
                peer.partials.remove(candidate);
            }
        }
        if (random.nextInt(4) == 0) {
            directory.abandonStatement(peer.number);
            return;
        }
        boolean isDone;
        do {
            isDone = directory.endStatement(peer.number, 1 + random.nextInt(10));
        } while (!isDone);
        peer.seeds.retainAll(named);
        peer.partials.keySet().retainAll(named);
    }

    private static void chunks(
            SplittableRandom random, Directory directory, ModelPeer peer, ContentId content, int chunkCount) {
        boolean complete = random.nextInt(10) == 0;
        boolean replace = random.nextInt(5) == 0;
        List<ChunkRun> runs = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0 && chunkCount > 0; i--) {
            int first = random.nextInt(chunkCount);
            runs.add(new ChunkRun(first, 1 + random.nextInt(chunkCount - first)));
        }
        directory.registerChunks(peer.number, content, complete, replace, runs);
        if (complete || chunkCount == 0) {
            peer.partials.remove(content);
            peer.seeds.add(content);
            return;
        }
        if (peer.seeds.contains(content)) {
            if (!replace) {
                return;
            }
            peer.seeds.remove(content);
        }
        ChunkSet set =
                replace || !peer.partials.containsKey(content) ? new ChunkSet(chunkCount) : peer.partials.get(content);
        runs.forEach(set::add);
        peer.partials.put(content, set);
        if (set.isFull()) {
            peer.partials.remove(content);
            peer.seeds.add(content);
        }
    }

    private static void assertState(Directory directory, List<ModelPeer> peers, ContentId content, String where) {
        int seeds = 0;
        int sources = 0;
        for (ModelPeer peer : peers) {
            seeds += peer.seeds.contains(content) ? 1 : 0;
            sources += peer.seeds.contains(content) || peer.partials.containsKey(content) ? 1 : 0;
        }
        assertThat(directory.state(content)).as(where).isEqualTo(new Directory.State(seeds, sources));
        assertThat(directory.isOnline(content)).as(where).isEqualTo(sources > 0);
    }

    private static void assertDigest(Directory directory, ModelPeer peer, String where) {
        RegistrationDigest expected = new RegistrationDigest();
        peer.seeds.forEach(expected::add);
        peer.partials.keySet().forEach(expected::add);
        RegistrationDigest digest = directory.digest(peer.number);
        assertThat(List.of(digest.count(), digest.high(), digest.low()))
                .as(where)
                .isEqualTo(List.of(expected.count(), expected.high(), expected.low()));
    }

    private static void assertAll(
            Directory directory,
            List<ModelPeer> peers,
            List<ContentId> contents,
            SplittableRandom random,
            String where) {
        Map<PeerId, ModelPeer> byId = new HashMap<>();
        peers.forEach(peer -> byId.put(peer.id, peer));
        int asker = directory.join(new Contact(new PeerId(hash(random)), HOST, List.of()));
        Set<ContentId> online = new HashSet<>();
        for (ContentId content : contents) {
            assertState(directory, peers, content, where);
            Locations page = directory.chunkPage(asker, HOST, content, 0, 1_000, 0);
            assertThat(page.entries()).as(where).hasSize(page.sources());
            for (Source source : page.entries()) {
                ModelPeer peer = Objects.requireNonNull(byId.get(source.peer()), where);
                assertThat(source.isSeed()).as(where).isEqualTo(peer.seeds.contains(content));
                ChunkSet has = source.isSeed()
                        ? ChunkSet.full(content.layout().chunkCount())
                        : Objects.requireNonNull(peer.partials.get(content), where);
                assertThat(source.chunks()).as(where).isEqualTo(has.runs());
            }
            if (page.sources() > 0) {
                online.add(content);
            }
        }
        assertThat(directory.online(CONTENTS)).as(where).containsExactlyInAnyOrderElementsOf(online);
        assertThat(directory.registrationCount())
                .as(where)
                .isEqualTo(peers.stream().mapToInt(ModelPeer::count).sum());
        assertThat(directory.peerCount()).as(where).isEqualTo(peers.size() + 1);
        directory.leave(asker);
    }

    private static List<ContentId> contents(SplittableRandom random) {
        List<ContentId> contents = new ArrayList<>();
        contents.add(ContentId.EMPTY);
        while (contents.size() < CONTENTS) {
            contents.add(new ContentId(hash(random), 1 + random.nextLong(1L << (10 + random.nextInt(20)))));
        }
        return contents;
    }

    private static Hash hash(SplittableRandom random) {
        return new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }
}
