package dev.shoal.peer;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ContentId;
import dev.shoal.content.Copy;
import dev.shoal.content.CopyPlan;
import dev.shoal.content.GapGuesses;
import dev.shoal.content.Hash;
import dev.shoal.content.HashTree;
import dev.shoal.protocol.PeerPdu;
import dev.shoal.store.SimilarFile;
import dev.shoal.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Makes a plan better by guesses: asks a source for the leaf hashes of blocks that may be here, and looks which guesses
 * have them. The hashes are hints like the plan. One thread improves; answers come on the links' readers.
 */
final class BlockGuesses {

    /** Most blocks that are guessed: a source makes so many leaves for one downloader without letting it wait. */
    static final int MAX_BLOCKS = 2_048;

    /** How long a source may take for the next answer. */
    private static final long ANSWER_MILLIS = 2_000;

    private final ContentId content;
    private final ChunkLayout layout;
    private final List<SimilarFile> files;
    private final CopyPlan plan;
    private final GapGuesses guesses;
    private final Transfer transfer;
    private final HashTree tree = new HashTree();
    private final Map<Long, Hash> leaves = new HashMap<>();

    /** How many leaves were asked for, by the first of them. */
    private final Map<Long, Integer> asked = new HashMap<>();

    private int source = -1;

    BlockGuesses(ContentId content, List<SimilarFile> files, CopyPlan plan, Transfer transfer) {
        this.content = content;
        this.layout = content.layout();
        this.files = files;
        this.plan = plan;
        this.transfer = transfer;
        this.guesses = new GapGuesses(
                plan, content.length(), files.stream().map(SimilarFile::length).toList());
    }

    /** The plan with the guesses that are right, as far as one source says. */
    CopyPlan improve(int from, BooleanSupplier isOver) {
        if (from < 0 || layout.chunkLevel() == 0) {
            return plan;
        }
        List<PeerPdu.GetHashes> requests = requests();
        synchronized (this) {
            source = from;
            requests.forEach(request -> asked.put(request.firstNode(), request.nodeCount()));
        }
        for (PeerPdu.GetHashes request : requests) {
            if (!transfer.post(from, request)) {
                return plan;
            }
        }
        await(isOver);
        return adopt(isOver);
    }

    /** The blocks of one chunk that follow each other are asked for together. */
    private List<PeerPdu.GetHashes> requests() {
        List<PeerPdu.GetHashes> requests = new ArrayList<>();
        long first = -1;
        long end = -1;
        for (long block : guesses.blocks().stream().limit(MAX_BLOCKS).toList()) {
            if (block != end || block % layout.blocksPerChunk() == 0) {
                if (first >= 0) {
                    requests.add(new PeerPdu.GetHashes(0, first, (int) (end - first)));
                }
                first = block;
            }
            end = block + 1;
        }
        if (first >= 0) {
            requests.add(new PeerPdu.GetHashes(0, first, (int) (end - first)));
        }
        return requests;
    }

    private synchronized void await(BooleanSupplier isOver) {
        int left = asked.size();
        long since = System.nanoTime();
        while (!asked.isEmpty() && !isOver.getAsBoolean()) {
            long silent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
            if (silent >= ANSWER_MILLIS) {
                return;
            }
            try {
                wait(Math.min(ANSWER_MILLIS - silent, 50));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (asked.size() < left) {
                left = asked.size();
                since = System.nanoTime();
            }
        }
    }

    /** Leaf hashes came. Returns whether they were asked for here. */
    synchronized boolean arrived(int from, PeerPdu.Hashes hashes) {
        Integer count = from == source ? asked.remove(hashes.firstNode()) : null;
        if (count == null) {
            return false;
        }
        for (int i = 0; i < Math.min(count, hashes.nodes().length / Hash.BYTES); i++) {
            leaves.put(hashes.firstNode() + i, Hash.of(hashes.nodes(), i * Hash.BYTES));
        }
        notifyAll();
        return true;
    }

    /** A source does not give these. */
    synchronized void refused(int from, long firstNode) {
        if (from == source) {
            asked.remove(firstNode);
            notifyAll();
        }
    }

    /** A source is gone. */
    synchronized void gone(int which) {
        if (which == source) {
            asked.clear();
            notifyAll();
        }
    }

    private CopyPlan adopt(BooleanSupplier isOver) {
        Map<Long, Hash> known;
        synchronized (this) {
            known = Map.copyOf(leaves);
        }
        List<Copy> right = new ArrayList<>();
        known.forEach((block, leaf) -> {
            if (block < layout.blockCount() && !isOver.getAsBoolean()) {
                for (List<Copy> guess : guesses.of(block)) {
                    if (isRight(block, guess, leaf)) {
                        right.addAll(guess);
                        return;
                    }
                }
            }
        });
        return right.isEmpty() ? plan : plan.with(right);
    }

    private boolean isRight(long block, List<Copy> guess, Hash leaf) {
        int bytes = (int) Math.min(ChunkLayout.BLOCK_BYTES, content.length() - block * ChunkLayout.BLOCK_BYTES);
        ByteBuffer data = ByteBuffer.allocate(bytes);
        try {
            for (Copy copy : guess) {
                files.get(copy.file())
                        .read(copy.offset(), data.slice((int) (copy.target() - block * ChunkLayout.BLOCK_BYTES), (int)
                                copy.length()));
            }
        } catch (StoreException e) {
            return false;
        }
        return Hash.of(tree.leaves(data)).equals(leaf);
    }
}
