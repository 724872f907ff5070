package dev.shoal.cli;

/** The API of a peer that stays up, as it runs in this process. */
interface RunningWeb extends AutoCloseable {

    /** Where it answers. */
    String address();

    /** What its user opens, with the secret that lets him in. */
    String entrance();

    @Override
    void close();
}
