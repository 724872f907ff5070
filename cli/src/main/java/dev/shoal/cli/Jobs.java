package dev.shoal.cli;

import dev.shoal.peer.PeerService;
import dev.shoal.peer.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The shares and downloads that a shell runs in the background. Thread-safe. */
final class Jobs {

    /** More at once only wait for each other; one share takes many files. */
    static final int MOST_RUNNING = 32;

    private static final List<Table.Column> COLUMNS = List.of(
            Table.Column.text("WHAT"),
            Table.Column.number("JOB"),
            Table.Column.text("STATE"),
            Table.Column.text("DONE"),
            Table.Column.number("RATE"),
            Table.Column.number("LEFT"),
            Table.Column.number("SOURCES"));

    private final List<Job> running = new ArrayList<>();
    private int lastNumber;

    /**
     * Starts a job.
     *
     * @throws dev.shoal.peer.PeerException when too many run
     */
    synchronized Job start(PeerService peer, String title, Request request, Output output) {
        running.removeIf(job -> !job.isRunning());
        if (running.size() >= MOST_RUNNING) {
            throw Mistake.usage(MOST_RUNNING + " jobs run already. Wait for one to end, or stop one: X JOB.");
        }
        Job job = new Job(++lastNumber, title, request, output);
        running.add(job);
        job.start(peer);
        return job;
    }

    /** Stops the job with this number. Returns whether there is one. */
    synchronized boolean stop(int number) {
        return stop(running.stream().filter(job -> job.number() == number).toList());
    }

    /** Stops the jobs that are about a name. Returns whether there are any. */
    synchronized boolean stop(String name) {
        return stop(running.stream().filter(job -> job.isAbout(name)).toList());
    }

    /** Stops all jobs and waits for their ends, up to a limit. */
    void stopAll() {
        List<Job> all;
        synchronized (this) {
            all = List.copyOf(running);
        }
        all.forEach(Job::stop);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Interruption.CLEANING_UP_MILLIS);
        for (Job job : all) {
            try {
                job.awaitEnd(Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Prints what runs. */
    void print(Screen screen) {
        Table table = new Table(COLUMNS, screen.resultColumns(), screen.paint(), screen::result);
        synchronized (this) {
            running.removeIf(job -> !job.isRunning());
            running.forEach(job -> table.row(job.row()));
        }
        if (table.rows() == 0) {
            screen.remark("Nothing is being shared or downloaded by this shell.");
        }
        table.end();
    }

    private static boolean stop(List<Job> jobs) {
        jobs.forEach(Job::stop);
        return !jobs.isEmpty();
    }
}
