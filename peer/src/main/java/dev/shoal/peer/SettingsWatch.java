package dev.shoal.peer;

import dev.shoal.store.FileStamp;
import dev.shoal.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Has a peer that stays up keep to the settings of its home when they change: by the API, by {@code shoal config} or in
 * an editor. Its owner has it look at the file's time each second. A file that is wrong is told once, and what held
 * before goes on. Thread-safe by its monitor, which is held while a small file is read or written.
 */
final class SettingsWatch {

    private final Path file;
    private final Configuration begun;
    private final BiConsumer<Setting, String> taken;
    private final PeerEvents events;
    private Configuration known;
    private Optional<FileStamp> looked = Optional.empty();
    private boolean hasLooked;
    private @Nullable String problem;

    /**
     * Of a file, which need not exist.
     *
     * @param begun what this process began with
     * @param taken takes up a setting that can change while this runs
     */
    SettingsWatch(Path file, Configuration begun, BiConsumer<Setting, String> taken, PeerEvents events) {
        this.file = file;
        this.begun = begun;
        this.known = begun;
        this.taken = taken;
        this.events = events;
    }

    /** Takes up what has changed since the last time. */
    synchronized void look() {
        Optional<FileStamp> now = stamp();
        if (hasLooked && now.equals(looked)) {
            return;
        }
        hasLooked = true;
        looked = now;
        try {
            Configuration fresh = Configuration.load(file);
            problem = null;
            take(fresh);
        } catch (PeerException e) {
            String sentence = String.valueOf(e.getMessage());
            if (!sentence.equals(problem)) {
                problem = sentence;
                events.warning(sentence + " Until then, the settings from before hold.");
            }
        }
    }

    private Optional<FileStamp> stamp() {
        try {
            return Files.exists(file) ? Optional.of(FileStamp.of(file)) : Optional.empty();
        } catch (StoreException e) {
            // It is being replaced: the next look sees it.
            return Optional.empty();
        }
    }

    private void take(Configuration fresh) {
        Configuration before = known;
        known = fresh;
        for (Setting setting : Setting.values()) {
            String value = value(fresh, setting);
            if (value.equals(value(before, setting))) {
                continue;
            }
            String sentence = "The setting " + setting.key() + " is " + (value.isEmpty() ? "not set" : value);
            if (setting.changesWhileRunning()) {
                taken.accept(setting, value);
                events.info(sentence + " now.");
            } else {
                events.info(sentence + " from the next start of this peer on.");
            }
        }
    }

    private static String value(Configuration configuration, Setting setting) {
        return configuration.value(setting).orElse("");
    }

    /**
     * Changes settings, all of them or none, and takes them up.
     *
     * @param changes by their keys; an empty value to go back to the default
     * @throws PeerException when there is no such setting, a value is wrong, or the file is in the way
     */
    synchronized void change(Map<String, String> changes) {
        Map<Setting, String> checked = new EnumMap<>(Setting.class);
        changes.forEach((key, value) -> checked.put(Configuration.named(key), value));
        if (!checked.isEmpty()) {
            Configuration.change(file, checked);
        }
        look();
    }

    /** A setting as it is now; empty for none. */
    synchronized String now(Setting setting) {
        look();
        return value(known, setting);
    }

    /** All settings as they are now. */
    synchronized TaskReport.SettingsNow report() {
        List<TaskReport.SettingNow> items = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            boolean isAtOnce = setting.changesWhileRunning();
            items.add(new TaskReport.SettingNow(
                    setting.key(),
                    value(known, setting),
                    setting.standard(),
                    setting.meaning(),
                    known.isConfigured(setting),
                    isAtOnce,
                    !isAtOnce && !value(known, setting).equals(value(begun, setting))));
        }
        return new TaskReport.SettingsNow(items, problem);
    }
}
