package dev.shoal.store;

import dev.shoal.content.ContentId;
import dev.shoal.content.FolderEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done so that a folder that is followed becomes its next version: follows from what was put there, from
 * what is to be there, and from what is there, and from nothing else; so it can be made again after a crash. Only paths
 * are looked at about which the two versions differ. What a person made is never replaced and never removed, unless he
 * has said so. Pure.
 *
 * @param steps one for each path about which something is to be done or told
 * @param kept what stays as it was put there, whatever a person has made of it since
 */
record FolderPlan(List<Step> steps, Map<String, FolderState.Owned> kept) {

    /** What is to be done about a path. */
    sealed interface Step {

        /** Of the folder. */
        String path();
    }

    /** What was put there is no part of the version any more, and nobody has edited it. */
    record Remove(String path, FolderEntry before, AtPath here) implements Step {}

    /** It is there already, however it came there: it only has to be written down, and whether it may be run. */
    record Adopt(FolderEntry entry, AtPath here) implements Step {
        @Override
        public String path() {
            return entry.path();
        }
    }

    /**
     * It is to be put there.
     *
     * @param here what it takes the place of; a folder only if that is empty by then
     * @param edited whether that is what a person made, who has said that it is to be replaced
     */
    record Put(FolderEntry entry, AtPath here, boolean edited) implements Step {
        @Override
        public String path() {
            return entry.path();
        }
    }

    /** It is to be put beside what a person made. */
    record Beside(FolderEntry entry, AtPath here) implements Step {
        @Override
        public String path() {
            return entry.path();
        }
    }

    /**
     * Makes a plan.
     *
     * @param owned what was put there, by its path
     * @param next what is wanted of the next version
     * @param look says what is under a path
     * @param all whether paths are looked at as well about which the versions agree, and what a person made is replaced
     */
    static FolderPlan of(
            Map<String, FolderState.Owned> owned,
            Iterable<FolderEntry> next,
            Function<String, AtPath> look,
            boolean all) {
        Map<String, FolderEntry> wanted = new LinkedHashMap<>();
        next.forEach(entry -> wanted.put(entry.path(), entry));
        List<Step> steps = new ArrayList<>();
        Set<String> removed = new HashSet<>();
        Map<String, AtPath> anyCase = new HashMap<>();
        owned.forEach((path, before) -> {
            if (!wanted.containsKey(path)) {
                AtPath here = look.apply(path);
                if (here.is(before.entry())) {
                    steps.add(new Remove(path, before.entry(), here));
                    removed.add(path);
                    anyCase.put(path.toLowerCase(Locale.ROOT), here);
                }
            }
        });
        Map<String, FolderState.Owned> kept = new HashMap<>();
        wanted.forEach((path, entry) -> {
            FolderState.Owned before = owned.get(path);
            if (before != null && before.entry().equals(entry) && !all) {
                kept.put(path, before);
                return;
            }
            AtPath here = look.apply(path);
            if (here instanceof AtPath.Blocked blocked && removed.contains(blocked.by())) {
                here = new AtPath.Missing();
            } else if (before == null && isSameFile(here, anyCase.get(path.toLowerCase(Locale.ROOT)))) {
                // A disk that takes A for a shows what is removed under its new name as well.
                here = new AtPath.Missing();
            }
            steps.add(step(before, entry, here, all));
        });
        return new FolderPlan(List.copyOf(steps), kept);
    }

    private static boolean isSameFile(AtPath here, @Nullable AtPath removed) {
        return here instanceof AtPath.AFile one
                && removed instanceof AtPath.AFile other
                && one.stamp().equals(other.stamp());
    }

    private static Step step(FolderState.@Nullable Owned before, FolderEntry entry, AtPath here, boolean all) {
        if (here.is(entry)) {
            return new Adopt(entry, here);
        }
        boolean isOurs = here instanceof AtPath.Missing
                || here instanceof AtPath.AFolder
                || (before != null && here.is(before.entry()));
        if (isOurs) {
            return new Put(entry, here, false);
        }
        boolean isReplaced = all && (here instanceof AtPath.AFile || here instanceof AtPath.ALink);
        return isReplaced ? new Put(entry, here, true) : new Beside(entry, here);
    }

    /** The contents of which bytes are needed, each with how often. */
    Map<ContentId, Integer> needed(int copies) {
        Map<ContentId, Integer> needed = new HashMap<>();
        for (Step step : steps) {
            FolderEntry entry = switch (step) {
                case Put put -> put.entry;
                case Beside beside when copies > 0 -> beside.entry;
                default -> null;
            };
            if (entry instanceof FolderEntry.File file && file.content().length() > 0) {
                needed.merge(file.content(), 1, Integer::sum);
            }
        }
        return needed;
    }

    /** Whether a person has made something of what the version changes. */
    boolean hasEdits() {
        return steps.stream()
                .anyMatch(step -> step instanceof Beside
                        || (step instanceof Put put && (put.edited || put.here instanceof AtPath.Missing)));
    }
}
