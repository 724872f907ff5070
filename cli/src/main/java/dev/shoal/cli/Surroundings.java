package dev.shoal.cli;

import dev.shoal.peer.Home;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * Everything outside of a command that it may touch, so that a test can put its own in place. Immutable; what it holds
 * is thread-safe.
 *
 * @param environment environment variables
 * @param folder the current folder, absolute
 * @param input standard input
 * @param output standard output for data, not for text; text goes to the screen
 * @param inputIsTerminal whether a person types the input
 * @param screen where results and remarks go
 * @param time tells the time
 * @param interruption tells when the program must stop
 * @param services the rooms below
 */
record Surroundings(
        Map<String, String> environment,
        Path folder,
        InputStream input,
        OutputStream output,
        boolean inputIsTerminal,
        Screen screen,
        InstantSource time,
        Interruption interruption,
        Services services) {

    /** The folder of this peer's state. */
    Home home() {
        return Home.of(environment);
    }

    /** A path as the person meant it, absolute. */
    Path absolute(String path) {
        return folder.resolve(path).normalize();
    }
}
