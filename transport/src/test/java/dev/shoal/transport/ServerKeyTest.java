package dev.shoal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server shows to programs that are no peers. */
class ServerKeyTest {

    @TempDir
    Path folder;

    @Test
    void whatIsMadeOnceIsKeptForItsOwnerAlone() throws Exception {
        Path file = folder.resolve("server.pem");
        ServerKey made = ServerKey.loadOrCreate(file, "files.example");
        ServerKey again = ServerKey.loadOrCreate(file, "other.example");
        assertThat(again.fingerprint()).isEqualTo(made.fingerprint()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
        assertThat(SecretFile.isOpenToOthers(file)).isFalse();
        assertThat(made.isSelfSigned()).isTrue();
        X509Certificate certificate = made.chain().getFirst();
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(2, "files.example"));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(certificate.getPublicKey().getEncoded());
        assertThat(made.pin()).isEqualTo("sha256//" + Base64.getEncoder().encodeToString(hash));
        assertThat(made.toString()).doesNotContain("PRIVATE");
    }

    @Test
    void addressesAreInTheCertificateAsAddresses() throws Exception {
        for (String address : List.of("192.0.2.7", "2001:db8::1")) {
            X509Certificate certificate = ServerKey.loadOrCreate(folder.resolve(address.replace(':', '-')), address)
                    .chain()
                    .getFirst();
            assertThat(certificate
                            .getSubjectAlternativeNames()
                            .iterator()
                            .next()
                            .getFirst())
                    .isEqualTo(7);
        }
    }

    @Test
    void aCertificateThatIsAboutToEndIsMadeAnewOfTheSameKey() throws Exception {
        Path file = folder.resolve("server.pem");
        KeyPair pair = SelfSigned.pair();
        X509Certificate old = SelfSigned.server(pair, "a.example", Duration.ofDays(59));
        Files.writeString(
                file,
                Pem.encode("PRIVATE " + "KEY", pair.getPrivate().getEncoded())
                        + Pem.encode("CERTIFICATE", old.getEncoded()));
        ServerKey fresh = ServerKey.loadOrCreate(file, "a.example");
        assertThat(fresh.chain().getFirst().getPublicKey()).isEqualTo(pair.getPublic());
        assertThat(fresh.chain().getFirst().getNotAfter().toInstant())
                .isAfter(Instant.now().plus(Duration.ofDays(790)))
                .isBefore(Instant.now().plus(Duration.ofDays(825)));
    }

    @Test
    void whatDoesNotBelongTogetherOrIsNoneIsRefused() throws Exception {
        Path one = folder.resolve("one");
        Path other = folder.resolve("other");
        ServerKey.loadOrCreate(one, "a.example");
        ServerKey.loadOrCreate(other, "a.example");
        assertThat(ServerKey.load(one, one).isSelfSigned()).isFalse();
        assertRefused(one, other, "do not belong together");
        assertRefused(folder.resolve("none"), one, "none");
        Path damaged = Files.writeString(
                folder.resolve("damaged"),
                Files.readString(one, StandardCharsets.US_ASCII).replace("M", "A"));
        assertRefused(damaged, one, "openssl pkcs8");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        Path rsa = Files.writeString(
                folder.resolve("rsa"),
                Pem.encode(
                        "RSA PRIVATE " + "KEY",
                        generator.generateKeyPair().getPrivate().getEncoded()));
        assertRefused(one, rsa, "it has no PRIVATE KEY");
        assertThatThrownBy(() -> ServerKey.loadOrCreate(rsa, "a.example"))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("Remove the file");
    }

    private static void assertRefused(Path certificate, Path key, String why) {
        assertThatThrownBy(() -> ServerKey.load(certificate, key))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(why);
    }
}
