package dev.shoal.peer;

import dev.shoal.content.Name;
import dev.shoal.peer.LimitRule.Flow;
import dev.shoal.store.DiskFullException;
import dev.shoal.store.FileStamp;
import dev.shoal.store.OtherFile;
import dev.shoal.store.StoreException;
import dev.shoal.store.Subscription;
import dev.shoal.store.SubscriptionList;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells of subscriptions as they are now. Files are looked at, and not read. Pure but for that. */
final class SubscriptionStates {

    private static final String PAUSED = "paused";

    private SubscriptionStates() {}

    /** Of those that this process follows. */
    static Stream<Report> of(Following following) {
        return following.all().stream().map(follower -> followed(following, follower));
    }

    /** Of a home that no process follows for now; what is the latest version is not known. */
    static List<Report> of(Home home) {
        if (Files.notExists(home.subscriptionsFile())) {
            return List.of();
        }
        try (SubscriptionList list = SubscriptionList.open(home.subscriptionsFile())) {
            Schedule schedule = new KeptSchedule(home.limitsFile()).read();
            ZonedDateTime now = ZonedDateTime.now(ZoneId.systemDefault());
            return list.all().stream()
                    .map(one -> {
                        String paused = schedule.paused(one.source().name(), Flow.DOWNLOAD, now);
                        return followed(list, one, paused == null ? null : PAUSED, 0, paused);
                    })
                    .toList();
        }
    }

    /** The names that a home follows, at any index. */
    static List<Name> names(Home home) {
        if (Files.notExists(home.subscriptionsFile())) {
            return List.of();
        }
        try (SubscriptionList list = SubscriptionList.open(home.subscriptionsFile())) {
            return list.all().stream().map(one -> one.source().name()).toList();
        }
    }

    private static Report followed(Following following, Follower follower) {
        Subscription subscription = follower.file().subscription();
        RuntimeException trouble = follower.trouble();
        String doing = null;
        String paused = following.paused(follower);
        if (paused != null) {
            return followed(following.list(), subscription, PAUSED, follower.latest(), paused);
        }
        if (follower.downloading() != null) {
            doing = "updating";
        } else if (follower.isGone()) {
            doing = "gone";
        } else if (trouble != null) {
            boolean waits = trouble instanceof DiskFullException
                    || (trouble instanceof PeerException known && known.reason() == PeerException.Reason.UNREACHABLE);
            doing = waits ? "waiting" : "failed";
        }
        return followed(
                following.list(),
                subscription,
                doing,
                follower.latest(),
                trouble == null ? null : String.valueOf(trouble.getMessage()));
    }

    private static Report followed(
            SubscriptionList list, Subscription one, @Nullable String doing, int latest, @Nullable String trouble) {
        List<OtherFile> others = list.others(one);
        List<String> copies = others.stream()
                .filter(other -> other.kind() == OtherFile.Kind.BESIDE && other.isCurrent())
                .map(other -> other.file().toString())
                .toList();
        List<Integer> kept = others.reversed().stream()
                .filter(other -> other.kind() == OtherFile.Kind.REPLACED)
                .map(OtherFile::number)
                .toList();
        Subscription.Present present = one.present();
        return new SubscriptionReport.Followed(
                one.source().name().text(),
                one.file().toString(),
                present == null ? 0 : present.number(),
                latest,
                doing == null ? state(one, latest, !copies.isEmpty()) : doing,
                trouble,
                one.syncedMillis(),
                one.savedBytes(),
                one.terms().keep(),
                one.terms().rate(),
                kept,
                copies);
    }

    private static String state(Subscription one, int latest, boolean hasCopies) {
        Subscription.Present present = one.present();
        if (!Files.exists(one.file(), LinkOption.NOFOLLOW_LINKS)) {
            return present == null || latest > one.seen() ? "behind" : "deleted";
        }
        if (one.folder() != null && (!Files.isDirectory(one.file(), LinkOption.NOFOLLOW_LINKS) || hasCopies)) {
            return "conflict";
        }
        // What is in a folder is not looked through for it.
        if (one.folder() == null && (present == null || !looksLike(one, present.stamp()))) {
            return hasCopies ? "conflict" : "edited";
        }
        if (present == null) {
            return "behind";
        }
        if (one.seen() == 0 || latest > one.seen()) {
            return "behind";
        }
        return present.number() < one.seen() ? "restored" : "current";
    }

    private static boolean looksLike(Subscription one, FileStamp stamp) {
        try {
            return Files.isRegularFile(one.file(), LinkOption.NOFOLLOW_LINKS)
                    && FileStamp.of(one.file()).equals(stamp);
        } catch (StoreException gone) {
            return false;
        }
    }
}
