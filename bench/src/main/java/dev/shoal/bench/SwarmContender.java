package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A way to bring a file from one seed to all peers of a {@link SwarmNetwork}. For one thread. */
interface SwarmContender extends AutoCloseable {

    /**
     * One distribution.
     *
     * @param number which it is in this run, from 0 on
     * @param file the file of the seed; no peer has seen it before
     * @param targets where each peer has to put it, each in a folder of its own that is there and empty
     */
    record Job(int number, Path file, List<Path> targets) {}

    /** What it is called in tables. */
    String name();

    /** What is missing on this machine, and how to install it; empty when it can run. */
    Optional<String> missing();

    /** Starts what is running before anybody asks. Links have no limits yet. */
    void prepare() throws IOException, InterruptedException;

    /** Lets the seed offer the file, and readies the peers. Links have no limits yet. */
    void offer(Job job) throws IOException, InterruptedException;

    /**
     * Lets all peers get the file at the same moment, over limited links, and waits until all have it.
     *
     * @return how many seconds each needed
     */
    List<Double> run(Job job) throws IOException, InterruptedException;

    /** By what the time has to be multiplied, when the file that is moved is a part of what it stands for. */
    default int standsFor() {
        return 1;
    }

    /** Nobody wants the file any more. */
    void forget(Job job) throws IOException, InterruptedException;

    /** Stops what {@link #prepare} and {@link #offer} started. */
    @Override
    void close();
}
