package dev.shoal.bench;

import java.io.IOException;

/**
 * What a network device has carried, with all headers. Immutable.
 *
 * @param received in bytes
 * @param sent in bytes
 */
record DeviceBytes(long received, long sent) {

    private static final int SENT_COLUMN = 9;

    /** Reads what {@code /proc/net/dev} says of a device. */
    static DeviceBytes parse(String table, String device) throws IOException {
        for (String line : table.lines().toList()) {
            String[] words = line.strip().split("[: ]+", -1);
            if (words[0].equals(device)) {
                return new DeviceBytes(Long.parseLong(words[1]), Long.parseLong(words[SENT_COLUMN]));
            }
        }
        throw new IOException("this machine does not count what " + device + " carries");
    }

    /** What it carried since an earlier moment. */
    DeviceBytes since(DeviceBytes before) {
        return new DeviceBytes(received - before.received, sent - before.sent);
    }

    /** In both directions. */
    long both() {
        return received + sent;
    }
}
