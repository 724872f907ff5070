package dev.shoal.index;

import dev.shoal.protocol.AdminReply;
import dev.shoal.protocol.ErrorCode;
import dev.shoal.protocol.Failure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What an index counts. Thread-safe; the counters exist from the start, so that counting looks nothing up. */
final class IndexMetrics {

    private static final String LETTERS = "hRKbTQSOLUIvFHYWXagJ";

    private static final String PREFIX = "shoal.index.";

    private final MeterRegistry registry;
    private final Counter[] requests = new Counter[128];
    private final Map<ErrorCode, Counter> failures = new EnumMap<>(ErrorCode.class);
    private final Counter truncated;
    private final Counter joined;
    private final Counter expired;
    private final Counter restated;

    IndexMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (int i = 0; i < LETTERS.length(); i++) {
            char letter = LETTERS.charAt(i);
            requests[letter] = Counter.builder("shoal.index.requests")
                    .description("Requests by the letter of their kind")
                    .tag("letter", String.valueOf(letter))
                    .register(registry);
        }
        for (ErrorCode code : ErrorCode.values()) {
            failures.put(
                    code,
                    Counter.builder("shoal.index.failures")
                            .description("Requests that were answered with an error, by its code")
                            .tag("code", code.name())
                            .register(registry));
        }
        truncated = counter("shoal.index.truncated", "Answers that did not fit a datagram");
        joined = counter("shoal.index.joined", "Sessions that began");
        expired = counter("shoal.index.expired", "Sessions whose lease ran out");
        restated = counter("shoal.index.restated", "Peers that were told to register anew");
    }

    /** What all gauges of the index say, by their names without what is common to all. */
    List<AdminReply.Statistic> gauges() {
        return registry.getMeters().stream()
                .filter(meter ->
                        meter instanceof Gauge && meter.getId().getName().startsWith(PREFIX))
                .map(meter -> new AdminReply.Statistic(
                        meter.getId().getName().substring(PREFIX.length()), (long) ((Gauge) meter).value()))
                .sorted(Comparator.comparing(AdminReply.Statistic::what))
                .toList();
    }

    void request(char letter) {
        Counter counter = letter < requests.length ? requests[letter] : null;
        if (counter != null) {
            counter.increment();
        }
    }

    void answer(Answer answer) {
        if (answer.truncated()) {
            truncated.increment();
        }
        if (answer.pdu() instanceof Failure failure) {
            Counter counter = failures.get(failure.code());
            if (counter != null) {
                counter.increment();
            }
        }
    }

    void joined() {
        joined.increment();
    }

    void expired(int sessions) {
        expired.increment(sessions);
    }

    void restated() {
        restated.increment();
    }

    /** Shows how much there is of what, as far as everybody may know: private shares and names are not counted. */
    void watch(SharedDirectory shared, Directory directory, Sessions sessions, Names names) {
        gauge("shoal.index.sessions", "Sessions", () -> shared.locked(sessions::count));
        gauge("shoal.index.contents", "Contents that somebody has", shared::contentCount);
        gauge(
                "shoal.index.registrations",
                "Pairs of a peer and a content",
                () -> shared.locked(directory::registrationCount));
        gauge("shoal.index.partials", "Sources without all chunks", () -> shared.locked(directory::partialCount));
        gauge("shoal.index.bitmap.bytes", "Memory of chunk bitmaps", () -> shared.locked(directory::bitmapBytes));
        gauge("shoal.index.names", "Names, about", names::count);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
