package dev.shoal.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Exchanges two files' names in one step: neither name is without a file at any moment, and whatever had the name at
 * the very last moment is not gone but under the other one. The same call gives a name that must be free. Java has no
 * call for it, so Linux's own is called. Where that is not to be had, as on other systems and some network drives, the
 * answer is no. Thread-safe.
 */
final class NameExchange {

    /** {@code AT_FDCWD}: paths are as they are. */
    private static final int NO_FOLDER = -100;

    /** {@code RENAME_EXCHANGE}. */
    private static final int EXCHANGE = 2;

    /** {@code RENAME_NOREPLACE}. */
    private static final int NO_REPLACE = 1;

    private static final int NO_SUCH_FILE = 2;
    private static final int EXISTS = 17;

    /**
     * What kernels and file systems say that do not know it: EINVAL, ENOSYS, EOPNOTSUPP, ENOTTY; or what keeps programs
     * from calls that it does not know: EPERM.
     */
    private static final Set<Integer> UNKNOWN = Set.of(22, 38, 95, 25, 1);

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERROR = STATE.varHandle(PathElement.groupElement("errno"));
    private static final Optional<MethodHandle> CALL = call();

    private NameExchange() {}

    /**
     * Exchanges two names on one disk.
     *
     * @return false when this system or disk cannot; then nothing has happened
     * @throws NoSuchFileException when one of them has no file
     */
    static boolean of(Path first, Path second) throws IOException {
        return call(first, second, EXCHANGE);
    }

    /**
     * Gives a file or a folder a name that nothing has, on the same disk.
     *
     * @return false when this system or disk cannot make sure of that; then nothing has happened
     * @throws FileAlreadyExistsException when something has the name
     */
    static boolean toFree(Path from, Path to) throws IOException {
        return call(from, to, NO_REPLACE);
    }

    private static boolean call(Path first, Path second, int flags) throws IOException {
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        if (CALL.isEmpty() || !canBeWritten(first, names) || !canBeWritten(second, names)) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int result = (int) CALL.get()
                    .invokeExact(
                            state, NO_FOLDER, text(arena, first, names), NO_FOLDER, text(arena, second, names), flags);
            if (result == 0) {
                return true;
            }
            int error = (int) ERROR.get(state, 0L);
            if (error == NO_SUCH_FILE) {
                throw new NoSuchFileException(second.toString());
            }
            if (error == EXISTS) {
                throw new FileAlreadyExistsException(second.toString());
            }
            if (UNKNOWN.contains(error)) {
                return false;
            }
            throw new FileSystemException(
                    first.toString(), second.toString(), "the name cannot be changed (error " + error + ")");
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call into the system throws nothing", e);
        }
    }

    private static boolean canBeWritten(Path path, Charset names) {
        return names.newEncoder().canEncode(path.toString());
    }

    private static MemorySegment text(Arena arena, Path path, Charset names) {
        byte[] bytes = path.toAbsolutePath().toString().getBytes(names);
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, Arrays.copyOf(bytes, bytes.length + 1));
    }

    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> call() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.empty();
        }
        try {
            Linker linker = Linker.nativeLinker();
            FunctionDescriptor arguments = FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT);
            return linker.defaultLookup()
                    .find("renameat2")
                    .map(found -> linker.downcallHandle(found, arguments, Linker.Option.captureCallState("errno")));
        } catch (RuntimeException | LinkageError e) {
            // Another C library, or no leave for native calls: the other way is taken.
            return Optional.empty();
        }
    }
}
