package dev.shoal.testkit;

import java.util.List;

/** Lets what a plan says go wrong, each at its moment. For one thread. */
final class FaultSchedule {

    private final VirtualTime time;
    private final Network network;
    private final List<SwarmPeer> peers;
    private final SwarmIndex index;
    private final Trace trace;

    FaultSchedule(VirtualTime time, Network network, List<SwarmPeer> peers, SwarmIndex index, Trace trace) {
        this.time = time;
        this.network = network;
        this.peers = peers;
        this.index = index;
        this.trace = trace;
    }

    /** Plans all faults. Returns when the last one is over. */
    long plan(List<Fault> faults) {
        long end = 0;
        for (Fault fault : faults) {
            end = Math.max(end, fault.endNanos());
            time.at(fault.atNanos(), () -> {
                trace.happened(fault.sentence());
                begin(fault);
            });
        }
        return end;
    }

    private void begin(Fault fault) {
        switch (fault) {
            case Fault.Crash crash -> peers.get(crash.peer()).crash(crash.silent(), crash.downNanos());
            case Fault.Leave leave -> peers.get(leave.peer()).leave();
            case Fault.Turn turn -> peers.get(turn.peer()).turn(turn.behaviour());
            case Fault.Partition partition -> network.begin(partition);
            case Fault.Loss loss -> network.begin(loss);
            case Fault.Datagrams datagrams -> network.begin(datagrams);
            case Fault.IndexRestart restart -> index.restart(restart.downNanos());
            case Fault.ClockJump jump -> index.clockJumps(jump.peer(), jump.millis());
            case Fault.SlowDown slow -> peers.get(slow.peer()).slowDown(slow.factor());
        }
    }
}
