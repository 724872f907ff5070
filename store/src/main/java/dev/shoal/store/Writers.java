package dev.shoal.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Whether some program has a file open to write to it. Linux says so by whether it grants a lease for reading
 * ({@code F_SETLEASE}), which is given back at once: a program that opens the file to write in these microseconds waits
 * for them, or is told to try again if it asked not to wait. Other systems, network drives, and files of other users
 * cannot be asked. Thread-safe.
 */
public final class Writers {

    /** What is known of a file's writers. */
    public enum Answer {
        /** No program has it open to write to it. */
        NONE,
        /** Some program has, also one that only has it in its memory to change it there. */
        SOME,
        /** It cannot be asked. */
        UNKNOWN
    }

    /** {@code O_RDONLY | O_NONBLOCK | O_CLOEXEC}. */
    private static final int TO_READ = 0x800 | 0x80000;

    private static final int SET_SIGNAL = 10;
    private static final int SET_LEASE = 1024;
    private static final int LEASE_TO_READ = 0;
    private static final int NO_LEASE = 2;
    private static final int AGAIN = 11;

    /**
     * {@code SIGURG}, which does nothing to whom it is sent. Whoever opens the file to write to it while the lease is
     * held has the system send a signal here; the usual one would end this process.
     */
    private static final int HARMLESS_SIGNAL = 23;

    /** Processors for which the numbers above are right. */
    private static final Set<String> PROCESSORS = Set.of("amd64", "aarch64");

    /** How the kinds of disks begin on which programs of other machines, or of none that the system sees, write. */
    private static final Set<String> ELSEWHERE = Set.of("nfs", "cifs", "smb", "9p", "fuse", "ceph", "afs", "virtiofs");

    private static final Optional<MethodHandle> CONTROL = CLibrary.find(
            "fcntl",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            2);

    private Writers() {}

    /** Whether a file has writers; a symbolic link is followed. */
    public static Answer of(Path file) {
        Answer answer = ask(file);
        // Network drives refuse with the same number when they just do not know.
        return answer == Answer.SOME && isElsewhere(file) ? Answer.UNKNOWN : answer;
    }

    private static boolean isElsewhere(Path file) {
        try {
            String kind = Files.getFileStore(file).type();
            return ELSEWHERE.stream().anyMatch(kind::startsWith);
        } catch (IOException e) {
            return true;
        }
    }

    private static Answer ask(Path file) {
        if (CONTROL.isEmpty() || !PROCESSORS.contains(System.getProperty("os.arch", ""))) {
            return Answer.UNKNOWN;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CLibrary.state(arena);
            int descriptor = CLibrary.open(state, arena, file, TO_READ);
            if (descriptor < 0) {
                return Answer.UNKNOWN;
            }
            try {
                return lease(CONTROL.get(), state, descriptor);
            } finally {
                CLibrary.close(state, descriptor);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call into the system throws nothing", e);
        }
    }

    private static Answer lease(MethodHandle control, MemorySegment state, int descriptor) throws Throwable {
        if ((int) control.invokeExact(state, descriptor, SET_SIGNAL, HARMLESS_SIGNAL) != 0) {
            return Answer.UNKNOWN;
        }
        if ((int) control.invokeExact(state, descriptor, SET_LEASE, LEASE_TO_READ) != 0) {
            return CLibrary.error(state) == AGAIN ? Answer.SOME : Answer.UNKNOWN;
        }
        // Closing would give it back as well; so it is held for less long.
        int ignored = (int) control.invokeExact(state, descriptor, SET_LEASE, NO_LEASE);
        return Answer.NONE;
    }
}
