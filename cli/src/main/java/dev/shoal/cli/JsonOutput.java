package dev.shoal.cli;

import dev.shoal.content.SafePath;
import dev.shoal.peer.PeerEvents;
import dev.shoal.peer.Report;
import java.util.Locale;

/** Answers for programs: one JSON object a line on standard output, its type in the member "type". Thread-safe. */
final class JsonOutput implements Output {

    private final Screen screen;
    private final PeerEvents.Level least;
    private final JsonRecords records = new JsonRecords();

    /**
     * An error as a program reads it.
     *
     * @param reason what kind of thing went wrong
     * @param message what happened, what it means and what to do
     * @param exit the exit code
     */
    record Trouble(String reason, String message, int exit) {}

    private record Failed(Trouble error) {}

    /** Tells events of the least level and above. */
    JsonOutput(Screen screen, PeerEvents.Level least) {
        this.screen = screen;
        this.least = least;
    }

    @Override
    public void report(Report report) {
        screen.result(records.line(JsonRecords.typeOf((Record) report), (Record) report));
    }

    @Override
    public void fact(String type, Record value, String line) {
        screen.result(records.line(type, value));
    }

    @Override
    public void said(PeerEvents.Level level, String sentence) {
        if (level.compareTo(least) >= 0) {
            report(new Report.Said(level.name().toLowerCase(Locale.ROOT), sentence));
        }
    }

    @Override
    public void failed(String reason, String message, int exit) {
        screen.result(records.line("error", new Failed(new Trouble(reason, message, exit))));
        screen.remark("shoal: " + SafePath.visible(message));
    }

    @Override
    public void end() {
        // Every line stands for itself.
    }

    @Override
    public boolean isClosed() {
        return screen.isClosed();
    }
}
