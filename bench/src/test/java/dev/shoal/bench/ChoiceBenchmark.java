package dev.shoal.bench;

import dev.shoal.content.ChunkLayout;
import dev.shoal.content.ChunkSet;
import dev.shoal.swarm.BlockRange;
import dev.shoal.swarm.Download;
import dev.shoal.swarm.DownloadAction;
import dev.shoal.swarm.Order;
import dev.shoal.swarm.Piece;
import dev.shoal.swarm.RequestBudget;
import dev.shoal.swarm.Uploads;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a chunk costs in decisions: whom to ask for it, and whom to serve with it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChoiceBenchmark {

    private static final int CONTENT = 1;
    private static final int LIMIT_BYTES = 4 << 20;
    private static final long STEP_NANOS = 100_000;

    /** Sources of the download; downloaders of the upload. */
    @Param({"2", "20", "100"})
    public int others;

    /** 4 096 chunks of 64 KiB. */
    private final ChunkLayout layout = new ChunkLayout(256L << 20);

    private final SplittableRandom random = new SplittableRandom(1);
    private final Queue<DownloadAction.Request> requests = new ArrayDeque<>();
    private Download download = begin();
    private Uploads uploads = new Uploads(2, LIMIT_BYTES);
    private long nowNanos;

    /** Everything from the beginning, with the number of others that is measured. */
    @Setup(Level.Iteration)
    public void prepare() {
        restart();
        uploads = new Uploads(2, LIMIT_BYTES);
        uploads.contentAdded(CONTENT, layout);
        for (int peer = 0; peer < others; peer++) {
            uploads.peerAdded(peer, nowNanos);
            for (int i = 0; i < 16; i++) {
                request(peer);
            }
        }
    }

    private Download begin() {
        return new Download(
                layout,
                new ChunkSet(layout.chunkCount()),
                Order.RAREST_FIRST,
                new SplittableRandom(1),
                RequestBudget.unlimited());
    }

    private void restart() {
        requests.clear();
        download = begin();
        carryOut(download.start(nowNanos));
        for (int source = 0; source < others; source++) {
            carryOut(download.sourceAdded(source, LIMIT_BYTES, nowNanos));
            carryOut(download.sourceHasAll(source, nowNanos));
        }
    }

    private void carryOut(List<DownloadAction> actions) {
        for (DownloadAction action : actions) {
            switch (action) {
                case DownloadAction.Request request -> requests.add(request);
                case DownloadAction.Verify verify -> carryOut(download.chunkVerified(verify.chunk(), nowNanos));
                default -> {
                    // Nothing else has to be answered.
                }
            }
        }
    }

    /** One request is answered as a whole; what is decided upon it. After the last chunk it begins again. */
    @Benchmark
    public int chunkArrives() {
        nowNanos += STEP_NANOS;
        DownloadAction.Request request = requests.poll();
        if (request == null) {
            restart();
            return 0;
        }
        download.claim(request.source(), request.range());
        carryOut(download.dataArrived(request.source(), request.range(), nowNanos));
        return download.held().count();
    }

    /** The next piece is chosen and sent, and its receiver asks for another chunk. */
    @Benchmark
    public int pieceLeaves() {
        nowNanos += STEP_NANOS;
        Piece piece = uploads.next(nowNanos).orElseThrow();
        uploads.sent(piece, nowNanos);
        request(piece.peer());
        return piece.bytes();
    }

    private void request(int peer) {
        int chunk = random.nextInt(layout.chunkCount());
        uploads.requested(peer, CONTENT, new BlockRange(chunk, 0, layout.blocks(chunk)), nowNanos);
    }
}
