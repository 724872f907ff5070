package dev.shoal.cli;

import dev.shoal.content.ContentId;
import dev.shoal.peer.HostAndPort;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import dev.shoal.store.FileHasher;
import dev.shoal.store.StoreException;
import dev.shoal.transport.Cryptography;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code shoal verify}. */
@Command(
        name = "verify",
        description = "Check that a file is exactly the content of a link or an id.",
        footer = "A link that means the latest version, or a name, is looked up at the index; an id needs nobody.")
final class VerifyCommand extends RequestCommand {

    @Parameters(index = "0", paramLabel = "FILE", description = "The file to check.")
    String file = "";

    @Parameters(index = "1", paramLabel = "LINK-or-ID", description = "A link, a name or a content id.")
    String reference = "";

    /** What programs are told. */
    private record Verified(String path, boolean matches, String content, long bytes, String expected) {}

    VerifyCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Request request(@Nullable String index) {
        return new Request.Describe(index, reference);
    }

    @Override
    public Integer call() {
        Output output = output();
        HostAndPort named = service.named(surroundings.environment());
        String index = named == null ? null : named.toString();
        ContentId expected = ContentReference.resolve(
                reference, (target, reports) -> ask(output, choices(index), request(index), reports));
        return verify(surroundings, file, expected, output);
    }

    /** Compares a file with a content and tells the result; returns the exit code. */
    static int verify(Surroundings surroundings, String file, ContentId expected, Output output) {
        Path path = surroundings.source(file);
        if (Files.isDirectory(path)) {
            throw Mistake.usage(path + " is a folder. Name one file.");
        }
        if (!Files.isRegularFile(path)) {
            throw Files.exists(path)
                    ? Mistake.usage(path + " is a pipe or a device, not a file.")
                    : Mistake.notFound("There is no file " + path + ".");
        }
        try {
            long bytes = Files.size(path);
            // Another length is another content, whatever the bytes are.
            ContentId found = bytes == expected.length() ? hash(surroundings, path, bytes, output) : null;
            boolean matches = expected.equals(found);
            String identity = found == null ? "" : found.toString();
            output.fact(
                    "verified",
                    new Verified(path.toString(), matches, identity, bytes, expected.toString()),
                    matches ? "Verified: " + path + " is exactly that content, " + HumanText.size(bytes) + "." : "");
            if (!matches) {
                output.failed("verification", difference(path, bytes, expected), ExitCode.VERIFICATION);
            }
            return matches ? ExitCode.DONE : ExitCode.VERIFICATION;
        } catch (CancellationException e) {
            return ExitCode.INTERRUPTED;
        } catch (IOException e) {
            throw Mistake.disk("The file " + path + " cannot be read", e);
        } catch (StoreException e) {
            throw PeerException.of(PeerException.Reason.DISK, e);
        }
    }

    private static ContentId hash(Surroundings surroundings, Path path, long bytes, Output output) {
        Cryptography.preferNative();
        try (FileHasher hasher = new FileHasher()) {
            return hasher.hash(path, done -> {
                        if (surroundings.interruption().isInterrupted()) {
                            throw new CancellationException();
                        }
                        output.report(new Report.Hashing(path.toString(), done, bytes));
                    })
                    .id();
        } finally {
            output.end();
        }
    }

    private static String difference(Path path, long bytes, ContentId expected) {
        return bytes == expected.length()
                ? path + " has the right size, " + size(bytes) + ", but not the right bytes."
                : path + " has " + size(bytes) + ", the content has " + HumanText.number(expected.length()) + ".";
    }

    private static String size(long bytes) {
        return HumanText.count(bytes, "byte", "bytes");
    }
}
