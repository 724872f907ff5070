package dev.shoal.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person asks of an index about the groups of their account. Immutable. */
public sealed interface GroupWish extends AccountWish {

    @Override
    GroupWish at(@Nullable String other);

    /** Makes a group. Answered by {@link GroupReport.Changed}. */
    record Create(@Nullable String index, String group) implements GroupWish {

        /** Checks the name. */
        public Create {
            group = checkedGroup(group);
        }

        @Override
        public Create at(@Nullable String other) {
            return new Create(other, group);
        }
    }

    /** Takes a group away. Answered by {@link GroupReport.Changed}. */
    record Delete(@Nullable String index, String group) implements GroupWish {

        /** Checks the name. */
        public Delete {
            group = checkedGroup(group);
        }

        @Override
        public Delete at(@Nullable String other) {
            return new Delete(other, group);
        }
    }

    /**
     * Accounts are members, or no longer. Answered by {@link GroupReport.Changed}.
     *
     * @param users names of the accounts
     * @param belong whether they are members from now on
     */
    record Members(@Nullable String index, String group, List<String> users, boolean belong) implements GroupWish {

        /** Checks the names. */
        public Members {
            group = checkedGroup(group);
            users = users.stream().map(AccountWish::checkedUser).toList();
        }

        @Override
        public Members at(@Nullable String other) {
            return new Members(other, group, users, belong);
        }
    }

    /** The groups of the account. Answered by {@link GroupReport.Group}s. */
    record Groups(@Nullable String index) implements GroupWish {
        @Override
        public Groups at(@Nullable String other) {
            return new Groups(other);
        }
    }

    /** The members of a group. Answered by {@link GroupReport.Member}s. */
    record Show(@Nullable String index, String group) implements GroupWish {

        /** Checks the name. */
        public Show {
            group = checkedGroup(group);
        }

        @Override
        public Show at(@Nullable String other) {
            return new Show(other, group);
        }
    }

    /** The name of a group, with or without the sign that stands before it elsewhere. */
    private static String checkedGroup(String group) {
        return AccountWish.checkedGroup(group.startsWith("@") ? group.substring(1) : group);
    }
}
