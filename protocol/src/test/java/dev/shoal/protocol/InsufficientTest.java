package dev.shoal.protocol;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What breaks off early is refused, wherever it breaks off. The second of four suites about the codecs. */
class InsufficientTest {

    @Test
    void everyPrefixIsRefused() {
        for (long seed = 0; seed < 10; seed++) {
            for (Specimen specimen : Specimen.each(new SplittableRandom(seed), 3)) {
                byte[] bytes = specimen.encode(1);
                int end = specimen.isOpenEnded()
                        ? Header.BYTES + PeerPdu.DATA_FIELDS_BYTES + 1
                        : bytes.length - specimen.optionalBytes();
                for (int length = 0; length < end; length++) {
                    refuses(specimen, Arrays.copyOf(bytes, length), "seed " + seed + ", " + length + " bytes");
                }
            }
        }
    }

    private static void refuses(Specimen specimen, byte[] prefix, String what) {
        try {
            specimen.decode(prefix);
        } catch (MalformedPduException e) {
            return;
        }
        fail("%s of %s were taken", what, specimen.pdu());
    }

    @Test
    void everyPrefixOfARecordIsRefused() {
        byte[] bytes = new Samples(new SplittableRandom(3), 3).record().encode();
        for (int length = 0; length < bytes.length; length++) {
            byte[] prefix = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> VersionRecord.decode(prefix)).isInstanceOf(MalformedPduException.class);
        }
    }

    @Test
    void messageSaysWhatIsMissing() {
        assertThatThrownBy(() -> Header.read(ByteBuffer.wrap(new byte[4])))
                .isInstanceOf(MalformedPduException.class)
                .hasMessage("id: 2 bytes are missing");
    }
}
