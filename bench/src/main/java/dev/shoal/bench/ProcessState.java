package dev.shoal.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a running JVM of this machine holds; on Linux.
 *
 * @param heapBytes used by objects, after a collection
 * @param residentBytes memory of the process
 * @param descriptors files and sockets that are open
 * @param threads of the system
 */
record ProcessState(long heapBytes, long residentBytes, int descriptors, int threads) {

    /** A generation, as the serial collector calls its two, or the heap of another collector. */
    private static final Pattern USED = Pattern.compile("(?:DefNew|Tenured|heap|G1).*? used (\\d+)K");

    private static final int KIBIBYTE = 1024;

    /** Looks at a process, after its garbage was collected. */
    static ProcessState of(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        Matcher used = USED.matcher(jcmd(pid, "GC.heap_info"));
        long heapBytes = 0;
        while (used.find()) {
            heapBytes += Long.parseLong(used.group(1)) * KIBIBYTE;
        }
        if (heapBytes == 0) {
            throw new IOException("jcmd does not tell what is on the heap of process " + pid);
        }
        return new ProcessState(heapBytes, residentBytes(pid), descriptors(pid), (int) status(pid, "Threads"));
    }

    /** Memory of a process. */
    static long residentBytes(long pid) throws IOException {
        return status(pid, "VmRSS") * KIBIBYTE;
    }

    private static int descriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) open.count();
        }
    }

    private static long status(long pid, String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("process " + pid + " has no " + field);
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + pid + " " + command + ": " + text.strip());
        }
        return text;
    }
}
