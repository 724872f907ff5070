package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The datagrams among the vectors are what the specification says, computed here from its words alone. */
class DatagramVectorsTest {

    private static final int SEALED_HEADER_BYTES = 17;
    private static final int REJOIN_BYTES = 1_000;

    private static byte[] open(byte[] key, byte[] nonce, byte[] datagram, int headerBytes)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(datagram, 0, headerBytes);
        return cipher.doFinal(datagram, headerBytes, datagram.length - headerBytes);
    }

    private static byte[] mac(byte[] key, String prefix, byte[] data, int length) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update(prefix.getBytes(StandardCharsets.US_ASCII));
        mac.update(data, 0, length);
        return mac.doFinal();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sealed-request", "sealed-reply"})
    void sealedDatagramOpens(String name) throws GeneralSecurityException {
        Vector vector = Vector.named(name);
        ByteBuffer datagram = ByteBuffer.wrap(vector.bytes());
        assertThat(datagram.get()).isEqualTo((byte) 1);
        assertThat(datagram.getLong()).isEqualTo(vector.number("session"));
        long counter = datagram.getLong();
        assertThat(counter).isEqualTo(vector.number("counter"));
        byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(counter).array();
        assertThat(nonce).isEqualTo(vector.hex("nonce"));
        assertThat(open(vector.hex("key"), nonce, vector.bytes(), SEALED_HEADER_BYTES))
                .isEqualTo(vector.hex("pdu"));
    }

    @Test
    void answerToAnUnknownSessionIsProvedAndShorterThanAnySealedDatagram() throws GeneralSecurityException {
        Vector vector = Vector.named("unknown-session");
        byte[] datagram = vector.bytes();
        assertThat(datagram).hasSize(33).hasSizeLessThan(SEALED_HEADER_BYTES + Header.BYTES + 16);
        byte[] proof = mac(vector.hex("proofKey"), "", datagram, SEALED_HEADER_BYTES);
        assertThat(Arrays.copyOfRange(datagram, SEALED_HEADER_BYTES, 33))
                .isEqualTo(Arrays.copyOf(proof, 16))
                .isEqualTo(vector.hex("proof"));
        assertThat(Arrays.copyOf(datagram, SEALED_HEADER_BYTES)[0]).isEqualTo((byte) 2);
    }

    @Test
    void rejoinIsProvedAndPadded() throws GeneralSecurityException {
        Vector vector = Vector.named("rejoin");
        byte[] datagram = vector.bytes();
        assertThat(datagram).hasSize(REJOIN_BYTES);
        ByteBuffer in = ByteBuffer.wrap(datagram);
        assertThat(in.get()).isEqualTo((byte) 3);
        byte[] ticket = new byte[in.getShort()];
        in.get(ticket);
        assertThat(ticket).isEqualTo(vector.hex("ticket"));
        byte[] nonce = new byte[16];
        in.get(nonce);
        assertThat(nonce).isEqualTo(vector.hex("clientNonce"));
        assertThat(in.getLong()).isEqualTo(vector.number("timeMillis"));
        byte[] proof = mac(vector.hex("resumptionSecret"), "shoal rejoin request", datagram, in.position());
        byte[] sent = new byte[32];
        in.get(sent);
        assertThat(sent).isEqualTo(proof).isEqualTo(vector.hex("proof"));
        byte[] padding = new byte[in.remaining()];
        in.get(padding);
        assertThat(padding).containsOnly(0);
    }

    @Test
    void answerToARejoinOpensToAWelcome() throws GeneralSecurityException {
        Vector vector = Vector.named("rejoined");
        byte[] datagram = vector.bytes();
        assertThat(datagram[0]).isEqualTo((byte) 4);
        byte[] nonces = Arrays.copyOfRange(datagram, 1, 33);
        byte[] secret = vector.hex("resumptionSecret");
        byte[] key = Arrays.copyOf(mac(secret, "shoal rejoin answer", nonces, 32), 16);
        assertThat(key).isEqualTo(vector.hex("key"));
        byte[] pdu = open(key, new byte[12], datagram, 33);
        assertThat(pdu).isEqualTo(vector.hex("pdu"));
        ByteBuffer in = ByteBuffer.wrap(pdu);
        Header header = Header.read(in);
        assertThat(header).isEqualTo(new Header('w', true, false, 0));
        assertThat(IndexReply.decode(header, in)).isInstanceOf(Welcome.class);
    }
}
