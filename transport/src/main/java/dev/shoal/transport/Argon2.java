package dev.shoal.transport;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id, version 1.3 (RFC 9106), with one lane and 32 bytes of result. Keeps the memory that it fills, so that who
 * computes one after the other makes no garbage of megabytes. For one thread at a time.
 */
public final class Argon2 {

    /** Length of a result in bytes. */
    public static final int BYTES = 32;

    /**
     * How much work a result is. Immutable.
     *
     * @param memoryKibibytes how much memory is filled, at least 8 KiB
     * @param passes how often it is gone through
     */
    public record Cost(int memoryKibibytes, int passes) {

        /** What a client stretches a password with: more than a server can afford to do for everybody. */
        public static final Cost CLIENT = new Cost(64 * 1024, 3);

        /** What an index does for each log-in: the least that OWASP recommends, some hundredths of a second. */
        public static final Cost INDEX = new Cost(19 * 1024, 2);

        /** Four times what a client uses, so that no stored number makes a process work for ever. */
        private static final int MAX_KIBIBYTES = 256 * 1024;

        private static final int MAX_PASSES = 16;

        /** Checks the numbers. */
        public Cost {
            if (memoryKibibytes < 8 || memoryKibibytes > MAX_KIBIBYTES || passes < 1 || passes > MAX_PASSES) {
                throw new IllegalArgumentException(memoryKibibytes + " KiB, " + passes + " passes");
            }
        }
    }

    private final Cost cost;
    private final FixedBlockPool blocks;
    private long hashes;

    /** Takes its memory at the first use. */
    public Argon2(Cost cost) {
        this.cost = cost;
        this.blocks = new FixedBlockPool(cost.memoryKibibytes);
    }

    /** The cost of each result. */
    public Cost cost() {
        return cost;
    }

    /** How often it has done its work. */
    public long hashes() {
        return hashes;
    }

    /** The result for a secret and a salt. */
    public byte[] hash(byte[] secret, byte[] salt) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKibibytes)
                .withIterations(cost.passes)
                .withParallelism(1)
                .withSalt(salt)
                .withBlockPool(blocks)
                .build());
        byte[] result = new byte[BYTES];
        generator.generateBytes(secret, result);
        hashes++;
        return result;
    }
}
