package dev.shoal.cli;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Report;
import dev.shoal.peer.Request;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A share or a download that a shell runs in the background, on a virtual thread of its own. Thread-safe. */
final class Job {

    private final int number;
    private final String title;
    private final Request request;
    private final Output output;
    private final Cancellation cancellation = new Cancellation();
    private final CountDownLatch settled = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    private String state = "starting";
    private List<String> names = List.of();
    private Report.@Nullable Progress progress;

    Job(int number, String title, Request request, Output output) {
        this.number = number;
        this.title = title;
        this.request = request;
        this.output = output;
    }

    /** Starts it; what becomes of it is told on its output. */
    void start(PeerService peer) {
        Thread.ofVirtual().name("job " + number).start(() -> run(peer));
    }

    int number() {
        return number;
    }

    /** Whether it runs until it is stopped. */
    boolean isRunning() {
        return ended.getCount() > 0;
    }

    /** Whether it is about this name. */
    synchronized boolean isAbout(String name) {
        return title.equals(name) || names.contains(name);
    }

    void stop() {
        cancellation.cancel();
    }

    /** Waits until it serves, or is done, or failed. */
    void awaitSettled() throws InterruptedException {
        settled.await();
    }

    /** Waits until it has ended. Returns whether it has, within the time. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Its line in the table of jobs. */
    synchronized List<String> row() {
        Report.Progress moving = progress;
        if (moving == null || !state.equals("downloading")) {
            return List.of(title, Integer.toString(number), state, "", "", "", "");
        }
        ProgressBar bar = ReportText.bar(moving);
        return List.of(
                title,
                Integer.toString(number),
                state,
                bar.percent() + " % of " + HumanText.size(moving.totalBytes()),
                HumanText.rate(moving.rateBytesPerSecond()),
                moving.remainingSeconds() < 0 ? "" : HumanText.seconds(moving.remainingSeconds()),
                Integer.toString(moving.sources()));
    }

    private void run(PeerService peer) {
        try {
            peer.run(request, this::follow, cancellation);
        } catch (PeerException e) {
            if (!cancellation.isCancelled()) {
                output.failed("failed", title + ": " + e.getMessage(), ExitCode.of(e.reason()));
            }
        } catch (RuntimeException e) {
            output.failed("failed", title + ": " + Mistake.reason(e), ExitCode.FAILED);
        } finally {
            output.end();
            change("ended");
            ended.countDown();
            settled.countDown();
        }
    }

    private void follow(Report report) {
        switch (report) {
            case Report.Progress moving -> {
                synchronized (this) {
                    progress = moving;
                    state = "downloading";
                }
            }
            case Report.Hashing hashing -> change("hashing " + percent(hashing));
            case Report.Shared shared -> {
                serves(shared.name());
                output.report(report);
                settleWhenAll();
            }
            case Report.Got got -> {
                serves(got.name());
                output.report(report);
                settled.countDown();
            }
            default -> output.report(report);
        }
    }

    private static String percent(Report.Hashing hashing) {
        return new ProgressBar("", hashing.doneBytes(), hashing.totalBytes(), 0, -1, -1, "").percent() + " %";
    }

    private synchronized void serves(String name) {
        names = Stream.concat(names.stream(), Stream.of(name)).distinct().toList();
        state = "serving";
    }

    private synchronized void settleWhenAll() {
        if (!(request instanceof Request.Share share)
                || names.size() == share.paths().size()) {
            settled.countDown();
        }
    }

    private synchronized void change(String next) {
        state = next;
    }
}
