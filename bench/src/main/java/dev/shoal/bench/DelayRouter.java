package dev.shoal.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Lets every packet that is routed to a device of its own wait for a while before it goes on, in order, as a long line
 * would: a process in the namespace of a {@link SwarmNetwork}, for kernels that cannot do it themselves. One thread
 * reads, another writes what is due; between them is a ring of packets, and what finds it full is lost.
 */
@Command(name = "delay", hidden = true, description = "Delays the packets of swarm.")
final class DelayRouter implements Callable<Integer> {

    /** What it says when the device is there. */
    static final Pattern READY = Pattern.compile("routing");

    private static final int PACKET_BYTES = 2048;

    /** A power of two; more than 600 Mbit/s of full packets fill in a third of a second. */
    private static final int RING = 1 << 14;

    @Option(names = "--device", required = true)
    String device = "";

    @Option(names = "--millis", required = true)
    int millis;

    private final MemorySegment packets = Arena.global().allocate((long) RING * PACKET_BYTES);
    private final int[] lengths = new int[RING];
    private final long[] dueNanos = new long[RING];
    private volatile long read;
    private volatile long written;

    @Override
    public Integer call() throws IOException {
        TunDevice tun = TunDevice.open(device);
        Thread.ofPlatform().daemon().start(() -> write(tun));
        System.out.println("routing");
        long delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            long number = read;
            int bytes = tun.read(slot(number));
            if (number - written < RING - 1) {
                lengths[index(number)] = bytes;
                dueNanos[index(number)] = System.nanoTime() + delayNanos;
                read = number + 1;
            }
        }
    }

    private void write(TunDevice tun) {
        long delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            long number = written;
            // What comes while there is nothing is not due before so long.
            long waitNanos = number == read ? delayNanos : dueNanos[index(number)] - System.nanoTime();
            if (waitNanos > 0) {
                LockSupport.parkNanos(waitNanos);
            } else {
                send(tun, number);
                written = number + 1;
            }
        }
    }

    private void send(TunDevice tun, long number) {
        try {
            tun.write(slot(number), lengths[index(number)]);
        } catch (IOException e) {
            System.err.println("a packet is lost: " + e.getMessage());
        }
    }

    private MemorySegment slot(long number) {
        return packets.asSlice((long) index(number) * PACKET_BYTES, PACKET_BYTES);
    }

    private static int index(long number) {
        return (int) (number & (RING - 1));
    }
}
