package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** One of those that are compared: moves the same file from one process to another. For one thread. */
interface Contender extends AutoCloseable {

    /**
     * One transfer.
     *
     * @param wallSeconds how long it took
     * @param receiverCpuSeconds processor time of the receiving side
     * @param senderCpuSeconds processor time of the sending side
     */
    record Sample(double wallSeconds, double receiverCpuSeconds, double senderCpuSeconds) {

        /** Processor time of both sides. */
        double cpuSeconds() {
            return receiverCpuSeconds + senderCpuSeconds;
        }
    }

    /** What it is called in tables. */
    String name();

    /** What is missing on this machine, and how to install it; empty when it can run. */
    default Optional<String> missing() {
        return Optional.empty();
    }

    /** Whether it puts the file where it shall be; one that only does a part of the work does not. */
    default boolean delivers() {
        return true;
    }

    /** Starts what is running before anybody asks for the file. Not measured. */
    void prepare() throws IOException, InterruptedException;

    /**
     * Moves the file.
     *
     * @param target where it shall be; nothing is there yet
     */
    Sample run(Path target) throws IOException, InterruptedException;

    /** Stops what {@link #prepare} started. */
    @Override
    void close();
}
