package dev.shoal.transport;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Limits what the system takes of a connection before it has sent it (TCP_NOTSENT_LOWAT, see tcp(7)). A slow line's
 * buffer holds seconds of data otherwise, which was chosen long before it goes out; the window of what is on its way
 * stays as large as the line needs. Java has no such option, and does not tell the descriptor of a socket: it is the
 * one with the same two addresses. Linux only; elsewhere, where native calls are not allowed, and among very many
 * descriptors, nothing is limited.
 * Thread-safe.
 */
final class UnsentLimit {

    /** What waits in the system at most, about: a quarter of a piece, some milliseconds of a line of 100 Mbit/s. */
    static final int UNSENT_BYTES = 64 * 1024;

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NOTSENT_LOWAT = 25;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    /** Size of a {@code sockaddr_in6}, the longer one of the two. */
    private static final int ADDRESS_BYTES = 28;

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** Who has more open lets a connection be: looking through all of them for each takes its writers' time. */
    static final int MOST_DESCRIPTORS = 500;

    /** Made when the first slow connection needs it: short commands do without. */
    private static final class Calls {
        static final @Nullable UnsentLimit SYSTEM = load();

        private static @Nullable UnsentLimit load() {
            if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")) {
                return null;
            }
            try {
                return new UnsentLimit(Linker.nativeLinker());
            } catch (RuntimeException | LinkageError e) {
                // Another C library, or no leave for native calls: connections stay as they are.
                return null;
            }
        }
    }

    private final MethodHandle getsockname;
    private final MethodHandle getpeername;
    private final MethodHandle setsockopt;
    private final MethodHandle getsockopt;

    private UnsentLimit(Linker linker) {
        FunctionDescriptor name = FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        this.getsockname = handle(linker, "getsockname", name);
        this.getpeername = handle(linker, "getpeername", name);
        this.setsockopt = handle(
                linker,
                "setsockopt",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        this.getsockopt = handle(
                linker,
                "getsockopt",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS));
    }

    /** The launcher allows native access, which BoringSSL and SQLite need as well. */
    @SuppressWarnings("restricted")
    private static MethodHandle handle(Linker linker, String function, FunctionDescriptor descriptor) {
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), descriptor);
    }

    /**
     * Limits a connection.
     *
     * @return whether the system does so now
     */
    static boolean apply(SocketChannel channel) {
        UnsentLimit system = Calls.SYSTEM;
        return system != null && system.limit(channel);
    }

    /** What a connection is limited to, in bytes, as an unsigned number; 0 where that cannot be told. */
    static int of(SocketChannel channel) {
        UnsentLimit system = Calls.SYSTEM;
        return system == null ? 0 : system.limitOf(channel);
    }

    private boolean limit(SocketChannel channel) {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = descriptor(channel, arena);
            MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, UNSENT_BYTES);
            return descriptor >= 0
                    && (int) setsockopt.invokeExact(
                                    descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, value, (int) value.byteSize())
                            == 0;
        } catch (Throwable e) {
            return given(e, false);
        }
    }

    private int limitOf(SocketChannel channel) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, (int) value.byteSize());
            int descriptor = descriptor(channel, arena);
            boolean told = descriptor >= 0
                    && (int) getsockopt.invokeExact(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, value, length) == 0;
            return told ? value.get(ValueLayout.JAVA_INT, 0) : 0;
        } catch (Throwable e) {
            return given(e, 0);
        }
    }

    /** A method handle may throw anything; a call into the system throws nothing but what means that all is over. */
    private static <T> T given(Throwable thrown, T otherwise) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return otherwise;
    }

    /** The descriptor of a connection; less than 0 when it is closed, or not among those that are looked at. */
    private int descriptor(SocketChannel channel, Arena arena) throws Throwable {
        InetSocketAddress here = (InetSocketAddress) channel.getLocalAddress();
        InetSocketAddress there = (InetSocketAddress) channel.getRemoteAddress();
        if (here == null || there == null) {
            return -1;
        }
        MemorySegment address = arena.allocate(ADDRESS_BYTES);
        MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
        try (DirectoryStream<Path> open = Files.newDirectoryStream(DESCRIPTORS)) {
            int looked = 0;
            for (Path entry : open) {
                if (looked++ == MOST_DESCRIPTORS) {
                    return -1;
                }
                int descriptor = Integer.parseInt(entry.getFileName().toString());
                if (there.equals(told(getpeername, descriptor, address, length))
                        && here.equals(told(getsockname, descriptor, address, length))) {
                    return descriptor;
                }
            }
        }
        return -1;
    }

    private static @Nullable InetSocketAddress told(
            MethodHandle call, int descriptor, MemorySegment address, MemorySegment length) throws Throwable {
        length.set(ValueLayout.JAVA_INT, 0, ADDRESS_BYTES);
        if ((int) call.invokeExact(descriptor, address, length) != 0) {
            return null;
        }
        return parsed(address.asByteBuffer().order(ByteOrder.nativeOrder()));
    }

    /** Of a {@code sockaddr}: the family as the machine writes it, port and address as the network does. */
    private static @Nullable InetSocketAddress parsed(ByteBuffer address) throws IOException {
        int family = address.getShort(0);
        int port = Short.toUnsignedInt(address.order(ByteOrder.BIG_ENDIAN).getShort(2));
        return switch (family) {
            case AF_INET -> new InetSocketAddress(host(address, 4, 4), port);
            case AF_INET6 -> new InetSocketAddress(host(address, 8, 16), port);
            default -> null;
        };
    }

    private static InetAddress host(ByteBuffer address, int offset, int bytes) throws UnknownHostException {
        byte[] raw = new byte[bytes];
        address.get(offset, raw);
        return InetAddress.getByAddress(raw);
    }
}
