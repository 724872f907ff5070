package dev.shoal.cli;

import org.jspecify.annotations.Nullable;

/** Where the lines of a shell come from and where its answers go. {@link #line} is for one thread, the rest for any. */
interface ShellInput extends AutoCloseable {

    /** The next line, without its end; null when there is none or the shell must end. */
    @Nullable
    String line(String prompt);

    /** The next line, which nobody sees being typed and nothing remembers; null as with {@link #line}. */
    @Nullable
    String secret(String prompt);

    /** Prints a line, above the prompt where there is one. */
    void print(String line);

    /** Whether a person sits there, who sees a prompt and does not wait for anything. */
    boolean isTerminal();

    /** How wide answers may be. */
    int columns();

    /** From now on Ctrl-C does this; null for what it did before. */
    void onInterrupt(@Nullable Runnable action);

    /** Makes {@link #line} return null at once, now and later. */
    void wake();

    @Override
    void close();
}
