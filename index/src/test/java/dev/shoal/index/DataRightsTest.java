package dev.shoal.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an index keeps is read by its owner alone, whatever the process' mask. */
class DataRightsTest {

    private static final int MIN_KEY_BYTES = 16;

    @TempDir
    private Path temporary;

    private static IndexServer start(Path data) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return IndexServer.start(new IndexConfiguration(any, data, Optional.empty(), IndexSettings.DEFAULT));
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static List<String> openToOthers(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !rights(file).endsWith("------"))
                    .map(file -> folder.relativize(file) + " " + rights(file))
                    .toList();
        }
    }

    private static String rights(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void othersReadNothingOfWhatAnIndexKeeps() throws IOException {
        Path data = temporary.resolve("made/data");
        try (IndexServer index = start(data)) {
            assertThat(index.address().getPort()).isPositive();
            assertThat(files(data))
                    .contains(
                            "index.db",
                            "index.db-wal",
                            "index.db-shm",
                            DataFolder.LOCK_NAME,
                            Secrets.FILE_NAME,
                            IndexServer.IDENTITY_NAME);
            assertThat(openToOthers(temporary.resolve("made"))).isEmpty();
        }
        assertThat(openToOthers(temporary.resolve("made"))).isEmpty();
    }

    @Test
    void noTwoIndexesHaveAKeyInCommon() throws IOException {
        Path one = temporary.resolve("one");
        Path other = temporary.resolve("other");
        try (IndexServer first = start(one);
                IndexServer second = start(other)) {
            assertThat(first.id()).isNotEqualTo(second.id());
        }
        byte[] secrets = Files.readAllBytes(one.resolve(Secrets.FILE_NAME));
        byte[] otherSecrets = Files.readAllBytes(other.resolve(Secrets.FILE_NAME));
        assertThat(otherSecrets).hasSameSizeAs(secrets);
        // Not in one block of them, wherever one key ends and the next begins.
        for (int from = 0; from + MIN_KEY_BYTES <= secrets.length; from += MIN_KEY_BYTES) {
            int end = from + MIN_KEY_BYTES;
            assertThat(Arrays.copyOfRange(otherSecrets, from, end))
                    .isNotEqualTo(Arrays.copyOfRange(secrets, from, end));
        }
    }

    @Test
    void aDatabaseOfAnOlderVersionIsNarrowed() throws IOException {
        SqliteNames.open(temporary, NameLimits.DEFAULT).close();
        Path database = temporary.resolve(IndexDatabase.FILE_NAME);
        Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("rw-r--r--"));
        Path log = Files.createFile(temporary.resolve("index.db-wal"));
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-r--r--"));
        try (SqliteNames names = SqliteNames.open(temporary, NameLimits.DEFAULT)) {
            assertThat(names.count()).isZero();
            for (String file : files(temporary)) {
                assertThat(rights(temporary.resolve(file))).as(file).isEqualTo("rw-------");
            }
        }
    }
}
