package dev.shoal.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * A network device whose other end is this process: what the system routes to it is read here, packet by packet, and
 * what is written here comes out of it. Linux only. One thread may read while another writes.
 */
final class TunDevice {

    private static final String PATH = "/dev/net/tun";
    private static final int READ_AND_WRITE = 2;

    /** {@code TUNSETIFF}, and a request with a name of 16 bytes and flags: packets of IP, nothing in front of them. */
    private static final long SET_INTERFACE = 0x400454caL;

    private static final int REQUEST_BYTES = 40;
    private static final int NAME_BYTES = 16;
    private static final short IP_PACKETS_ALONE = 0x1001;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle READ = handle(
            "read",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle WRITE = handle(
            "write",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

    private final int descriptor;

    private TunDevice(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Makes a device, which is gone when this process is.
     *
     * @param name of at most 15 letters
     */
    static TunDevice open(String name) throws IOException {
        MethodHandle open = handle(
                "open",
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        MethodHandle control = handle(
                "ioctl",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) open.invokeExact(arena.allocateFrom(PATH), READ_AND_WRITE);
            MemorySegment request = arena.allocate(REQUEST_BYTES);
            request.asSlice(0, NAME_BYTES).copyFrom(MemorySegment.ofArray(name.getBytes(StandardCharsets.US_ASCII)));
            request.set(ValueLayout.JAVA_SHORT_UNALIGNED, NAME_BYTES, IP_PACKETS_ALONE);
            if (descriptor < 0 || (int) control.invokeExact(descriptor, SET_INTERFACE, request) < 0) {
                throw new IOException("no device can be made with " + PATH);
            }
            return new TunDevice(descriptor);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("no device can be made with " + PATH, e);
        }
    }

    /** Waits for a packet, and puts it at the beginning of a segment outside the heap. Returns its length. */
    int read(MemorySegment packet) throws IOException {
        return checked("read from", call(READ, packet, packet.byteSize()));
    }

    /** Lets the first bytes of a segment outside the heap come out of the device as a packet. */
    void write(MemorySegment packet, int bytes) throws IOException {
        checked("write to", call(WRITE, packet, bytes));
    }

    private long call(MethodHandle function, MemorySegment packet, long bytes) throws IOException {
        try {
            return (long) function.invokeExact(descriptor, packet, bytes);
        } catch (Throwable e) {
            throw new IOException("the device cannot be used", e);
        }
    }

    private static int checked(String what, long result) throws IOException {
        if (result < 0) {
            throw new IOException("cannot " + what + " the device");
        }
        return (int) result;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String function, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(function), descriptor, options);
    }
}
