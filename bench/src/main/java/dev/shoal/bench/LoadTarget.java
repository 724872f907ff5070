package dev.shoal.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A server under load, and how its requests and answers look. For one thread. */
interface LoadTarget extends AutoCloseable {

    /** What it is called in tables. */
    String name();

    /** What is missing on this machine, and how to install it; empty when it can run. */
    default Optional<String> missing() {
        return Optional.empty();
    }

    /** Starts the server and everything that the load needs. Not measured. */
    void start() throws IOException, InterruptedException;

    /** The registrations that are there before anything is measured. Each is sent once. */
    void fill(LoadBatch batch);

    /** How many registrations that are. */
    long filled();

    /** So many more requests of the mix. */
    void requests(LoadBatch batch, int count);

    /** How many slots there are. */
    int slots();

    /** The slot that an answer is for; −1 for none. */
    int slot(ByteBuffer answer);

    /** Whether an answer is what was hoped for; asked of one in so many, because it takes time. */
    boolean isGood(ByteBuffer answer);

    /** The socket that the requests go through. */
    LoadSocket socket();

    /** Processor time that the server has used. */
    double cpuSeconds();

    /** Memory that the server's data takes now, as well as it can be told; −1 when it cannot. */
    default long memoryBytes() throws IOException, InterruptedException {
        return -1;
    }

    @Override
    void close();
}
