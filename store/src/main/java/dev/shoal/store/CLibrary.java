package dev.shoal.store;

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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Linux's C library, for the few things that Java has no call for: finds its functions, hands paths to them, and tells
 * what went wrong. What is to be called, and what its errors mean, is for the caller to know. Thread-safe.
 */
final class CLibrary {

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERROR = STATE.varHandle(PathElement.groupElement("errno"));

    private static final Optional<MethodHandle> OPEN =
            find("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT), 2);
    private static final Optional<MethodHandle> CLOSE =
            find("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private CLibrary() {}

    /**
     * Opens a file or a folder, which {@link #close} closes.
     *
     * @param flags the bits of {@code open(2)}
     * @return its descriptor; negative when it cannot be opened
     */
    static int open(MemorySegment state, Arena arena, Path path, int flags) throws Throwable {
        return OPEN.isEmpty() || CLOSE.isEmpty() || !canWrite(path)
                ? -1
                : (int) OPEN.get().invokeExact(state, text(arena, path), flags);
    }

    /** Closes a descriptor. Returns whether nothing went wrong. */
    static boolean close(MemorySegment state, int descriptor) throws Throwable {
        return CLOSE.isPresent() && (int) CLOSE.get().invokeExact(state, descriptor) == 0;
    }

    /**
     * A function, the first argument of which is a {@link #state}; empty on other systems, in a library that has none
     * of the name, or where this process has no leave for native calls.
     *
     * @param variable which of its arguments, counted from 0, is the first of a variable number; none when there are no
     *     so many
     */
    @SuppressWarnings("restricted")
    static Optional<MethodHandle> find(String name, FunctionDescriptor arguments, int variable) {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.empty();
        }
        try {
            Linker linker = Linker.nativeLinker();
            Linker.Option errors = Linker.Option.captureCallState("errno");
            Linker.Option[] options = variable > arguments.argumentLayouts().size()
                    ? new Linker.Option[] {errors}
                    : new Linker.Option[] {errors, Linker.Option.firstVariadicArg(variable)};
            return linker.defaultLookup().find(name).map(found -> linker.downcallHandle(found, arguments, options));
        } catch (RuntimeException | LinkageError e) {
            // The other way is taken.
            return Optional.empty();
        }
    }

    /** A function without a variable number of arguments. */
    static Optional<MethodHandle> find(String name, FunctionDescriptor arguments) {
        return find(name, arguments, Integer.MAX_VALUE);
    }

    /** Where a call leaves what went wrong. */
    static MemorySegment state(Arena arena) {
        return arena.allocate(STATE);
    }

    /** What went wrong in the last call: a number of the system. */
    static int error(MemorySegment state) {
        return (int) ERROR.get(state, 0L);
    }

    /** Whether the system's letters can write a path. */
    static boolean canWrite(Path path) {
        return letters().newEncoder().canEncode(path.toString());
    }

    /** A path that {@link #canWrite} says yes to. */
    static MemorySegment text(Arena arena, Path path) {
        byte[] bytes = path.toAbsolutePath().toString().getBytes(letters());
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, Arrays.copyOf(bytes, bytes.length + 1));
    }

    private static Charset letters() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }
}
