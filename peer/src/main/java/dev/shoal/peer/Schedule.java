package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.peer.LimitRule.Flow;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a home allows when: its rules, and what somebody paused. A rule that holds at some times counts before one that
 * always holds, and of several such the one that was made last. Pure and immutable: time and time zone are arguments.
 *
 * @param rules in the order in which they were made
 * @param pauses what is paused
 */
record Schedule(List<LimitRule> rules, List<Pause> pauses) {

    /** More rules than anybody has an overview of; each may be looked at some thousand times a minute. */
    static final int MOST_RULES = 100;

    /** Who pauses more names than this one by one means everything. */
    static final int MOST_PAUSES = 1_000;

    /** Nothing is limited. */
    static final Schedule NONE = new Schedule(List.of(), List.of());

    /**
     * How far is looked ahead, in days: a rule of one day of the week comes after a week, or after two when a clock
     * that is put forward passes over it.
     */
    private static final int HORIZON_DAYS = 15;

    /**
     * Something that somebody paused.
     *
     * @param name what; null for everything
     * @param untilMillis when that ends, in milliseconds since 1970; 0 when somebody has to say so
     */
    record Pause(@Nullable Name name, long untilMillis) {
        boolean holds(Instant now) {
            return untilMillis == 0 || now.toEpochMilli() < untilMillis;
        }
    }

    /** Copies the lists. */
    Schedule {
        rules = List.copyOf(rules);
        pauses = List.copyOf(pauses);
    }

    /** The rule that counts for a name, or for everything together when that is null; empty for none. */
    Optional<LimitRule> rule(@Nullable Name name, Flow flow, ZonedDateTime now) {
        LimitRule found = null;
        for (LimitRule rule : rules) {
            boolean counts = rule.isAbout(name)
                    && rule.rate(flow) != null
                    && rule.times().holds(now)
                    && (found == null
                            || found.times().isAlways()
                            || !rule.times().isAlways());
            found = counts ? rule : found;
        }
        return Optional.ofNullable(found);
    }

    /**
     * How much may go under a name: what limits that name alone, or pauses it or everything. With null: of everything
     * together.
     */
    Allowance at(@Nullable Name name, Flow flow, ZonedDateTime now) {
        for (Pause pause : pauses) {
            if ((pause.name() == null || pause.name().equals(name)) && pause.holds(now.toInstant())) {
                return Allowance.STOPPED;
            }
        }
        Allowance whole =
                rule(null, flow, now).map(rule -> Allowance.of(rule, flow)).orElse(Allowance.FREE);
        if (name == null || whole.isPaused()) {
            return whole;
        }
        return rule(name, flow, now).map(rule -> Allowance.of(rule, flow)).orElse(Allowance.FREE);
    }

    /** When something will be allowed otherwise; empty when not within two weeks, or not before somebody says so. */
    Optional<ZonedDateTime> nextChange(ZonedDateTime now) {
        return nextChange(now, this::everything);
    }

    /** When that of a name will go on that is paused; empty when not within two weeks. */
    Optional<ZonedDateTime> pausedUntil(@Nullable Name name, Flow flow, ZonedDateTime now) {
        return nextChange(now, moment -> at(name, flow, moment).isPaused());
    }

    /** Why nothing goes, in words that follow "paused"; null when something may. */
    @Nullable
    String paused(@Nullable Name name, Flow flow, ZonedDateTime now) {
        Allowance allowance = at(name, flow, now);
        return allowance.isPaused()
                ? allowance.why(now, pausedUntil(name, flow, now).orElse(null))
                : null;
    }

    private List<Allowance> everything(ZonedDateTime now) {
        List<Allowance> all = new ArrayList<>();
        Set<@Nullable Name> names = new HashSet<>();
        names.add(null);
        rules.forEach(rule -> names.add(rule.name()));
        pauses.forEach(pause -> names.add(pause.name()));
        for (Name name : names) {
            for (Flow flow : Flow.values()) {
                all.add(at(name, flow, now));
            }
        }
        return all;
    }

    private Optional<ZonedDateTime> nextChange(ZonedDateTime now, Function<ZonedDateTime, Object> answer) {
        Object present = answer.apply(now);
        return moments(now).stream()
                .map(moment -> moment.atZone(now.getZone()))
                .filter(moment -> !Objects.equals(answer.apply(moment), present))
                .findFirst();
    }

    /** The moments at which something may change: borders of rules, as often as the clock shows them, and ends. */
    private Set<Instant> moments(ZonedDateTime now) {
        Set<LocalTime> borders = new TreeSet<>();
        rules.forEach(rule -> borders.addAll(rule.times().borders()));
        ZoneRules zone = now.getZone().getRules();
        TreeSet<Instant> moments = new TreeSet<>();
        LocalDate today = now.toLocalDate();
        if (!borders.isEmpty()) {
            for (int day = 0; day <= HORIZON_DAYS; day++) {
                LocalDate date = today.plusDays(day);
                for (LocalTime border : borders) {
                    // None while clocks are put forward, two while they are put back.
                    zone.getValidOffsets(date.atTime(border))
                            .forEach(offset -> moments.add(date.atTime(border).toInstant(offset)));
                }
            }
            Instant end = now.plusDays(HORIZON_DAYS).toInstant();
            ZoneOffsetTransition jump = zone.nextTransition(now.toInstant());
            while (jump != null && jump.getInstant().isBefore(end)) {
                moments.add(jump.getInstant());
                jump = zone.nextTransition(jump.getInstant());
            }
        }
        pauses.stream().filter(pause -> pause.untilMillis() > 0).forEach(pause -> moments.add(end(pause)));
        return moments.tailSet(now.toInstant(), false);
    }

    private static Instant end(Pause pause) {
        return Instant.ofEpochMilli(pause.untilMillis());
    }
}
