package dev.shoal.cli;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens a file in the browser that its user has chosen, by the program that the system has for that. Waits a moment for
 * it, never for the browser, which is in a session of its own: Ctrl-C here is not for it. Immutable; any thread.
 *
 * @param environment environment variables
 * @param system what Java calls the operating system
 */
record BrowserStart(Map<String, String> environment, String system) {

    /** Those programs hand over and end; where one becomes the browser itself, it does not. */
    private static final long LONGEST_SECONDS = 5;

    /** The desktops that an opener can reach. */
    private static final List<String> DESKTOPS = List.of("DISPLAY", "WAYLAND_DISPLAY");

    static BrowserStart of(Surroundings surroundings) {
        return new BrowserStart(surroundings.environment(), System.getProperty("os.name"));
    }

    /** Opens a file. Returns why it could not be, as the end of a sentence; null when it is. */
    @Nullable
    String open(Path file) {
        boolean isMac = system.toLowerCase(Locale.ROOT).contains("mac");
        if (!isMac && DESKTOPS.stream().allMatch(name -> value(name).isEmpty())) {
            return "there is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set)";
        }
        String name = isMac ? "open" : "xdg-open";
        Path opener = program(name);
        if (opener == null) {
            return "there is no " + name + " here";
        }
        List<String> command = new ArrayList<>(List.of(opener.toString(), file.toString()));
        // On a Mac, the browser is no child of the opener. Elsewhere it has the terminal of its parents, and Ctrl-C
        // there is sent to all of them.
        Path apart = isMac ? null : program("setsid");
        if (apart != null) {
            // It becomes the opener, so that the exit code is that of the opener.
            command.addFirst(apart.toString());
        }
        return started(command, opener);
    }

    /** Where a program is; null when it is not installed. */
    private @Nullable Path program(String name) {
        return Stream.of(value("PATH").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    private @Nullable String started(List<String> command, Path opener) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            return process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) && process.exitValue() != 0
                    ? opener + " failed with exit code " + process.exitValue()
                    : null;
        } catch (IOException e) {
            return opener + " cannot be started (" + e.getMessage() + ")";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private String value(String name) {
        return environment.getOrDefault(name, "");
    }
}
