package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {

    @TempDir
    Path folder;

    @Test
    void isMadeOnceAndReadAgain() throws Exception {
        Path file = folder.resolve("deep/er/identity.pem");
        Identity made = Identity.loadOrCreate(file);
        assertThat(Identity.loadOrCreate(file).id()).isEqualTo(made.id());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(made.toString()).doesNotContain("PRIVATE").contains(made.id().toString());
        made.certificate().verify(made.certificate().getPublicKey());
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aKeyIsOpenWhenOthersReadOrWriteIt() throws IOException {
        Path file = Files.writeString(folder.resolve("identity.pem"), "key");
        for (String rights : new String[] {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-"}) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
            assertThat(SecretFile.isOpenToOthers(file)).as(rights).isTrue();
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        assertThat(SecretFile.isOpenToOthers(file)).isFalse();
        assertThat(SecretFile.isOpenToOthers(folder.resolve("none"))).isFalse();
    }

    @Test
    void noTwoHomesHaveAKeyInCommon() {
        Identity one = Identity.loadOrCreate(folder.resolve("one/identity.pem"));
        Identity other = Identity.loadOrCreate(folder.resolve("other/identity.pem"));
        assertThat(other.key()).isNotEqualTo(one.key());
        assertThat(other.privateKey()).isNotEqualTo(one.privateKey());
        assertThat(AccountKey.generate().key())
                .isNotEqualTo(AccountKey.generate().key());
    }

    @Test
    void manyAtOnceGetTheSameOne() throws Exception {
        Path file = folder.resolve("identity.pem");
        Set<Object> ids = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Object> load = () -> locked(file);
            for (Future<Object> id :
                    threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> load).toList())) {
                ids.add(id.get());
            }
        }
        assertThat(ids).hasSize(1);
    }

    private static synchronized Object locked(Path file) {
        return Identity.loadOrCreate(file).id();
    }

    @Test
    void damagedFileIsAnErrorAndIsKept() throws Exception {
        Path file = folder.resolve("identity.pem");
        for (String text :
                new String[] {"", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> Identity.loadOrCreate(file))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining(file.toString());
            assertThat(Files.readString(file)).isEqualTo(text);
        }
    }
}
