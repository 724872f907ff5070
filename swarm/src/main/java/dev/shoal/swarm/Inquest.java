package dev.shoal.swarm;

import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a {@link Download}, which owns it, does about a chunk that does not match its hash: who is suspected, and what
 * is fetched again. For one thread at a time.
 */
final class Inquest {

    private final RequestPlan plan;
    private final SourceWatch.Dropper dropper;
    private final List<DownloadAction> actions;

    Inquest(RequestPlan plan, SourceWatch.Dropper dropper, List<DownloadAction> actions) {
        this.plan = plan;
        this.dropper = dropper;
        this.actions = actions;
    }

    /** A chunk does not match its hash. */
    void chunkFailed(int chunk, long nowNanos) {
        Assembly assembly = plan.assemblies.get(chunk);
        if (assembly == null || assembly.stage != Assembly.Stage.VERIFYING) {
            return;
        }
        if (fetchWhatWasHere(assembly, nowNanos)) {
            return;
        }
        List<Integer> senders = assembly.senders();
        if (senders.size() == 1) {
            blame(assembly, senders.getFirst(), nowNanos);
            refill(assembly, 0, assembly.blockCount, nowNanos);
        } else {
            assembly.stage = Assembly.Stage.AWAITING_LEAVES;
            assembly.stageSinceNanos = nowNanos;
            actions.add(new DownloadAction.NeedLeaves(chunk, senders));
        }
    }

    /** Requests what was not requested of a chunk, as it was here. Returns whether there was anything. */
    boolean fetchWhatWasHere(Assembly assembly, long nowNanos) {
        boolean was = assembly.forgetHere();
        if (was) {
            refill(assembly, 0, 0, nowNanos);
        }
        return was;
    }

    /** The leaf hashes of a failed chunk tell which of its blocks are wrong. */
    void wrongBlocks(int chunk, BitSet wrong, long nowNanos) {
        Assembly assembly = plan.assemblies.get(chunk);
        if (assembly == null || assembly.stage != Assembly.Stage.AWAITING_LEAVES) {
            return;
        }
        if (wrong.isEmpty()) {
            leavesUnavailable(chunk, nowNanos);
            return;
        }
        Set<Integer> culprits = new LinkedHashSet<>();
        wrong.stream().filter(block -> block < assembly.blockCount).forEach(block -> {
            culprits.add(assembly.sender(block));
            assembly.reset(block, block + 1);
        });
        culprits.forEach(culprit -> dropper.drop(culprit, DropReason.WRONG_DATA, true, nowNanos));
        refill(assembly, 0, 0, nowNanos);
    }

    /** No source gave leaf hashes of a failed chunk: it is fetched anew, from one source at a time. */
    void leavesUnavailable(int chunk, long nowNanos) {
        Assembly assembly = plan.assemblies.get(chunk);
        if (assembly != null && assembly.stage == Assembly.Stage.AWAITING_LEAVES) {
            assembly.exclusive = true;
            refill(assembly, 0, assembly.blockCount, nowNanos);
        }
    }

    private void blame(Assembly assembly, int source, long nowNanos) {
        actions.add(new DownloadAction.Complain(source, assembly.chunk));
        dropper.drop(source, DropReason.WRONG_DATA, true, nowNanos);
    }

    private void refill(Assembly assembly, int firstBlock, int endBlock, long nowNanos) {
        assembly.stage = Assembly.Stage.FILLING;
        assembly.reset(firstBlock, endBlock);
        plan.changed();
        plan.refreshOpen(assembly);
        plan.fillAll(nowNanos);
    }
}
