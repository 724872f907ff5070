package dev.shoal.cli;

import org.jspecify.annotations.Nullable;

/** Where passwords and codes come from: never from an argument or the environment, which others can read. */
interface SecretInput {

    /**
     * The next one, which nobody sees; null when the input has ended or the person does not want to.
     *
     * @param prompt what a person is asked; a program is not
     */
    @Nullable
    String ask(String prompt);

    /** Whether a person types, who may mistype. */
    boolean isTerminal();
}
