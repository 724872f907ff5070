package dev.shoal.cli;

import dev.shoal.peer.PeerException;
import dev.shoal.peer.Secret;

/** Asks for passwords and recovery codes; a person types a new password twice. Runs on the thread of the command. */
final class Passwords {

    private final SecretInput input;

    Passwords(SecretInput input) {
        this.input = input;
    }

    /** One that is known. */
    Secret known(String prompt) {
        return new Secret(typed(prompt));
    }

    /** One that is to be from now on. */
    Secret fresh() {
        return fresh("New password: ");
    }

    /** The same under another name. */
    Secret fresh(String prompt) {
        Secret password = Secret.newPassword(typed(prompt));
        if (input.isTerminal() && !typed("The same again: ").equals(password.text())) {
            throw new PeerException(
                    PeerException.Reason.NOT_ALLOWED,
                    "What was typed the second time differs, so that nothing was done. Type the same twice.");
        }
        return password;
    }

    private String typed(String prompt) {
        String typed = input.ask(prompt);
        if (typed == null) {
            throw Mistake.usage("A password or a code is missing: each is one line of standard input. In a terminal,"
                    + " they are asked for.");
        }
        return typed;
    }
}
