package dev.shoal.index;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Handle;

/**
 * How much there is that only some see, for who runs and administers an index: below how many hundreds. So coarse, and
 * looked at so seldom, that nobody can tell from it that somebody has published something. Thread-safe.
 */
final class HiddenLoad {

    /** What there is of what. */
    private record Totals(long names, long versions, long audiences) {}

    private final SqliteNames names;
    private final AtomicLong askedNanos = new AtomicLong(System.nanoTime());
    private volatile Totals totals;

    /** Of an index whose database has been opened; reads it. */
    HiddenLoad(SqliteNames names) {
        this.names = names;
        this.totals = names.readers().read(HiddenLoad::read).join();
    }

    /** Shows it among what an index measures. */
    void show(MeterRegistry registry) {
        gauge(registry, "names", "Names that only some see: fewer than", Totals::names);
        gauge(registry, "versions", "Versions for an audience: fewer than", Totals::versions);
        gauge(registry, "audiences", "Audiences: fewer than", Totals::audiences);
    }

    private void gauge(MeterRegistry registry, String what, String description, ToLongFunction<Totals> count) {
        Gauge.builder("shoal.index.private." + what + ".below", () -> below(count))
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    private long below(ToLongFunction<Totals> count) {
        long asked = askedNanos.get();
        long now = System.nanoTime();
        if (now - asked > CoarseCount.OLD_NANOS && askedNanos.compareAndSet(asked, now)) {
            names.readers().read(HiddenLoad::read).thenAccept(fresh -> totals = fresh);
        }
        return CoarseCount.below(count.applyAsLong(totals));
    }

    private static Totals read(Handle handle) {
        return handle.createQuery("SELECT names, versions, audiences FROM private_totals")
                .map((row, context) -> new Totals(row.getLong(1), row.getLong(2), row.getLong(3)))
                .one();
    }
}
