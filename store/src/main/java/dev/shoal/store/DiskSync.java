package dev.shoal.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Forces everything that was written to one disk, with one call: of ten thousand small files each by itself takes very
 * much longer. Java has no call for it, so Linux's own is called. Thread-safe.
 */
final class DiskSync {

    /** {@code O_RDONLY | O_CLOEXEC}. */
    private static final int TO_READ = 0x80000;

    private static final Optional<MethodHandle> SYNC =
            CLibrary.find("syncfs", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private DiskSync() {}

    /**
     * Forces the disk that a folder is on.
     *
     * @return false when that cannot be had: then each file is to be forced
     * @throws IOException when something of what was written did not reach the disk
     */
    static boolean of(Path folder) throws IOException {
        if (SYNC.isEmpty()) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CLibrary.state(arena);
            int descriptor = CLibrary.open(state, arena, folder, TO_READ);
            if (descriptor < 0) {
                return false;
            }
            int result = (int) SYNC.get().invokeExact(state, descriptor);
            if (!CLibrary.close(state, descriptor) || result != 0) {
                throw new IOException("the disk reports that something could not be written");
            }
            return true;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call into the system throws nothing", e);
        }
    }
}
