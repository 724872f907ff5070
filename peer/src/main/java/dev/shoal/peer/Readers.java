package dev.shoal.peer;

import dev.shoal.content.SafePath;
import dev.shoal.protocol.GroupRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * With whom something is shared: everybody, or some besides its owner. Immutable.
 *
 * @param everybody whether everybody may get it
 * @param names who may, when not everybody: accounts, and groups with an @ before their name; none for the owner alone
 */
public record Readers(boolean everybody, List<String> names) {

    private static final String GROUP = "@";

    /**
     * Checks the names.
     *
     * @throws PeerException when one cannot be an account's or a group's, or they are too many
     */
    public Readers {
        Set<String> checked = new LinkedHashSet<>();
        names.forEach(name -> checked.add(checked(name)));
        if (checked.size() > GroupRequest.MAX_READERS) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    "That are " + checked.size() + " readers, and at most " + GroupRequest.MAX_READERS
                            + " are possible. `shoal group` makes one of many.");
        }
        names = List.copyOf(checked);
    }

    /** Everybody. */
    public static Readers all() {
        return new Readers(true, List.of());
    }

    /** Some, and the owner. */
    public static Readers of(List<String> names) {
        return new Readers(false, names);
    }

    static Readers ofProtocol(List<GroupRequest.Reader> readers) {
        return of(readers.stream()
                .map(reader -> (reader.isGroup() ? GROUP : "") + SafePath.visible(reader.name()))
                .toList());
    }

    List<GroupRequest.Reader> toProtocol() {
        return names.stream()
                .map(name -> new GroupRequest.Reader(isGroup(name), bare(name)))
                .toList();
    }

    /** The same with some more, and without some. */
    Readers changed(List<String> more, List<String> less) {
        List<String> changed = new ArrayList<>(names);
        changed.addAll(of(more).names);
        changed.removeAll(of(less).names);
        return of(changed);
    }

    /** Those of the names that others do not have. */
    List<String> without(Readers others) {
        return names.stream().filter(name -> !others.names.contains(name)).toList();
    }

    /** Whether one of the names is a group's. */
    static boolean isGroup(String name) {
        return name.startsWith(GROUP);
    }

    /** A name as accounts and groups have it. */
    static String bare(String name) {
        return isGroup(name) ? name.substring(GROUP.length()) : name;
    }

    private static String checked(String name) {
        if (bare(name).isEmpty()) {
            throw new PeerException(
                    PeerException.Reason.USAGE,
                    "One of the names of those who may get it is empty. Write them as ada,ben,@lab, without spaces.");
        }
        return isGroup(name) ? GROUP + AccountWish.checkedGroup(bare(name)) : AccountWish.checkedUser(name);
    }
}
