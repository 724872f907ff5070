package dev.shoal.peer;

import dev.shoal.transport.ExportedKey;
import dev.shoal.transport.Identity;
import dev.shoal.transport.SecretFile;
import dev.shoal.transport.TransportException;
import dev.shoal.transport.WrongPassphraseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key of a home, which goes to another computer or comes from one as a file that a passphrase protects. Works on
 * files alone; asks no index. Any thread.
 */
public final class HomeKey {

    /** How the file of a key begins that another one took the place of. */
    private static final String REPLACED = "identity-";

    /** Of what is longer, nothing is read: it is no key. */
    private static final long MAX_FILE_BYTES = ExportedKey.MAX_CHARACTERS;

    /**
     * What became of an import. Immutable.
     *
     * @param fingerprint of the key that the home has now
     * @param isNew false when the home had it before
     * @param replaced where the key lies that the home had before; null when it had none
     */
    public record Imported(
            String fingerprint, boolean isNew, @Nullable Path replaced) {}

    private final Home home;

    /** Of a home, which need not exist yet. */
    public HomeKey(Home home) {
        this.home = home;
    }

    /**
     * Writes the key into a file that is not there yet, and that nobody else can read.
     *
     * @return the fingerprint
     * @throws PeerException with reason NOT_FOUND when the home has no key; with reason DISK when the file is there or
     *     cannot be written
     */
    public String export(Path file, Secret passphrase) {
        Identity identity = identity()
                .orElseThrow(() -> new PeerException(
                        PeerException.Reason.NOT_FOUND,
                        "There is no key in " + home.folder() + " yet: it is made when it is first needed."));
        if (Files.exists(file)) {
            throw disk(file + " is there already, and nothing was changed. Name another file.", null);
        }
        try {
            SecretFile.write(file, ExportedKey.encode(identity, characters(passphrase)));
        } catch (IOException e) {
            throw disk("The key cannot be written to " + file + ": " + PeerException.reason(e) + ".", e);
        }
        return identity.id().fingerprint();
    }

    /**
     * Makes the key in a file that of the home.
     *
     * @param replace whether it may take the place of another key, which is kept beside it
     * @throws PeerException with reason NOT_ALLOWED when the passphrase is wrong, the home has another key that is not
     *     to be replaced, or its peer runs; with reason VERIFICATION when the file is no key; with reason DISK when
     *     something cannot be read or written
     */
    public Imported restore(Path file, Secret passphrase, boolean replace) {
        Identity identity = read(file, passphrase);
        home.create();
        try (HomeLock lock = HomeLock.tryTake(home).orElseThrow(HomeKey::running)) {
            return put(identity, replace, lock);
        } catch (IOException e) {
            throw disk("The key in " + home.identityFile() + " cannot be written: " + PeerException.reason(e) + ".", e);
        }
    }

    /** Under the lock of the home, so that no process goes on with the key before. */
    private Imported put(Identity identity, boolean replace, HomeLock lock) throws IOException {
        lock.check();
        Path target = home.identityFile();
        String fingerprint = identity.id().fingerprint();
        Path kept = null;
        if (Files.exists(target)) {
            String before = readable(target);
            if (fingerprint.equals(before)) {
                return new Imported(fingerprint, false, null);
            }
            if (!replace) {
                throw notAllowed("This home has the key " + (before.isEmpty() ? "in " + target : before)
                        + " already, and names that were shared with it belong to it. --replace puts the other one in"
                        + " its place and keeps this one beside it.");
            }
            kept = home.folder().resolve(REPLACED + (before.isEmpty() ? "damaged" : before) + ".pem");
            SecretFile.write(kept, Files.readString(target, StandardCharsets.ISO_8859_1));
        }
        identity.write(target);
        return new Imported(fingerprint, true, kept);
    }

    /** The fingerprint of a key that may be damaged, which is one of the reasons for an import; then empty. */
    private static String readable(Path file) {
        try {
            return Identity.loadOrCreate(file).id().fingerprint();
        } catch (TransportException e) {
            return "";
        }
    }

    private Optional<Identity> identity() {
        Path file = home.identityFile();
        try {
            return Files.exists(file) ? Optional.of(Identity.loadOrCreate(file)) : Optional.empty();
        } catch (TransportException e) {
            throw PeerException.of(PeerException.Reason.DISK, e);
        }
    }

    private static Identity read(Path file, Secret passphrase) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new PeerException(
                        PeerException.Reason.VERIFICATION, file + " is no exported key: it is too long.");
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            return ExportedKey.decode(text, characters(passphrase));
        } catch (NoSuchFileException e) {
            throw new PeerException(PeerException.Reason.NOT_FOUND, "There is no file " + file + ".", e);
        } catch (AccessDeniedException e) {
            throw disk(file + " cannot be read: access is denied.", e);
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.VERIFICATION, file + " is no exported key: " + e.getMessage() + ".", e);
        } catch (WrongPassphraseException e) {
            throw notAllowed("This passphrase does not open " + file + ", or the file was changed. Nothing was done.");
        }
    }

    /** The same for an accented letter however a keyboard writes it. */
    private static char[] characters(Secret passphrase) {
        return Normalizer.normalize(passphrase.text(), Normalizer.Form.NFC).toCharArray();
    }

    private static PeerException running() {
        return notAllowed("The peer of this home runs, and uses its key. End it, then import.");
    }

    private static PeerException notAllowed(String message) {
        return new PeerException(PeerException.Reason.NOT_ALLOWED, message);
    }

    private static PeerException disk(String message, @Nullable Exception cause) {
        return cause == null
                ? new PeerException(PeerException.Reason.DISK, message)
                : new PeerException(PeerException.Reason.DISK, message, cause);
    }
}
