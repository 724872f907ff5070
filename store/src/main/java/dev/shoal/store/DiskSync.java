package dev.shoal.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Forces everything that was written to one disk, with one call: of ten thousand small files each by itself takes very
 * much longer. Java has no call for it, so Linux's own is called. Thread-safe.
 */
final class DiskSync {

    /** {@code O_RDONLY | O_DIRECTORY | O_CLOEXEC}. */
    private static final int FOLDER_TO_READ = 0x10000 | 0x80000;

    private static final @Nullable MethodHandle OPEN = find("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final @Nullable MethodHandle SYNC = find("syncfs", ValueLayout.JAVA_INT);
    private static final @Nullable MethodHandle CLOSE = find("close", ValueLayout.JAVA_INT);

    private DiskSync() {}

    /**
     * Forces the disk that a folder is on.
     *
     * @return false when that cannot be had: then each file is to be forced
     * @throws IOException when something of what was written did not reach the disk
     */
    static boolean of(Path folder) throws IOException {
        MethodHandle open = OPEN;
        MethodHandle sync = SYNC;
        MethodHandle close = CLOSE;
        if (open == null || sync == null || close == null) {
            return false;
        }
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        byte[] path = folder.toAbsolutePath().toString().getBytes(names);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(ValueLayout.JAVA_BYTE, Arrays.copyOf(path, path.length + 1));
            int descriptor = (int) open.invokeExact(text, FOLDER_TO_READ);
            if (descriptor < 0) {
                return false;
            }
            int result = (int) sync.invokeExact(descriptor);
            int closed = (int) close.invokeExact(descriptor);
            if (result != 0 || closed != 0) {
                throw new IOException("the disk reports that something could not be written");
            }
            return true;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call into the system throws nothing", e);
        }
    }

    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle find(String name, ValueLayout... arguments) {
        // Elsewhere the flags are others.
        boolean known = System.getProperty("os.name", "").equals("Linux")
                && System.getProperty("os.arch", "").equals("amd64");
        if (!known) {
            return null;
        }
        try {
            Linker linker = Linker.nativeLinker();
            FunctionDescriptor described = FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
            Optional<MemorySegment> found = linker.defaultLookup().find(name);
            Linker.Option[] options = name.equals("open")
                    ? new Linker.Option[] {Linker.Option.firstVariadicArg(arguments.length)}
                    : new Linker.Option[0];
            return found.map(call -> linker.downcallHandle(call, described, options))
                    .orElse(null);
        } catch (RuntimeException | LinkageError e) {
            // Another C library, or no leave for native calls: each file is forced by itself.
            return null;
        }
    }
}
