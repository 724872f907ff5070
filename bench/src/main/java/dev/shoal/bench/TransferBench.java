package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code transfer}: one large file over loopback between two processes, side by side with other ways. */
@Command(
        name = "transfer",
        mixinStandardHelpOptions = true,
        description = "One file over loopback between two processes: Shoal against curl from nginx.",
        footer = "A speed ratio of 0.9 is nine tenths of the speed of curl over HTTPS in the same run.")
final class TransferBench implements Callable<Integer> {

    @Mixin
    final TransferOptions options = new TransferOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        try (WorkFolder work = WorkFolder.below(options.folder);
                ShoalWorld world = new ShoalWorld(work, work.randomFile("www/file", options.bytes()))) {
            Path file = work.path().resolve("www/file");
            Path target = work.folder("received").resolve("file");
            Interleaving turns = new Interleaving(file, target, options.rounds, options.touchBytes());
            for (Contender contender : List.of(
                    new CurlContender(work, "file", true),
                    new ShoalColdContender(world),
                    new ShoalWarmContender(world, target),
                    new CurlContender(work, "file", false))) {
                if (options.wants(contender)) {
                    turns.add(contender);
                }
            }
            Comparison comparison = new Comparison(turns.run(), CurlContender.SECURE, options.bytes());
            System.out.println(comparison);
            ResultFile.write(options.json("transfer"), Main.commandLine(), comparison.results());
        }
        return 0;
    }
}
