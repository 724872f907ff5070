package dev.shoal.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/** How often each kind of request comes. Immutable. */
final class LoadMix {

    /** A kind of request: what it is of Shoal's, and what comes nearest to it of a tracker's. */
    enum Kind {
        /** {@code R} of a name and its content; announce. */
        REGISTER(Tracker.ANNOUNCE),
        /** {@code K} of a content that the peer has all of; announce. */
        COMPLETE(Tracker.ANNOUNCE),
        /** {@code K} of some chunks; announce. */
        CHUNKS(Tracker.ANNOUNCE),
        /** {@code F}; announce, which tells sources too. */
        LOCATE(Tracker.ANNOUNCE),
        /** {@code S}; scrape, which tells how many have a content. */
        SEARCH(Tracker.SCRAPE),
        /** {@code H}; connect, which costs a tracker nothing but the datagram. */
        HEARTBEAT(Tracker.CONNECT);

        final Tracker tracker;

        Kind(Tracker tracker) {
            this.tracker = tracker;
        }
    }

    /** The requests of BEP 15. */
    enum Tracker {
        CONNECT,
        ANNOUNCE,
        SCRAPE
    }

    private final String name;
    private final String parts;
    private final Kind[] kinds;

    private LoadMix(String name, String parts, Kind[] kinds) {
        this.name = name;
        this.parts = parts;
        this.kinds = kinds;
    }

    /**
     * Reads {@code locate=50,register=50}, or the name of a usual one.
     *
     * @throws IllegalArgumentException when it makes no sense
     */
    static LoadMix of(String text) {
        String parts = switch (text) {
            // A peer speaks every half a minute; what it downloads it looks up, and registers as it comes.
            case "real" -> "locate=30,chunks=30,complete=8,register=2,heartbeat=29.5,search=0.5";
            // As trackers are measured with connect, announce and scrape.
            case "tracker" -> "heartbeat=50,locate=25,register=12.5,complete=12.5,search=1";
            case "figure" -> "locate=50,register=25,complete=25";
            default -> text;
        };
        List<Kind> kinds = new ArrayList<>();
        weights(parts).forEach((kind, weight) -> {
            for (long i = Math.round(weight * 10); i > 0; i--) {
                kinds.add(kind);
            }
        });
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("no request has a share in " + text);
        }
        return new LoadMix(text, parts, kinds.toArray(new Kind[0]));
    }

    private static Map<Kind, Double> weights(String parts) {
        Map<Kind, Double> weights = new EnumMap<>(Kind.class);
        for (String part : parts.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("neither real, tracker nor figure, nor KIND=SHARE: " + part);
            }
            weights.put(
                    Kind.valueOf(part.substring(0, equals).strip().toUpperCase(Locale.ROOT)),
                    Double.parseDouble(part.substring(equals + 1)));
        }
        return weights;
    }

    /** What comes next. */
    Kind next(RandomGenerator random) {
        return kinds[random.nextInt(kinds.length)];
    }

    /** As it was asked for. */
    String name() {
        return name;
    }

    @Override
    public String toString() {
        return name.equals(parts) ? name : name + " (" + parts + ")";
    }
}
