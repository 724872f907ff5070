package dev.shoal.bench;

/** The ways to TLS 1.3 that are compared. */
enum TlsStack {
    /** {@code SSLSocket} of the JDK. */
    JSSE_SOCKET(false),

    /** {@code SSLEngine} of the JDK over a {@code SocketChannel}. */
    JSSE_ENGINE(false),

    /** The same with BoringSSL's engine, by Conscrypt. */
    BORINGSSL_ENGINE(true);

    private final boolean direct;

    TlsStack(boolean direct) {
        this.direct = direct;
    }

    /** Whether its buffers are best outside the heap. */
    boolean usesDirectBuffers() {
        return direct;
    }

    /** Whether a record must not be read past the end of the frame that it belongs to. */
    boolean readsPlainBytes() {
        return this == JSSE_SOCKET;
    }
}
