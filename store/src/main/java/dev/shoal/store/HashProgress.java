package dev.shoal.store;

/**
 * Is told how far hashing is, and may end it: when the call throws an unchecked exception, hashing stops within a chunk
 * for each thread and throws that exception. Calls come one at a time, from the threads that hash, one for each chunk:
 * whoever shows them decides how often.
 */
@FunctionalInterface
public interface HashProgress {

    /** Nobody watches. */
    HashProgress UNSEEN = bytes -> {};

    /** So many bytes are hashed by now; it never goes down. */
    void hashed(long bytes);
}
