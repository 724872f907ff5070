package dev.shoal.store;

import java.io.IOException;
import java.nio.file.Path;

/** A disk on which something happens before a step, and which may end there, as a process does that is killed. */
final class EndingDisk implements PlacingDisk {

    /** What a disk can do: the fewer, the more steps a replacement takes. */
    enum Ability {
        EXCHANGE,
        LINK,
        NEITHER
    }

    /** The process is gone: nobody may take it for a failure that can be dealt with. */
    static final class KilledException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final Ability ability;
    private final int step;
    private final Runnable before;
    private final boolean ends;
    private int steps;
    private boolean ended;

    /**
     * Ends, or goes on, after something has happened before a step.
     *
     * @param step counted from zero
     */
    EndingDisk(Ability ability, int step, Runnable before, boolean ends) {
        this.ability = ability;
        this.step = step;
        this.before = before;
        this.ends = ends;
    }

    /** One on which nothing happens. */
    EndingDisk(Ability ability) {
        this(ability, -1, () -> {}, false);
    }

    /** How many steps were taken. */
    int steps() {
        return steps;
    }

    private void step() {
        if (steps++ == step) {
            before.run();
            ended |= ends;
        }
        if (ended) {
            throw new KilledException();
        }
    }

    @Override
    public boolean exchange(Path first, Path second) throws IOException {
        step();
        return ability == Ability.EXCHANGE && PlacingDisk.super.exchange(first, second);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step();
        PlacingDisk.super.move(from, to);
    }

    @Override
    public boolean link(Path name, Path file) throws IOException {
        step();
        return ability != Ability.NEITHER && PlacingDisk.super.link(name, file);
    }

    @Override
    public void copy(Path from, Path to) throws IOException {
        step();
        PlacingDisk.super.copy(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        step();
        PlacingDisk.super.delete(file);
    }

    @Override
    public void force(Path folder) {
        step();
        PlacingDisk.super.force(folder);
    }
}
