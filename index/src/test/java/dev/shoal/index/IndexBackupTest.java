package dev.shoal.index;

import static dev.shoal.index.Fixtures.NOW_MILLIS;
import static dev.shoal.index.Fixtures.content;
import static dev.shoal.index.Fixtures.first;
import static dev.shoal.index.Fixtures.get;
import static dev.shoal.index.Fixtures.key;
import static dev.shoal.index.Fixtures.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.content.Name;
import dev.shoal.protocol.IndexReply.Ack;
import dev.shoal.protocol.VersionRecord;
import dev.shoal.transport.Identity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an index must not lose can be saved while it runs, and put back. */
class IndexBackupTest {

    @TempDir
    private Path folder;

    private Path data;
    private Path backup;
    private Path back;
    private Identity identity;

    @BeforeEach
    void anIndex() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        backup = folder.resolve("backup");
        back = folder.resolve("back");
        identity = Identity.loadOrCreate(data.resolve("identity.pem"));
        Secrets.load(data, new SecureRandom());
        SqliteNames.open(data, NameLimits.DEFAULT).close();
    }

    @Test
    void whatIsSavedWhileNamesAreMadeIsWholeAndComesBack() throws IOException {
        KeyPair owner = Fixtures.keyPair();
        VersionRecord early = first(owner, "lab/early", content(1));
        VersionRecord late = first(owner, "lab/late", content(2));
        try (DataFolder running = DataFolder.claim(data);
                SqliteNames names = SqliteNames.open(data, NameLimits.DEFAULT)) {
            assertThat(running).isNotNull();
            make(names, owner, early);
            get(names.writer()
                    .write(handle -> handle.execute("INSERT INTO audiences VALUES (x'01', NULL, 0)"), done -> {}));
            IndexBackup.Summary saved = IndexBackup.make(data, backup);
            assertThat(saved.index()).isEqualTo(identity.id());
            make(names, owner, late);
        }

        assertThat(IndexBackup.restore(backup, back).index()).isEqualTo(identity.id());

        try (SqliteNames names = SqliteNames.open(back, NameLimits.DEFAULT)) {
            assertThat(get(names.inspect(new Name("lab/early"), 0))).isPresent();
            assertThat(get(names.inspect(new Name("lab/late"), 0))).isEmpty();
            int audiences = get(names.readers()
                    .read(handle -> handle.createQuery("SELECT count(*) FROM audiences")
                            .mapTo(Integer.class)
                            .one()));
            assertThat(audiences).isEqualTo(1);
            make(names, owner, late);
            assertThat(names.count()).isEqualTo(2);
        }
        for (String name : List.of("identity.pem", Secrets.FILE_NAME)) {
            assertThat(back.resolve(name)).hasSameBinaryContentAs(data.resolve(name));
        }
        assertThat(files(folder)).containsExactlyInAnyOrder("data", "backup", "back");
        assertThat(files(back)).doesNotContain(IndexBackup.UNFINISHED);
    }

    @Test
    void onlyItsOwnerReadsABackupAndWhatComesOutOfIt() throws IOException {
        IndexBackup.make(data, backup);
        IndexBackup.restore(backup, back);
        for (Path file : List.of(
                backup, back.resolve("identity.pem"), back.resolve("index-secrets"), back.resolve("index.db"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void nothingIsReplaced() throws IOException {
        Files.writeString(backup, "precious");
        assertThatThrownBy(() -> IndexBackup.make(data, backup))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("there already");
        assertThat(backup).hasContent("precious");

        Path good = folder.resolve("good");
        IndexBackup.make(data, good);
        byte[] database = Files.readAllBytes(data.resolve("index.db"));
        assertThatThrownBy(() -> IndexBackup.restore(good, data))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("already");
        assertThat(data.resolve("index.db")).hasBinaryContent(database);
        try (DataFolder running = DataFolder.claim(back)) {
            assertThat(running).isNotNull();
            assertThatThrownBy(() -> IndexBackup.restore(good, back)).isInstanceOf(DataException.class);
        }
    }

    @Test
    void whatAnotherIndexWroteLastIsNoPartOfABackup() throws IOException {
        IndexBackup.make(data, backup);
        KeyPair owner = Fixtures.keyPair();
        byte[] foreign;
        try (SqliteNames names = SqliteNames.open(data, NameLimits.DEFAULT)) {
            make(names, owner, first(owner, "lab/foreign", content(1)));
            foreign = Files.readAllBytes(data.resolve("index.db-wal"));
        }
        assertThat(foreign).isNotEmpty();
        for (String log : List.of("index.db-wal", "index.db-shm", "index.db-journal")) {
            Path target = Files.createDirectory(folder.resolve("beside " + log));
            Files.write(target.resolve(log), foreign);
            assertThatThrownBy(() -> IndexBackup.restore(backup, target))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining(log);
            assertThat(target.resolve(log)).hasBinaryContent(foreign);
            assertThat(target.resolve("index.db")).doesNotExist();
            // One that was broken off, and tried again.
            Files.createFile(target.resolve(IndexBackup.UNFINISHED));
            assertThat(IndexBackup.restore(backup, target).index()).isEqualTo(identity.id());
            try (SqliteNames names = SqliteNames.open(target, NameLimits.DEFAULT)) {
                assertThat(names.count()).isZero();
            }
        }
    }

    @Test
    void aFolderWithoutAnIndexIsNotSaved() {
        assertThatThrownBy(() -> IndexBackup.make(folder.resolve("nowhere"), backup))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no index");
        assertThat(backup).doesNotExist();
    }

    @Test
    void aDamagedDatabaseIsNotSaved() throws IOException {
        try (SqliteNames names = SqliteNames.open(data, NameLimits.DEFAULT)) {
            KeyPair owner = Fixtures.keyPair();
            for (int i = 0; i < 200; i++) {
                make(names, owner, first(owner, "lab/file " + i, content(i)));
            }
        }
        byte[] bytes = Files.readAllBytes(data.resolve("index.db"));
        for (int i = 4_096; i < bytes.length; i += 100) {
            bytes[i] ^= 0x55;
        }
        Files.write(data.resolve("index.db"), bytes);

        assertThatThrownBy(() -> IndexBackup.make(data, backup)).isInstanceOf(DataException.class);
        assertThat(files(folder)).containsExactly("data");
    }

    @Test
    void aDamagedBackupIsRefusedAndLeavesNoIndexThatStarts() throws IOException {
        IndexBackup.make(data, backup);
        byte[] whole = Files.readAllBytes(backup);
        long seed = new SecureRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        for (int round = 0; round < 16; round++) {
            byte[] damaged = whole.clone();
            if (round % 2 == 0) {
                damaged = Arrays.copyOf(whole, random.nextInt(whole.length));
            } else {
                damaged[random.nextInt(whole.length)] ^= (byte) (1 + random.nextInt(255));
            }
            Path bad = Files.write(folder.resolve("bad"), damaged);
            Path target = folder.resolve("target" + round);
            try {
                assertThat(IndexBackup.restore(bad, target).index())
                        .as("seed " + seed)
                        .isEqualTo(identity.id());
                for (String name : List.of("identity.pem", Secrets.FILE_NAME)) {
                    // The flipped byte was one that says nothing of a content, as a time is.
                    assertThat(target.resolve(name)).as("seed " + seed).hasSameBinaryContentAs(data.resolve(name));
                }
            } catch (DataException e) {
                refused++;
                boolean begun = Files.exists(target.resolve(IndexBackup.UNFINISHED));
                assertThat(begun || Files.notExists(target.resolve("identity.pem")))
                        .as("seed " + seed)
                        .isTrue();
                if (begun) {
                    assertThatThrownBy(() -> IndexBackup.refuseUnfinished(target))
                            .isInstanceOf(DataException.class);
                    assertThat(IndexBackup.restore(backup, target).index()).isEqualTo(identity.id());
                }
            }
        }
        assertThat(refused).as("seed " + seed).isGreaterThan(8);
    }

    @Test
    void whatIsNoBackupIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "no archive");
        Path other = folder.resolve("other.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(other))) {
            for (String name : List.of("index.db", "index-secrets", "../identity.pem")) {
                zip.putNextEntry(new ZipEntry(name));
            }
        }
        Path bomb = folder.resolve("bomb.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
            for (String name : List.of("index.db", "index-secrets", "identity.pem")) {
                zip.putNextEntry(new ZipEntry(name));
                zeros(zip, 1 << 20);
            }
        }
        for (Path wrong : List.of(text, other, bomb, folder.resolve("nowhere"))) {
            assertThatThrownBy(() -> IndexBackup.restore(wrong, folder.resolve("target")))
                    .as(wrong.toString())
                    .isInstanceOf(DataException.class);
        }
        assertThat(folder.resolve("identity.pem")).doesNotExist();
    }

    private static void make(SqliteNames names, KeyPair owner, VersionRecord record) {
        assertThat(get(names.register(wish(key(owner), record.name().text(), record.content(), record), NOW_MILLIS)))
                .isInstanceOf(Ack.class);
    }

    private static void zeros(OutputStream out, int count) throws IOException {
        out.write(new byte[count]);
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
