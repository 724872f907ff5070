package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Name;
import dev.shoal.protocol.GroupRequest;
import dev.shoal.transport.Identity;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With whom something is shared, and which names were private. */
class ReadersTest {

    @TempDir
    Path folder;

    @Test
    void accountsAndGroupsAreToldApart() {
        Readers readers = Readers.of(List.of("bob", "@lab", "bob"));
        assertThat(readers.names()).containsExactly("bob", "@lab");
        assertThat(readers.toProtocol())
                .containsExactly(new GroupRequest.Reader(false, "bob"), new GroupRequest.Reader(true, "lab"));
        assertThat(Readers.ofProtocol(readers.toProtocol())).isEqualTo(readers);
        assertThat(readers.changed(List.of("eve", "bob"), List.of("@lab", "nobody")))
                .isEqualTo(Readers.of(List.of("bob", "eve")));
    }

    @Test
    void nobodyIsLetInAndTakenOutAtOnce() {
        assertThatThrownBy(() -> new AccountWish.Allow(null, "a", List.of("ben", "@lab"), List.of("@lab")))
                .hasMessageContaining("@lab either --to or --not");
    }

    @Test
    void whatCanBeNoReaderIsRefused() {
        assertThatThrownBy(() -> Readers.of(List.of("a/b"))).isInstanceOf(PeerException.class);
        assertThatThrownBy(() -> Readers.of(List.of("@a/b"))).hasMessageContaining("name of a group");
        for (String empty : List.of("", "@")) {
            assertThatThrownBy(() -> Readers.of(List.of("ada", empty)))
                    .isInstanceOfSatisfying(
                            PeerException.class, e -> assertThat(e.reason()).isEqualTo(PeerException.Reason.USAGE));
        }
        List<String> many = IntStream.rangeClosed(0, GroupRequest.MAX_READERS)
                .mapToObj(number -> "u" + number)
                .toList();
        assertThat(Readers.of(many.subList(1, many.size())).names()).hasSize(GroupRequest.MAX_READERS);
        assertThatThrownBy(() -> Readers.of(many)).hasMessageContaining("at most 1000");
    }

    @Test
    void namesThatWerePrivateAreRememberedUntilTheyAreSharedWithEverybody() {
        PrivateNames names = new PrivateNames(folder.resolve("private-names"));
        Identity index = Identity.generate();
        names.shared(index.id(), new Name("ada/with blank"), true);
        names.shared(index.id(), new Name("ada/other"), true);
        names.shared(index.id(), new Name("ada/other"), false);
        PrivateNames again = new PrivateNames(folder.resolve("private-names"));
        assertThat(again.isPrivate(index.id(), new Name("ada/with blank"))).isTrue();
        assertThat(again.isPrivate(index.id(), new Name("ada/with"))).isFalse();
        assertThat(again.isPrivate(index.id(), new Name("ada/other"))).isFalse();
        assertThat(again.isPrivate(Identity.generate().id(), new Name("ada/with blank")))
                .isFalse();
    }

    @Test
    void noneOfThemIsForgottenForOthers() {
        Path file = folder.resolve("private-names");
        PrivateNames names = new PrivateNames(file, 2);
        Identity index = Identity.generate();
        names.shared(index.id(), new Name("ada/one"), true);
        names.shared(index.id(), new Name("ada/two"), true);
        assertThatThrownBy(() -> names.shared(index.id(), new Name("ada/three"), true))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("There are 2 names that were shared privately");
        names.shared(index.id(), new Name("ada/two"), true);
        assertThat(new PrivateNames(file).isPrivate(index.id(), new Name("ada/one")))
                .isTrue();
        names.shared(index.id(), new Name("ada/one"), false);
        names.shared(index.id(), new Name("ada/three"), true);
    }
}
