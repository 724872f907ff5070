package dev.shoal.index;

/** Spreads the bits of a number over the whole of it, for the hash tables of this room. */
final class Mixing {

    private Mixing() {}

    /** The finaliser of MurmurHash3 with the constants of Stafford's variant 13: a bijection. */
    static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
