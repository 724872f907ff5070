package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tls}: which TLS stack moves verified file data fastest between two Java processes. */
@Command(
        name = "tls",
        mixinStandardHelpOptions = true,
        description = "TLS stacks: one file between two bare Java processes, encrypted, hashed and written.",
        footer = "The ratio of a warm pair leaves its start out, that of curl does not.")
final class TlsBench implements Callable<Integer> {

    @Mixin
    final TransferOptions options = new TransferOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(options.folder)) {
            Path file = work.randomFile("www/file", options.bytes());
            Path target = work.folder("received").resolve("file");
            Interleaving turns = options.turns(file, target);
            add(turns, new CurlContender(work, "file", CurlContender.Way.SECURE));
            for (boolean warm : new boolean[] {false, true}) {
                for (TlsStack stack : TlsStack.values()) {
                    for (int connections = 1; connections <= 2; connections++) {
                        add(turns, new TlsContender(work, file, options.bytes(), stack, connections, warm));
                    }
                }
            }
            Comparison comparison = new Comparison(turns.run(), CurlContender.SECURE, options.bytes());
            System.out.println(comparison);
            ResultFile.write(options.json("tls"), Main.commandLine(), comparison.results());
        }
        return 0;
    }

    private void add(Interleaving turns, Contender contender) {
        if (options.wants(contender)) {
            turns.add(contender);
        }
    }
}
