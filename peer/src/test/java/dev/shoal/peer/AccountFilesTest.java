package dev.shoal.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Hash;
import dev.shoal.protocol.PeerId;
import dev.shoal.protocol.PeerKey;
import dev.shoal.transport.AccountKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The keys of accounts in a home. */
class AccountFilesTest {

    private static final PeerId INDEX = new PeerId(new Hash(1, 2, 3, 4));
    private static final PeerId OTHER = new PeerId(new Hash(5, 6, 7, 8));
    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private final KeptAccount ada = account("ada", List.of("abcd-efgh-ijkl-mnop", "ponm-lkji-hgfe-dcba"));
    private final KeptAccount bob = account("bob", List.of());

    private AccountFiles files() {
        return new AccountFiles(new Home(folder), (level, text) -> told.add(text));
    }

    @Test
    void whatIsKeptComesBackWithAKeyThatSigns() {
        files().keep(INDEX, ada);
        KeptAccount read = files().kept(INDEX).orElseThrow();
        assertThat(read.user()).isEqualTo("ada");
        assertThat(read.key().key()).isEqualTo(ada.key().key());
        assertThat(read.unseenCodes()).isEqualTo(ada.unseenCodes());
        byte[] signature = PeerKey.sign(DATA, read.key().privateKey());
        assertThat(ada.key().key().verifies(DATA, signature)).isTrue();
    }

    @Test
    void eachIndexHasItsOwn() {
        files().keep(INDEX, ada);
        assertThat(files().isEmpty(INDEX)).isFalse();
        assertThat(files().isEmpty(OTHER)).isTrue();
        assertThat(files().kept(OTHER)).isEmpty();
        files().keep(OTHER, bob);
        assertThat(files().owner(INDEX, "carl")).isEqualTo("ada");
        assertThat(files().owner(OTHER, "carl")).isEqualTo("bob");
        assertThat(files().owners("carl")).containsExactlyInAnyOrder("carl", "ada", "bob");
        assertThat(files().remove(OTHER)).isTrue();
        assertThat(files().remove(OTHER)).isFalse();
        assertThat(files().owner(OTHER, "carl")).isEqualTo("carl");
        assertThat(files().kept(INDEX)).isPresent();
    }

    @Test
    void whatWasBegunIsKeptBesideWhatWasBeforeUntilItIsSettledOrAbandoned() {
        files().keep(INDEX, bob);
        files().begin(INDEX, ada);
        assertThat(files().kept(INDEX).orElseThrow().user()).isEqualTo("bob");
        files().abandon(INDEX);
        assertThat(files().pending(INDEX)).isEmpty();
        files().begin(INDEX, ada);
        files().settle(INDEX);
        assertThat(files().pending(INDEX)).isEmpty();
        assertThat(files().kept(INDEX).orElseThrow().user()).isEqualTo("ada");
    }

    @Test
    void codesThatWereShownAreForgottenAndTheKeyIsNot() throws IOException {
        files().keep(INDEX, ada);
        files().codesShown(INDEX.fingerprint());
        assertThat(files().kept(INDEX).orElseThrow().unseenCodes()).isEmpty();
        assertThat(files().kept(INDEX).orElseThrow().key().key())
                .isEqualTo(ada.key().key());
        for (Path file : all()) {
            assertThat(Files.readString(file)).doesNotContain("abcd");
        }
        files().codesShown(OTHER.fingerprint());
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void onlyTheOwnerCanReadThemAndAWarningIsGivenOnceWhenOthersCan() throws IOException {
        files().begin(INDEX, ada);
        files().keep(OTHER, ada);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("accounts"))))
                .isEqualTo("rwx------");
        for (Path file : all()) {
            if (Files.size(file) > 0) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
        AccountFiles files = files();
        files.kept(OTHER);
        files.pending(INDEX);
        assertThat(told).singleElement().asString().contains("chmod 600");
    }

    @Test
    void aDamagedFileIsNamedAndNothingOfItRepeated() throws IOException {
        files().keep(INDEX, ada);
        Path file = all().stream()
                .filter(path -> path.toString().endsWith(".account"))
                .findFirst()
                .orElseThrow();
        String right = Files.readString(file);
        String others = "key: " + HexFormat.of().formatHex(bob.key().key().toBytes());
        for (String wrong : List.of(
                "",
                right.replace("user: ", "u: "),
                right.replace("PRIVATE KEY", "KEY"),
                right.replaceFirst("key: .*", "key: 04ff"),
                right.replaceFirst("key: .*", others),
                right.substring(0, right.length() - 60))) {
            Files.writeString(file, wrong);
            assertThatThrownBy(() -> files().kept(INDEX))
                    .isInstanceOf(PeerException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageNotContaining("abcd");
        }
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("accounts"))) {
            return files.toList();
        }
    }

    private static KeptAccount account(String user, List<String> codes) {
        return new KeptAccount(user, AccountKey.generate(), codes);
    }
}
