package dev.shoal.cli;

import dev.shoal.peer.HomeKey;
import dev.shoal.peer.Peers;
import dev.shoal.peer.Secret;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shoal key}. */
@Command(
        name = "key",
        description = "Show the key of your peer, save it under a passphrase, or put a saved one back.",
        customSynopsis = {
            "shoal key [OPTION...]",
            "       shoal key export FILE",
            "       shoal key import FILE [--replace]"
        },
        footer = {
            "Names that you shared without an account belong to this key: without it nobody, not even you,",
            "publishes new versions of them. Keep the file and its passphrase in different places. To move",
            "to another computer, export here, import there, and use the key in one place only. After an",
            "import, `shoal login` lets the computer act for your accounts."
        })
final class KeyCommand extends Subcommand {

    /** How it is written at the prompt of the shell, which runs the peer, so that no key can be imported. */
    static final String EXPORT = "export";

    private static final String IMPORT = "import";

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            description = "\"" + EXPORT + "\" or \"" + IMPORT + "\"; without it, show the fingerprint.")
    @Nullable
    String action;

    @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "The saved key.")
    @Nullable
    String file;

    @Option(names = "--replace", description = "With import: instead of the key that there is, which is kept beside.")
    boolean replace;

    @Mixin
    final SecretOptions secrets = new SecretOptions();

    /** What programs are told of the key. */
    private record Key(String key, String file) {}

    /** What programs are told of a saved key. */
    private record Exported(String key, String file) {}

    /** What programs are told of a key that was put back. */
    private record Imported(
            String key,
            String file,
            boolean changed,
            @Nullable String replaced) {}

    KeyCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (replace && !IMPORT.equals(action)) {
            throw misused("--replace goes with " + IMPORT + ".");
        }
        if (action == null) {
            return show();
        }
        if (!action.equals(EXPORT) && !action.equals(IMPORT)) {
            throw misused("\"" + action + "\" is nothing that can be done with a key: write " + EXPORT + " or " + IMPORT
                    + ", or nothing to see it.");
        }
        if (file == null) {
            throw misused("Say which file: shoal key " + action + " FILE.");
        }
        HomeKey key = new HomeKey(surroundings.home());
        boolean exports = action.equals(EXPORT);
        Path path = surroundings.absolute(file);
        return SecretOptions.unlessInterrupted(surroundings, () -> {
            Passwords passwords = secrets.passwords(surroundings);
            if (exports) {
                export(key, path, passwords, output());
            } else {
                restore(key, path, passwords.known("Passphrase: "));
            }
            return ExitCode.DONE;
        });
    }

    /** Makes the key where there is none: who sets up an index wants to name it before the peer did anything. */
    private int show() {
        String fingerprint = Peers.fingerprint(surroundings.home().create());
        Path where = surroundings.home().identityFile();
        output().fact(
                        "key",
                        new Key(fingerprint, where.toString()),
                        common.quiet ? fingerprint : fingerprint + " in " + where);
        return ExitCode.DONE;
    }

    /** Asks for a passphrase and saves the key. */
    static void export(HomeKey key, Path file, Passwords passwords, Output output) {
        String fingerprint = key.export(file, passwords.fresh("Passphrase: "));
        output.fact(
                "exported",
                new Exported(fingerprint, file.toString()),
                "Saved key " + fingerprint + " in " + file
                        + ". Who has the file and the passphrase can publish in your name.");
    }

    private void restore(HomeKey key, Path path, Secret passphrase) {
        HomeKey.Imported imported = key.restore(path, passphrase, replace);
        Path replaced = imported.replaced();
        String line = imported.isNew()
                ? "This home has the key " + imported.fingerprint() + " from now on."
                        + (replaced == null ? "" : " The key before is kept in " + replaced + ".")
                : "This home has the key " + imported.fingerprint() + " already.";
        output().fact(
                        "imported",
                        new Imported(
                                imported.fingerprint(),
                                path.toString(),
                                imported.isNew(),
                                replaced == null ? null : replaced.toString()),
                        line);
    }
}
