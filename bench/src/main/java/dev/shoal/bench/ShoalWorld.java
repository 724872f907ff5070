package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An index and a peer that shares the file, which several contenders use. For one thread. */
final class ShoalWorld implements AutoCloseable {

    /** The name of the file that is shared. */
    static final String NAME = "bench/file";

    /** The same without the user. */
    static final String FILE = "file";

    private final Program program = Program.here();
    private final WorkFolder work;
    private final Path file;
    private Program.@Nullable RunningIndex index;
    private @Nullable LongProcess source;

    /** Nothing runs before {@link #start}. */
    ShoalWorld(WorkFolder work, Path file) {
        this.work = work;
        this.file = file;
    }

    /** Starts index and source, when they do not run yet. */
    void start() throws IOException, InterruptedException {
        if (index == null) {
            index = program.index(work.path());
        }
        if (source == null) {
            source = program.share(work.folder("source"), file, address(), FILE);
        }
    }

    /** The program. */
    Program program() {
        return program;
    }

    /** Where temporary files may be. */
    WorkFolder work() {
        return work;
    }

    /** Address of the index. */
    String address() {
        if (index == null) {
            throw new IllegalStateException("not started");
        }
        return index.address();
    }

    /** Processor time that the source has used so far. */
    double sourceCpuSeconds() {
        return source == null ? 0 : source.cpuSeconds();
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
            source = null;
        }
        if (index != null) {
            index.close();
            index = null;
        }
    }
}
