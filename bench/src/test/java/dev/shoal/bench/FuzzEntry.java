package dev.shoal.bench;

/** Where Jazzer enters; the target is named by a system property. */
public final class FuzzEntry {

    private static final FuzzTarget TARGET = FuzzTarget.labelled(System.getProperty("shoal.fuzz.target", ""));

    private FuzzEntry() {}

    /** Tries one input. Jazzer finds it by its name. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }
}
