package dev.shoal.cli;

import dev.shoal.peer.Cancellation;
import dev.shoal.peer.PeerEvents.Level;
import dev.shoal.peer.PeerException;
import dev.shoal.peer.PeerService;
import dev.shoal.peer.Request;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the user of a shell on-line from its start to its end, whether anything is shared or not. A virtual thread of
 * its own does it, so that the prompt waits for nothing. Thread-safe.
 */
final class Attendance implements AutoCloseable {

    /** How long after an index could not be reached it is tried again. */
    private static final long RETRY_MILLIS = 10_000;

    /** How often a wait looks whether the program must stop. */
    private static final long LOOK_MILLIS = 50;

    private final Output output;
    private final Cancellation cancellation = new Cancellation();
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile boolean told;

    private Attendance(Output output) {
        this.output = output;
    }

    /** Begins; tells once when it does not succeed, and goes on trying. */
    static Attendance begin(PeerService peer, Request.Attend request, Output output) {
        Attendance attendance = new Attendance(output);
        Thread.ofVirtual().name("attendance").start(() -> attendance.run(peer, request));
        return attendance;
    }

    /** Waits until the first attempt has succeeded or failed, or the program must stop. */
    void awaitSettled(Interruption interruption) {
        try {
            while (!interruption.isInterrupted() && !settled.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                // Look whether the person has enough, and wait on.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        cancellation.cancel();
    }

    private void run(PeerService peer, Request.Attend request) {
        boolean again = true;
        while (again) {
            again = attempt(peer, request);
            settled.countDown();
            again = again && !cancellation.await(RETRY_MILLIS);
        }
    }

    /** Is on-line until the end. Returns whether it was not and may yet be. */
    private boolean attempt(PeerService peer, Request.Attend request) {
        try {
            peer.run(request, report -> reached(), cancellation);
            return false;
        } catch (PeerException e) {
            boolean mayYet =
                    e.reason() == PeerException.Reason.UNREACHABLE || e.reason() == PeerException.Reason.FAILED;
            failed(e.getMessage()
                    + (mayYet ? " You are not on-line before it can be; trying again." : " You are not on-line."));
            return mayYet;
        } catch (RuntimeException e) {
            failed("You are not on-line, for a reason that should not be: " + Mistake.reason(e) + ".");
            return false;
        }
    }

    private void reached() {
        settled.countDown();
        if (told) {
            told = false;
            output.said(Level.INFO, "You are on-line now.");
        }
    }

    private void failed(String sentence) {
        if (!told && !cancellation.isCancelled()) {
            told = true;
            output.said(Level.WARNING, sentence);
        }
    }
}
