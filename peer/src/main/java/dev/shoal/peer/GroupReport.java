package dev.shoal.peer;

/** An answer to a {@link GroupWish}. Immutable. */
public sealed interface GroupReport extends AccountReport {

    /** A group of the account. */
    record Group(String group, int members) implements GroupReport {}

    /** A member of a group. */
    record Member(String group, String user) implements GroupReport {}

    /**
     * A group has changed.
     *
     * @param action what was done: created, deleted, added, removed
     * @param count how much of it was not so before
     */
    record Changed(String group, String action, int count) implements GroupReport {}
}
