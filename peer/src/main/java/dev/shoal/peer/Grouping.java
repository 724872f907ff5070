package dev.shoal.peer;

import dev.shoal.content.SafePath;
import dev.shoal.protocol.GroupReply;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.protocol.IndexReply;
import java.util.function.Consumer;

/** Asks an index about the groups of an account. Blocks its caller. */
final class Grouping {

    private final AccountLine line;
    private final Consumer<Report> reports;

    Grouping(AccountLine line, Consumer<Report> reports) {
        this.line = line;
        this.reports = reports;
    }

    void run(GroupWish wish) {
        switch (wish) {
            case GroupWish.Create create ->
                changed(create.group(), "created", count(new GroupRequest.Create(create.group())));
            case GroupWish.Delete delete ->
                changed(delete.group(), "deleted", count(new GroupRequest.Delete(delete.group())));
            case GroupWish.Members members -> members(members);
            case GroupWish.Groups groups ->
                line.ask(new GroupRequest.ListGroups(), GroupReply.Groups.class)
                        .entries()
                        .forEach(group -> reports.accept(
                                new GroupReport.Group(SafePath.visible(group.group()), group.members())));
            case GroupWish.Show show ->
                line.ask(new GroupRequest.ListMembers(show.group()), GroupReply.Members.class)
                        .users()
                        .forEach(user -> reports.accept(new GroupReport.Member(show.group(), SafePath.visible(user))));
        }
    }

    /** One after the other: what is done when one is refused stays done, and the sentence names that one. */
    private void members(GroupWish.Members wish) {
        int changed = 0;
        for (String user : wish.users()) {
            changed += count(
                    wish.belong()
                            ? new GroupRequest.Add(wish.group(), user)
                            : new GroupRequest.Remove(wish.group(), user));
        }
        changed(wish.group(), wish.belong() ? "added" : "removed", changed);
    }

    private int count(GroupRequest request) {
        return line.ask(request, IndexReply.Ack.class).number();
    }

    private void changed(String group, String action, int count) {
        reports.accept(new GroupReport.Changed(group, action, count));
    }
}
