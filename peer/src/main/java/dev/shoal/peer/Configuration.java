package dev.shoal.peer;

import dev.shoal.content.InvalidNameException;
import dev.shoal.content.Name;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of a home: a file of {@code key = value} lines, read once. An unknown key is an error that names it, so
 * that a misspelled setting is not silently without effect. Immutable; any thread.
 */
public final class Configuration {

    private final Path file;
    private final Map<Setting, String> values;

    private Configuration(Path file, Map<Setting, String> values) {
        this.file = file;
        this.values = values;
    }

    /**
     * Reads a file, which need not exist.
     *
     * @throws PeerException when it cannot be read, has an unknown key or a wrong value
     */
    public static Configuration load(Path file) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        Properties properties = new Properties();
        try {
            if (Files.exists(file)) {
                properties.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
            }
        } catch (CharacterCodingException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The settings in " + file
                            + " are damaged: they are not text in UTF-8. Correct the file, or remove it"
                            + " to go back to the defaults.",
                    e);
        } catch (IOException | IllegalArgumentException e) {
            throw new PeerException(
                    PeerException.Reason.DISK,
                    "The settings in " + file + " cannot be read: " + e.getMessage() + ". Correct the file.",
                    e);
        }
        for (String key : properties.stringPropertyNames()) {
            try {
                values.put(named(key), named(key).checked(properties.getProperty(key)));
            } catch (PeerException e) {
                throw new PeerException(e.reason(), "In the settings in " + file + ": " + e.getMessage(), e);
            }
        }
        return new Configuration(file, values);
    }

    /**
     * The setting of a name.
     *
     * @throws PeerException with reason USAGE when there is none
     */
    public static Setting named(String key) {
        return Setting.of(key)
                .orElseThrow(() -> new PeerException(
                        PeerException.Reason.USAGE,
                        "There is no setting \"" + key + "\". There are: "
                                + Stream.of(Setting.values()).map(Setting::key).collect(Collectors.joining(", "))
                                + "."));
    }

    /** The configured value or the default; empty for neither. */
    public Optional<String> value(Setting setting) {
        String value = values.getOrDefault(setting, "");
        return Optional.of(value.isEmpty() ? setting.standard() : value).filter(text -> !text.isEmpty());
    }

    /** The number that a setting has, which is one that has. */
    int number(Setting setting) {
        return value(setting).map(Integer::valueOf).orElse(0);
    }

    /** Whether the file names a value of its own. */
    public boolean isConfigured(Setting setting) {
        return !values.getOrDefault(setting, "").isEmpty();
    }

    /** The configured user name, else that of the system where it can stand in a name. */
    public String user() {
        return value(Setting.USER).orElseGet(() -> {
            try {
                return Name.checkOwner(System.getProperty("user.name", "user"));
            } catch (InvalidNameException e) {
                return "user";
            }
        });
    }

    /**
     * The same settings with one changed, written to the file.
     *
     * @param value empty to go back to the default
     * @throws PeerException when the value is wrong or the file cannot be written
     */
    public Configuration with(Setting setting, String value) {
        return with(Map.of(setting, setting.checked(value)));
    }

    private Configuration with(Map<Setting, String> checked) {
        Map<Setting, String> changed = new EnumMap<>(Setting.class);
        changed.putAll(values);
        changed.putAll(checked);
        String text = changed.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(entry -> entry.getKey().key() + " = " + escape(entry.getValue()) + "\n")
                .collect(Collectors.joining("", "# Settings of Shoal; `shoal config` explains them.\n", ""));
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(fresh, text, StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK, "The settings in " + file + " cannot be written: " + e.getMessage(), e);
        }
        return new Configuration(file, changed);
    }

    /**
     * Changes several settings of a file at once, or none of them; nobody else changes it meanwhile.
     *
     * @param changes values, empty ones to go back to the default
     * @throws PeerException when a value is wrong, or the file cannot be read or written
     */
    public static Configuration change(Path file, Map<Setting, String> changes) {
        Map<Setting, String> checked = new EnumMap<>(Setting.class);
        changes.forEach((setting, value) -> checked.put(setting, setting.checked(value)));
        try {
            return FileChange.of(file, () -> load(file).with(checked));
        } catch (IOException e) {
            throw new PeerException(
                    PeerException.Reason.DISK, "The settings in " + file + " cannot be changed: " + e.getMessage(), e);
        }
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\");
    }
}
