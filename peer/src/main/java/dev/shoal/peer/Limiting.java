package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.peer.LimitRule.Flow;
import dev.shoal.peer.Schedule.Pause;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Carries out {@link LimitWish}es: writes down what is wished, and has the peer of the home keep to it where it runs.
 * Runs on its caller's thread.
 */
final class Limiting {

    private final Home home;
    private final @Nullable PeerNode node;
    private final @Nullable Upkeep upkeep;
    private final Function<Setting, String> settings;
    private final List<String> owners;
    private final KeptSchedule kept;
    private final Consumer<Report> reports;

    /**
     * Of a home.
     *
     * @param node the peer of the home; null when it does not run
     * @param upkeep what it shares and downloads by itself; null when it does not stay up
     * @param settings the limits that hold besides
     * @param owners whose names are meant when a text has no owner
     */
    Limiting(
            Home home,
            @Nullable PeerNode node,
            @Nullable Upkeep upkeep,
            Function<Setting, String> settings,
            List<String> owners,
            Consumer<Report> reports) {
        this.home = home;
        this.node = node;
        this.upkeep = upkeep;
        this.settings = settings;
        this.owners = owners;
        this.kept = new KeptSchedule(home.limitsFile());
        this.reports = reports;
    }

    void run(LimitWish wish) {
        ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault());
        switch (wish) {
            case LimitWish.ShowLimits all -> show(kept.read(), now);
            case LimitWish.ShowSchedule all -> reports.accept(whole(kept.read(), now));
            case LimitWish.PutSchedule fresh -> replace(fresh, now);
            case LimitWish.AddLimit fresh -> add(fresh, now);
            case LimitWish.RemoveLimit gone -> remove(gone.number());
            case LimitWish.Pause pause -> pause(pause, now);
            case LimitWish.Resume resume -> resume(resume.name(), now);
        }
    }

    /**
     * Limits what is shared, downloaded or followed under a name from now on.
     *
     * @throws PeerException with reason NOT_FOUND when nothing is
     */
    void limit(Request.Limit changed) {
        long bytesPerSecond = Rate.ofRequest(changed.limit());
        List<Name> names = owners.stream()
                .map(owner -> Target.parse(changed.name(), owner).name())
                .distinct()
                .toList();
        // First: a download that begins just now reads there what it keeps to.
        int limited = upkeep == null ? 0 : upkeep.limitDownloads(names, changed.limit());
        if (node != null) {
            for (Name name : names) {
                limited += node.limit(name, bytesPerSecond);
            }
            limited += Subscribing.limit(node.following(), names, changed.limit());
        }
        if (limited == 0) {
            throw new PeerException(
                    PeerException.Reason.NOT_FOUND,
                    "The peer of this home neither shares nor downloads anything under the name " + names.getFirst()
                            + ", and does not follow it. `shoal status` lists what it does.");
        }
        if (upkeep != null) {
            upkeep.limited(names);
        }
    }

    private void show(Schedule schedule, ZonedDateTime now) {
        LimitReport.WholeSchedule whole = whole(schedule, now);
        whole.limits().forEach(reports);
        whole.rules().forEach(reports);
    }

    private LimitReport.WholeSchedule whole(Schedule schedule, ZonedDateTime now) {
        Set<Name> names = new LinkedHashSet<>();
        schedule.rules().stream().map(LimitRule::name).forEach(name -> addTo(names, name));
        schedule.pauses().stream().map(Pause::name).forEach(name -> addTo(names, name));
        long changes = schedule.nextChange(now)
                .map(next -> next.toInstant().toEpochMilli())
                .orElse(0L);
        List<LimitReport.Limits> limits = new ArrayList<>();
        limits.add(limits(schedule, null, now, changes));
        names.forEach(name -> limits.add(limits(schedule, name, now, changes)));
        return new LimitReport.WholeSchedule(
                limits,
                schedule.rules().stream().map(rule -> told(schedule, rule, now)).toList(),
                schedule.pauses().stream()
                        .filter(pause -> pause.holds(now.toInstant()))
                        .map(pause -> new LimitReport.PauseKept(
                                pause.name() == null ? null : pause.name().text(), pause.untilMillis()))
                        .toList());
    }

    private void replace(LimitWish.PutSchedule wish, ZonedDateTime now) {
        List<LimitWish.NewRule> rules = wish.rules();
        List<LimitReport.PauseKept> pauses = wish.pauses();
        if ((rules != null && rules.size() > Schedule.MOST_RULES)
                || (pauses != null && pauses.size() > Schedule.MOST_PAUSES)) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    "A home has " + Schedule.MOST_RULES + " rules and " + Schedule.MOST_PAUSES + " pauses at most.");
        }
        Schedule after = change(before -> new Schedule(
                rules == null ? before.rules() : rules(rules, before),
                pauses == null ? before.pauses() : pauses(pauses, before)));
        reports.accept(whole(after, now));
    }

    private List<LimitRule> rules(List<LimitWish.NewRule> wanted, Schedule before) {
        List<LimitRule> rules = new ArrayList<>();
        for (LimitWish.NewRule wish : wanted) {
            Name name = wish.name() == null ? null : meant(wish.name(), before).getFirst();
            try {
                LimitTimes times = LimitTimes.parse(wish.from(), wish.to(), wish.days());
                rules.add(new LimitRule(rules.size() + 1, name, wish.upload(), wish.download(), times));
            } catch (IllegalArgumentException e) {
                throw misused(e);
            }
        }
        return rules;
    }

    /** What is paused already may be gone from here by now, and stays paused. */
    private List<Pause> pauses(List<LimitReport.PauseKept> wanted, Schedule before) {
        List<Pause> pauses = new ArrayList<>();
        for (LimitReport.PauseKept wish : wanted) {
            String text = wish.name();
            Optional<Pause> known = before.pauses().stream()
                    .filter(pause -> text != null
                            && pause.name() != null
                            && pause.name().text().equals(text))
                    .findFirst();
            Name name = text == null ? null : known.map(Pause::name).orElseGet(() -> present(text));
            if (wish.untilMillis() < 0) {
                throw new PeerException(PeerException.Reason.USAGE, "A pause does not end before 1970.");
            }
            if (pauses.stream().noneMatch(pause -> isOf(pause, name))) {
                pauses.add(new Pause(name, wish.untilMillis()));
            }
        }
        return pauses;
    }

    private static void addTo(Set<Name> names, @Nullable Name name) {
        if (name != null) {
            names.add(name);
        }
    }

    private LimitReport.Limits limits(Schedule schedule, @Nullable Name name, ZonedDateTime now, long changesMillis) {
        Allowance upload = schedule.at(name, Flow.UPLOAD, now);
        Allowance download = schedule.at(name, Flow.DOWNLOAD, now);
        Flow flow = download.isPaused() ? Flow.DOWNLOAD : Flow.UPLOAD;
        return new LimitReport.Limits(
                name == null ? null : name.text(),
                rate(name, upload, Setting.UPLOAD_LIMIT),
                rate(name, download, Setting.DOWNLOAD_LIMIT),
                number(upload),
                number(download),
                schedule.paused(name, flow, now),
                changesMillis);
    }

    /** The lower of what the schedule says and what is configured. */
    private long rate(@Nullable Name name, Allowance allowance, Setting setting) {
        long configured = name == null ? Rate.parse(settings.apply(setting)) : Rate.UNLIMITED;
        long rate = Math.min(configured, allowance.bytesPerSecond());
        return rate == Rate.UNLIMITED ? -1 : rate;
    }

    private static int number(Allowance allowance) {
        LimitRule rule = allowance.rule();
        return rule == null ? 0 : rule.number();
    }

    private static LimitReport.Rule told(Schedule schedule, LimitRule rule, ZonedDateTime now) {
        boolean counts = Stream.of(Flow.values())
                .anyMatch(flow -> schedule.rule(rule.name(), flow, now).equals(Optional.of(rule)));
        Name name = rule.name();
        return new LimitReport.Rule(
                rule.number(),
                name == null ? null : name.text(),
                rule.upload(),
                rule.download(),
                rule.times().fromText(),
                rule.times().toText(),
                rule.times().daysText(),
                counts);
    }

    private void add(LimitWish.AddLimit wish, ZonedDateTime now) {
        LimitTimes times;
        try {
            times = LimitTimes.parse(wish.from(), wish.to(), wish.days());
        } catch (IllegalArgumentException e) {
            throw misused(e);
        }
        Name name = wish.name() == null ? null : meant(wish.name(), kept.read()).getFirst();
        Schedule after = change(before -> {
            if (before.rules().size() >= Schedule.MOST_RULES) {
                throw new PeerException(
                        PeerException.Reason.USAGE,
                        "This home has " + Schedule.MOST_RULES
                                + " rules already, and takes no more. `shoal limit --remove N` takes one away.");
            }
            int number =
                    before.rules().stream().mapToInt(LimitRule::number).max().orElse(0) + 1;
            List<LimitRule> rules = new ArrayList<>(before.rules());
            rules.add(rule(number, name, wish, times));
            return new Schedule(rules, before.pauses());
        });
        reports.accept(told(after, after.rules().getLast(), now));
    }

    private static LimitRule rule(int number, @Nullable Name name, LimitWish.AddLimit wish, LimitTimes times) {
        try {
            return new LimitRule(number, name, wish.upload(), wish.download(), times);
        } catch (IllegalArgumentException e) {
            throw misused(e);
        }
    }

    private static PeerException misused(IllegalArgumentException cause) {
        String text = String.valueOf(cause.getMessage());
        return new PeerException(
                PeerException.Reason.USAGE,
                text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".",
                cause);
    }

    private void remove(int number) {
        int[] count = new int[1];
        change(before -> {
            List<LimitRule> left = before.rules().stream()
                    .filter(rule -> number != 0 && rule.number() != number)
                    .toList();
            count[0] = before.rules().size() - left.size();
            return new Schedule(left, before.pauses());
        });
        if (count[0] == 0 && number != 0) {
            throw new PeerException(
                    PeerException.Reason.NOT_FOUND, "There is no rule " + number + ". `shoal limit` shows all.");
        }
        reports.accept(new LimitReport.RulesRemoved(count[0]));
    }

    private void pause(LimitWish.Pause wish, ZonedDateTime now) {
        if (wish.forMillis() < 0) {
            throw new PeerException(PeerException.Reason.USAGE, "A pause lasts for more than no time.");
        }
        Name name = wish.name() == null ? null : present(wish.name());
        long until = wish.forMillis() == 0 ? 0 : now.toInstant().toEpochMilli() + wish.forMillis();
        change(before -> {
            List<Pause> pauses = without(before, pause -> isOf(pause, name) || !pause.holds(now.toInstant()));
            if (pauses.size() >= Schedule.MOST_PAUSES) {
                throw new PeerException(
                        PeerException.Reason.USAGE,
                        Schedule.MOST_PAUSES + " names are paused already, and no more can be. `shoal pause` without a"
                                + " name pauses everything.");
            }
            pauses.add(new Pause(name, until));
            return new Schedule(before.rules(), pauses);
        });
        reports.accept(new LimitReport.Paused(name == null ? null : name.text(), until));
    }

    private void resume(@Nullable String text, ZonedDateTime now) {
        AtomicReference<@Nullable Name> found = new AtomicReference<>();
        List<Name> asked = text == null ? List.of() : meant(text, kept.read());
        List<Name> resumed = upkeep == null ? List.of() : upkeep.goOn(asked);
        resumed.stream().limit(text == null ? 0 : 1).forEach(found::set);
        Schedule after = change(before -> {
            List<Name> meant = text == null ? List.of() : meant(text, before);
            List<Pause> left =
                    without(before, pause -> text == null || meant.stream().anyMatch(name -> isOf(pause, name)));
            if (text != null && left.size() == before.pauses().size() && resumed.isEmpty()) {
                throw new PeerException(
                        PeerException.Reason.NOT_FOUND,
                        meant.getFirst() + " is not paused. `shoal limit` shows what is"
                                + (before.pauses().isEmpty() ? "." : "; `shoal resume` ends all pauses."));
            }
            meant.stream().filter(name -> isPaused(before, name)).forEach(found::set);
            return new Schedule(before.rules(), left);
        });
        Name name = found.get();
        LimitReport.Limits limits = limits(after, name, now, 0);
        reports.accept(new LimitReport.Resumed(name == null ? null : name.text(), limits.paused()));
    }

    private static boolean isPaused(Schedule schedule, Name name) {
        return schedule.pauses().stream().anyMatch(pause -> isOf(pause, name));
    }

    private static boolean isOf(Pause pause, @Nullable Name name) {
        return Objects.equals(pause.name(), name);
    }

    private static List<Pause> without(Schedule schedule, Predicate<Pause> gone) {
        List<Pause> left = new ArrayList<>(schedule.pauses());
        left.removeIf(gone);
        return left;
    }

    private Schedule change(UnaryOperator<Schedule> change) {
        Schedule after = kept.change(change);
        if (node != null) {
            node.pacing().turn();
        }
        return after;
    }

    /** Which names a text may mean; those first that something is known of here. */
    private List<Name> meant(String text, Schedule schedule) {
        Set<Name> known = new LinkedHashSet<>(present());
        schedule.rules().forEach(rule -> addTo(known, rule.name()));
        schedule.pauses().forEach(pause -> addTo(known, pause.name()));
        List<Name> names = owners.stream()
                .map(owner -> Target.parse(text, owner).name())
                .distinct()
                .toList();
        return Stream.concat(
                        names.stream().filter(known::contains), names.stream().filter(name -> !known.contains(name)))
                .toList();
    }

    /** The name that a text means, of something that is here. */
    private Name present(String text) {
        Set<Name> here = present();
        List<Name> meant = meant(text, Schedule.NONE);
        return meant.stream()
                .filter(here::contains)
                .findFirst()
                .orElseThrow(() -> new PeerException(
                        PeerException.Reason.NOT_FOUND,
                        "This home does not follow " + meant.getFirst()
                                + ", and neither shares nor downloads it now. `shoal subs` and `shoal status` list what"
                                + " it does."));
    }

    /** What is followed, shared or downloaded here. */
    private Set<Name> present() {
        Set<Name> names = new LinkedHashSet<>();
        SubscriptionStates.names(home).forEach(names::add);
        if (node != null) {
            node.shares().forEach(shared -> names.add(shared.name()));
            node.running().values().forEach(downloading -> names.add(downloading.name()));
        }
        if (upkeep != null) {
            names.addAll(upkeep.downloadNames());
        }
        return names;
    }
}
