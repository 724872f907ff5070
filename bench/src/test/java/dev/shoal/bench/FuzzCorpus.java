package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The inputs that are kept: a text file a target in {@code bench/corpus}, a line of Base64 an input, short ones first.
 * Run by {@code bench/run fuzz} it turns them into the folders that Jazzer wants, and back.
 */
public final class FuzzCorpus {

    private static final int CHARACTERS_KEPT = 500_000;

    private FuzzCorpus() {}

    /** Where the inputs of a target are. */
    static Path file(Path root, FuzzTarget target) {
        return root.resolve("bench/corpus").resolve(target.label() + ".txt");
    }

    /** The inputs of a file. */
    static List<byte[]> read(Path file) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            inputs.add(Base64.getDecoder().decode(line));
        }
        return inputs;
    }

    /** Makes a file of the inputs, each once. */
    static void write(Path file, List<byte[]> inputs) throws IOException {
        List<String> lines = inputs.stream()
                .map(Base64.getEncoder()::encodeToString)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .toList();
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            if (text.length() + line.length() < CHARACTERS_KEPT) {
                text.append(line).append('\n');
            }
        }
        Files.writeString(file, text);
    }

    /** {@code unpack FILE FOLDER} or {@code pack FOLDER FILE}; {@code list} prints the targets. */
    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "list" -> Stream.of(FuzzTarget.values()).forEach(target -> System.out.println(target.label()));
            case "unpack" -> {
                Path folder = Files.createDirectories(Path.of(arguments[2]));
                List<byte[]> inputs = read(Path.of(arguments[1]));
                for (int number = 0; number < inputs.size(); number++) {
                    Files.write(folder.resolve("kept" + number), inputs.get(number));
                }
            }
            case "pack" -> {
                List<byte[]> inputs = new ArrayList<>();
                try (Stream<Path> files = Files.list(Path.of(arguments[1]))) {
                    for (Path file : files.toList()) {
                        inputs.add(Files.readAllBytes(file));
                    }
                }
                write(Path.of(arguments[2]), inputs);
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }
}
