package dev.shoal.peer;

import dev.shoal.content.Hash;
import dev.shoal.content.Name;
import dev.shoal.protocol.PeerId;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a peer reads that people or other processes may have written, under any input. */
public final class PeerTargets {

    private static final PeerId INDEX = new PeerId(Hash.of(new byte[Hash.BYTES], 0));

    private PeerTargets() {}

    /** A line over the home's socket. */
    public static void controlMessage(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        String line;
        try {
            line = ControlMessages.readLine(new StringReader(text + "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (line == null) {
            throw new AssertionError("a line without an end");
        }
        attempt(() -> ControlMessages.write(ControlMessages.readRequest(line)));
        attempt(() -> ControlMessages.write(ControlMessages.readReply(line)));
    }

    /** Does what may refuse its input. */
    private static void attempt(Runnable reading) {
        try {
            reading.run();
        } catch (PeerException | IllegalArgumentException refused) {
            // As it should be.
            return;
        }
    }

    /** The files of keys and versions that were seen; people edit them. */
    public static void knownKeys(byte[] input) {
        try {
            Path folder = Files.createTempDirectory("known");
            Path file = folder.resolve("known-keys");
            Path versions = folder.resolve("known-versions");
            try {
                Files.write(file, input);
                Files.write(versions, input);
                KnownKeys known = new KnownKeys(file);
                known.index("127.0.0.1:7800");
                known.owner(INDEX, "alice");
                Name name = new Name("alice/x");
                known.versions().highest(INDEX, INDEX, name);
                known.rememberIndex("127.0.0.1:7800", INDEX);
                if (!known.index("127.0.0.1:7800").equals(Optional.of(INDEX.fingerprint()))) {
                    throw new AssertionError("what was remembered is not known");
                }
                known.forgetVersion(name);
                known.forgetIndex("127.0.0.1:7800");
            } finally {
                for (String left :
                        new String[] {"known-keys", "known-versions", "known-keys.lock", "known-versions.lock"}) {
                    Files.deleteIfExists(folder.resolve(left));
                }
                Files.deleteIfExists(folder);
            }
        } catch (PeerException refused) {
            // As it should be.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file of settings; people edit it. What it says stays the same when a setting is written anew. */
    public static void configuration(byte[] input) {
        try {
            Path file = Files.createTempFile("config", "");
            try {
                Files.write(file, input);
                Configuration read = Configuration.load(file);
                read.user();
                for (Setting setting : Setting.values()) {
                    String value =
                            read.isConfigured(setting) ? read.value(setting).orElseThrow() : "";
                    Configuration again = read.with(setting, value);
                    for (Setting each : Setting.values()) {
                        if (!Configuration.load(file).value(each).equals(again.value(each))) {
                            throw new AssertionError(each + " is read otherwise than " + again.value(each));
                        }
                    }
                }
            } finally {
                Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".new"));
                Files.deleteIfExists(file);
            }
        } catch (PeerException refused) {
            // As it should be.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What people type: addresses, rates, names. */
    public static void typed(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        attempt(() -> {
            HostAndPort address = HostAndPort.parse(text);
            if (!HostAndPort.parse(address.toString()).equals(address)) {
                throw new AssertionError(address + " is read otherwise");
            }
        });
        attempt(() -> Rate.parse(text));
        attempt(() -> Target.parse(text, "alice"));
    }
}
