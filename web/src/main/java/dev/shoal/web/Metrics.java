package dev.shoal.web;

import dev.shoal.peer.Report;
import dev.shoal.peer.TaskReport;
import java.util.List;

/** What a peer does, in Prometheus' text format. Pure. */
final class Metrics {

    /** The type of the format. */
    static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private Metrics() {}

    /** One measure. */
    private record Measure(String name, String kind, String help, long value) {

        Measure {
            name = "shoal_peer_" + name;
        }

        String lines() {
            return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + kind + "\n" + name + " " + value + "\n";
        }
    }

    static String text(Report.State state, TaskReport.Up up, List<TaskReport.Task> downloads) {
        long rate = downloads.stream()
                .mapToLong(TaskReport.Task::rateBytesPerSecond)
                .sum();
        long failed =
                downloads.stream().filter(task -> task.state().equals("failed")).count();
        List<Measure> measures = List.of(
                new Measure("sent_bytes_total", "counter", "Bytes sent to other peers.", state.uploadedBytes()),
                new Measure("received_bytes_total", "counter", "Bytes received from them.", state.downloadedBytes()),
                new Measure("receiving_bytes_per_second", "gauge", "How fast downloads are now.", rate),
                new Measure("uploads", "gauge", "Who downloads here now.", state.uploads()),
                new Measure("connections", "gauge", "Connections to other peers.", state.connections()),
                new Measure("registered_contents", "gauge", "What the index was told.", state.registered()),
                new Measure("index_reachable", "gauge", "Whether the index is there.", state.indexReachable() ? 1 : 0),
                new Measure("shares", "gauge", "Tasks that share.", up.shares()),
                new Measure("downloads", "gauge", "Tasks that download, or have.", up.downloads()),
                new Measure("failed_downloads", "gauge", "Downloads that something is in the way of.", failed),
                new Measure("tasks_to_resume", "gauge", "Tasks not taken up again yet.", up.remaining()),
                new Measure("download_links", "gauge", "Plain links that lead to something.", up.downloadLinks()),
                new Measure("up_since_seconds", "gauge", "When it began.", up.sinceMillis() / 1_000));
        StringBuilder text = new StringBuilder();
        measures.forEach(measure -> text.append(measure.lines()));
        return text.toString();
    }
}
