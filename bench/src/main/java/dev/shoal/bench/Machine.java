package dev.shoal.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where and when something was measured. Immutable. */
record Machine(String processor, int cores, long memoryMebibytes, String system, String java, String date) {

    /** As it was first seen: a process that moves itself to one core has only that one from then on. */
    private static final Machine HERE = seen();

    /** This machine, today. */
    static Machine here() {
        return HERE;
    }

    private static Machine seen() {
        return new Machine(
                field(Path.of("/proc/cpuinfo"), "model name").orElse(System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                field(Path.of("/proc/meminfo"), "MemTotal")
                                .map(text -> Long.parseLong(text.replace(" kB", "")))
                                .orElse(0L)
                        >> 10,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.runtime.version"),
                LocalDate.now(ZoneId.systemDefault()).toString());
    }

    /** How many threads wanted a core in the last minute, on average; negative where the system does not say. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** As members of a JSON object. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("processor", processor);
        facts.put("cores", cores);
        facts.put("memoryMebibytes", memoryMebibytes);
        facts.put("system", system);
        facts.put("java", java);
        facts.put("date", date);
        return facts;
    }

    /** In a line. */
    String line() {
        return String.format(
                Locale.ROOT,
                "%s, %d cores, %d MiB, %s, JDK %s, %s, load %.2f",
                processor,
                cores,
                memoryMebibytes,
                system,
                java,
                date,
                load());
    }

    private static Optional<String> field(Path file, String name) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
