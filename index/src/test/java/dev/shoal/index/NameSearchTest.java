package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.protocol.VersionRecord;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameSearchTest {

    private static final List<String> NAMES = List.of(
            "lab/genome.fa",
            "lab/2024/genome.fa",
            "lab/genome.fa.old",
            "lab/human_genome-v2.fa",
            "lab/genomes/mouse.fa",
            "studio/Résumé Été.PDF",
            "studio/東京の地図.png",
            "studio/AND OR NOT NEAR.txt",
            "studio/50% \"off\" (sale)*.html");

    @TempDir
    private static Path folder;

    private static SqliteNames names;

    @BeforeAll
    static void fill() {
        KeyPair owner = Fixtures.keyPair();
        names = SqliteNames.open(folder, NameLimits.DEFAULT);
        for (int i = 0; i < NAMES.size(); i++) {
            VersionRecord record = first(owner, NAMES.get(i), content(i));
            get(names.register(wish(key(owner), NAMES.get(i), content(i), record), NOW_MILLIS));
        }
    }

    @AfterAll
    static void close() {
        names.close();
    }

    @Test
    void theNameItselfComesFirstThenItsFileNameThenWordsThenBeginnings() {
        assertThat(search("lab/2024/genome.fa").getFirst()).isEqualTo("lab/2024/genome.fa");
        assertThat(search("genome.fa"))
                .containsExactly(
                        "lab/genome.fa",
                        "lab/2024/genome.fa",
                        "lab/genome.fa.old",
                        "lab/human_genome-v2.fa",
                        "lab/genomes/mouse.fa");
        assertThat(search("genome"))
                .containsExactly(
                        "lab/genome.fa",
                        "lab/2024/genome.fa",
                        "lab/genome.fa.old",
                        "lab/human_genome-v2.fa",
                        "lab/genomes/mouse.fa");
        assertThat(search("lab genome fa").getFirst()).isEqualTo("lab/genome.fa");
    }

    @Test
    void beginningsOfWordsFind() {
        assertThat(search("mou")).containsExactly("lab/genomes/mouse.fa");
        assertThat(search("hum gen")).containsExactly("lab/human_genome-v2.fa");
    }

    @Test
    void caseAndDiacriticsDoNotMatter() {
        assertThat(search("RESUME ete")).containsExactly("studio/Résumé Été.PDF");
        assertThat(search("re\u0301sume\u0301")).containsExactly("studio/Résumé Été.PDF");
        assertThat(search("地図")).containsExactly("studio/東京の地図.png");
    }

    @Test
    void allWordsMustMatch() {
        assertThat(search("genome nowhere")).isEmpty();
        assertThat(search("")).isEmpty();
        assertThat(search("  /._- ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AND", "OR", "NOT", "NEAR", "and or not", "NEAR(lab genome)", "lab OR", "\"", "\"\"", "'", "lab\"", "*",
                "^lab", "words:lab", "{words}: lab", "-lab", "+", "(", ")", "((lab", "lab*", "lab AND NOT", "%", "_",
                "\u0000", "lab\u0000genome", "\uD800", "\u0301", "--", ";", "lab'; DROP TABLE names; --", "\\",
                        "a b c d"
            })
    void noTextBreaksTheSearch(String text) {
        search(text);
        assertThat(search("genome.fa").getFirst()).isEqualTo("lab/genome.fa");
    }

    @Test
    void randomTextsDoNotBreakTheSearch() {
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        String pieces = "ab\"'*()^:-+{}\u0000 \u0301東😀/.ANDORNOT";
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(60); length > 0; length--) {
                text.append(pieces.charAt(random.nextInt(pieces.length())));
            }
            assertThat(search(text.toString())).as("seed " + seed + ", " + text).isNotNull();
        }
    }

    private static List<String> search(String text) {
        return get(names.search(text)).stream().map(row -> row.name().text()).toList();
    }
}
