package dev.shoal.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code transfer}: one large file over loopback between two processes, side by side with other ways. */
@Command(
        name = "transfer",
        mixinStandardHelpOptions = true,
        description = "One file over loopback between two processes: Shoal against other ways.",
        footer = "A ratio of 1.1 is a tenth more time than curl over HTTPS in the same round. To a disk every file is"
                + " forced, and the time of that counts. With neither --tmpfs nor --disk there are both tables.")
final class TransferBench implements Callable<Integer> {

    @Mixin
    final TransferOptions options = new TransferOptions();

    @Option(names = "--tmpfs", description = "Only the table of transfers to --folder, where nothing is forced.")
    boolean tmpfs;

    @Option(names = "--disk", description = "Only the table of transfers to --disk-folder, which are forced.")
    boolean disk;

    @Option(
            names = "--disk-folder",
            paramLabel = "FOLDER",
            description = "Where file and target are on a disk; bench/target/disk when left out.")
    @Nullable
    Path diskFolder;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.println(Machine.here().line());
        Path json = options.json(tmpfs == disk ? "transfer" : tmpfs ? "transfer-tmpfs" : "transfer-disk");
        Map<String, Object> results = new LinkedHashMap<>();
        if (tmpfs || !disk) {
            results.put("tmpfs", table(options.folder, false, json));
        }
        if (disk || !tmpfs) {
            Path folder =
                    diskFolder != null ? diskFolder : Program.here().root().resolve("bench/target/disk");
            results.put("disk", table(folder, true, json));
        }
        ResultFile.write(json, Main.commandLine(), results);
        return 0;
    }

    private Map<String, Object> table(Path folder, boolean forced, Path json) throws IOException, InterruptedException {
        Path existing = Files.createDirectories(folder);
        try (WorkFolder work = WorkFolder.below(existing);
                ShoalWorld world = new ShoalWorld(work, work.randomFile("www/file", options.bytes()))) {
            Path file = work.path().resolve("www/file");
            Path target = work.folder("received").resolve("file");
            Interleaving turns = options.turns(file, target);
            contenders(work, world, file, target).forEach((contender, forcesItself) -> {
                if (options.wants(contender)) {
                    turns.add(forced && !forcesItself ? new ForcedContender(contender, work) : contender);
                }
            });
            Comparison comparison = new Comparison(turns.run(), CurlContender.SECURE, options.bytes());
            List<Figure> figures = forced
                    ? TransferFigures.toDisk(comparison.samples())
                    : TransferFigures.toMemory(comparison.samples());
            String title = options.mebibytes + " MiB over loopback to "
                    + (forced
                            ? "a disk, forced"
                            : "memory (" + Files.getFileStore(existing).type() + ")");
            System.out.println(title + "\n\n" + comparison);
            if (!figures.isEmpty()) {
                System.out.println(Figure.table(figures));
            }
            comparison.chart(title).write(ResultFile.beside(json, forced ? "transfer-disk.svg" : "transfer-tmpfs.svg"));
            Map<String, Object> results = comparison.results();
            results.put("figures", figures.stream().map(Figure::result).toList());
            return results;
        }
    }

    /** All of them, and whether what they say is complete is on the disk without our doing. */
    private static Map<Contender, Boolean> contenders(WorkFolder work, ShoalWorld world, Path file, Path target) {
        Map<Contender, Boolean> contenders = new LinkedHashMap<>();
        contenders.put(new CurlContender(work, "file", CurlContender.Way.SECURE), false);
        contenders.put(new ShoalColdContender(world), true);
        contenders.put(new ShoalWarmContender(world, target, Files::deleteIfExists), true);
        contenders.put(new CurlContender(work, "file", CurlContender.Way.PLAIN), false);
        contenders.put(new CurlContender(work, "file", CurlContender.Way.HASHED), false);
        contenders.put(new RsyncContender(work, "file"), false);
        contenders.put(new ScpContender(work, file), false);
        contenders.put(new AriaContender(work, file), false);
        contenders.put(new LibtorrentContender(work, file), false);
        contenders.put(new SyncthingContender(work, file), false);
        contenders.put(new HashPass(work, file), true);
        return contenders;
    }
}
