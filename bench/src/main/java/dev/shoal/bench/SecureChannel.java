package dev.shoal.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A blocking, encrypted, mutually authenticated pipe for bytes. For one reader and one writer. */
interface SecureChannel extends Closeable {

    /** Encrypts and sends every remaining byte. */
    void writeFully(ByteBuffer source) throws IOException;

    /**
     * Reads until the target holds so many further bytes; more may be read.
     *
     * @throws java.io.EOFException when the other side closed before
     */
    void readAtLeast(ByteBuffer target, int neededBytes) throws IOException;

    /** Protocol and cipher suite in use. */
    String description();
}
