package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code shoal} in a copy of the checkout, with programs for Java and Maven that only take notes. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {

    private static final List<String> TOOLS = List.of(
            "sh",
            "dirname",
            "readlink",
            "find",
            "head",
            "tail",
            "grep",
            "ln",
            "mv",
            "rm",
            "mkdir",
            "sleep",
            "cp",
            "uname",
            "stty",
            "cat",
            "sed",
            "awk",
            "nice");

    private static final String JAVA = """
            #!/bin/sh
            for word; do
              case $word in
                -XX:AOTCacheOutput=*) [ -n "${NO_CACHE:-}" ] || : >"${word#*=}" ;;
              esac
            done
            echo "$*" >>"$NOTES/java"
            printf '<%s>' "$@"
            """;

    private static final String MAVEN = """
            #!/bin/sh
            echo "$*" >>"$NOTES/maven"
            sleep "${BUILD_SECONDS:-0}"
            if [ -n "${BROKEN:-}" ]; then
              echo '[ERROR] Some.java:[1,2] what is this'
              exit 1
            fi
            out=$(dirname "$0")/cli/target/shoal/lib
            mkdir -p "$out"
            : >"$out/shoal.jar"
            """;

    @TempDir
    Path temporary;

    private Path checkout;
    private Path notes;
    private Path jvm;
    private Path bin;

    /** What a run of the script left. */
    private record Ran(int exit, String out, String err) {}

    @BeforeEach
    void checkout() throws IOException {
        checkout = Files.createDirectories(temporary.resolve("a check out"));
        notes = Files.createDirectories(temporary.resolve("notes"));
        jvm = Files.createDirectories(temporary.resolve("jvm"));
        bin = Files.createDirectories(temporary.resolve("bin"));
        for (String tool : TOOLS) {
            script(bin.resolve(tool), "#!/bin/sh\nexec " + tool(tool) + " \"$@\"\n");
        }
        Path root = Path.of(System.getProperty("shoal.root", ".."));
        script(checkout.resolve("shoal"), Files.readString(root.resolve("shoal")));
        // No JDK of this machine is to be found, only those that a test puts there.
        String finder = Files.readString(root.resolve(".mvn/jdk.sh"))
                .replace("/usr/lib/jvm/*", "\"$JVM\"/*")
                .replaceAll("(?<=[\\s])/(usr|opt|Library)/", "/nowhere/$1/");
        Files.createDirectories(checkout.resolve(".mvn"));
        Files.writeString(checkout.resolve(".mvn/jdk.sh"), finder);
        script(checkout.resolve("mvnw"), MAVEN);
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.createDirectories(checkout.resolve("cli/src/main/java"));
        Files.writeString(checkout.resolve("cli/src/main/java/A.java"), "");
        age(checkout);
        jdk("jdk-25", "25.0.1");
    }

    private static Path tool(String name) {
        return Stream.of("/bin/" + name, "/usr/bin/" + name)
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Makes everything so old that it is older than any build. */
    private static void age(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
            }
        }
    }

    private Path jdk(String name, String version) throws IOException {
        Path folder = jvm.resolve(name);
        Files.createDirectories(folder.resolve("bin"));
        script(folder.resolve("bin/java"), JAVA);
        script(folder.resolve("bin/javac"), JAVA);
        Files.writeString(
                folder.resolve("release"),
                "IMPLEMENTOR=\"X\"\nJAVA_RUNTIME_VERSION=\"" + version + "+8\"\nJAVA_VERSION=\"" + version + "\"\n");
        return folder;
    }

    private Process start(Path script, Map<String, String> environment, Path out, Path err, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("NOTES", notes.toString());
        builder.environment().put("JVM", jvm.toString());
        builder.environment().put("HOME", "/nowhere");
        builder.environment().putAll(environment);
        return builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    }

    private Ran run(Path script, Map<String, String> environment, String... arguments) throws Exception {
        Path out = Files.createTempFile(temporary, "out", "");
        Path err = Files.createTempFile(temporary, "err", "");
        Process process = start(script, environment, out, err, arguments);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Ran run(String... arguments) throws Exception {
        return run(checkout.resolve("shoal"), Map.of(), arguments);
    }

    private List<String> notes(String of) throws IOException {
        Path file = notes.resolve(of);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Test
    void theFirstStartBuildsAndTheSecondDoesNot() throws Exception {
        Ran first = run("share", "my file", "*", "");
        Ran second = run("ls");

        assertThat(first.exit()).isZero();
        assertThat(first.err()).contains("Building Shoal").contains("Preparing Shoal");
        assertThat(first.out()).endsWith("<dev.shoal.cli.Main><share><my file><*><>");
        assertThat(first.out())
                .contains("<-XX:AOTCache=" + checkout + "/.shoal-build/moving-25.0.1+8.aot>")
                .contains("<" + checkout + "/.shoal-build/lib/shoal.jar>")
                .doesNotContain("TieredStopAtLevel");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).contains("TieredStopAtLevel=1");
        assertThat(notes("maven")).hasSize(1);
    }

    @Test
    void aChangeOfTheSourcesBuildsAgain() throws Exception {
        run("ls");
        Files.setLastModifiedTime(
                checkout.resolve("cli/src/main/java/A.java"),
                FileTime.from(Instant.now().plusSeconds(5)));
        run("ls");
        assertThat(notes("maven")).hasSize(2);
    }

    @Test
    void whatRunsIsNotWhereMavenBuilds() throws Exception {
        run("ls");
        Files.writeString(checkout.resolve("cli/target/shoal/lib/shoal.jar"), "half of a new one");
        assertThat(checkout.resolve(".shoal-build/lib/shoal.jar")).isEmptyFile();
    }

    @Test
    void linksAreFollowedAndTheFolderDoesNotMatter() throws Exception {
        Path link = temporary.resolve("one link");
        Files.createSymbolicLink(temporary.resolve("another"), checkout.resolve("shoal"));
        Files.createSymbolicLink(link, Path.of("another"));

        assertThat(run(link, Map.of(), "who").out()).endsWith("<who>");
    }

    @Test
    void withoutAnyJdkOneSentenceSaysWhatToDo() throws Exception {
        Files.delete(jvm.resolve("jdk-25/release"));
        jdk("jdk-17", "17.0.2");

        Ran ran = run("ls");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err().lines()).singleElement().asString().contains("install one");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void aJavaHomeThatIsWrongOrTooOldIsNoObstacle() throws Exception {
        Path old = jdk("jdk-17", "17.0.2");
        Path newer = jdk("other/jdk-26", "26");

        assertThat(run(checkout.resolve("shoal"), Map.of("JAVA_HOME", old.toString()), "ls")
                        .exit())
                .isZero();
        assertThat(run(checkout.resolve("shoal"), Map.of("JAVA_HOME", "/nowhere"), "ls")
                        .out())
                .contains("asking-25.0.1+8.aot");
        assertThat(run(checkout.resolve("shoal"), Map.of("JAVA_HOME", newer.toString()), "ls")
                        .out())
                .contains("asking-26+8.aot");
        assertThat(notes("maven")).hasSize(1);
    }

    @Test
    void aFailedBuildShowsItsErrorsAndIsTriedAgain() throws Exception {
        Ran failed = run(checkout.resolve("shoal"), Map.of("BROKEN", "yes"), "ls");

        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.err())
                .contains("[ERROR] Some.java:[1,2] what is this")
                .contains("build.log");
        assertThat(failed.out()).isEmpty();
        assertThat(run("ls").exit()).isZero();
    }

    @Test
    void twoFirstStartsBuildOnce() throws Exception {
        Path nowhere = Path.of("/dev/null");
        Map<String, String> slow = Map.of("BUILD_SECONDS", "1");
        Process first = start(checkout.resolve("shoal"), slow, nowhere, nowhere, "ls");
        Process second = start(checkout.resolve("shoal"), slow, nowhere, nowhere, "ls");

        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();

        assertThat(List.of(first.exitValue(), second.exitValue())).containsOnly(0);
        assertThat(notes("maven")).hasSize(1);
        assertThat(checkout.resolve(".shoal-build/lock")).doesNotExist();
    }

    @Test
    void aLockWhoseHolderDiedIsTakenOver() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectories(checkout.resolve(".shoal-build"));
        Files.createSymbolicLink(checkout.resolve(".shoal-build/lock"), Path.of(Long.toString(gone.pid())));

        assertThat(run("ls").exit()).isZero();
    }

    @Test
    void aLockThatSomebodyElseTookOverMeanwhileIsLeftAlone() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectories(checkout.resolve(".shoal-build"));
        Path lock = checkout.resolve(".shoal-build/lock");
        Files.createSymbolicLink(lock, Path.of(Long.toString(gone.pid())));
        long alive = ProcessHandle.current().pid();
        // Between the look at the lock and what follows from it, another command takes the lock over.
        script(bin.resolve("readlink"), """
                #!/bin/sh
                REAL "$@"
                [ -e "$NOTES/taken" ] || { : >"$NOTES/taken"; rm -f "$1"; ln -s ALIVE "$1"; }
                """.replace("REAL", tool("readlink").toString())
                .replace("ALIVE", Long.toString(alive)));
        Path err = temporary.resolve("err");
        Process process = start(checkout.resolve("shoal"), Map.of(), Path.of("/dev/null"), err, "ls");

        await().until(() -> !process.isAlive() || Files.readString(err).contains("Waiting for another command"));

        assertThat(notes("maven")).isEmpty();
        assertThat(Files.readSymbolicLink(lock)).hasToString(Long.toString(alive));
        Files.delete(lock);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(notes("maven")).hasSize(1);
        assertThat(checkout.resolve(".shoal-build/lock.broken")).doesNotExist();
    }

    @Test
    void ofSeveralJavasTheOneThatTheFlagsAreForIsTakenAndALaterOneTakesThoseThatItKnows() throws Exception {
        jdk("a-later-one", "27.0.1");
        Ran usual = run("ls");
        Files.delete(jvm.resolve("jdk-25/release"));
        Ran later = run("ls");

        assertThat(usual.out()).contains("asking-25.0.1+8.aot").doesNotContain("IgnoreUnrecognizedVMOptions");
        assertThat(later.exit()).isZero();
        assertThat(later.out())
                .startsWith("<-XX:+IgnoreUnrecognizedVMOptions><-XX:+UnlockDiagnosticVMOptions>")
                .contains("asking-27.0.1+8.aot");
    }

    @Test
    void withoutACacheItStartsAllTheSameAndDoesNotTryAgain() throws Exception {
        Map<String, String> noCache = Map.of("NO_CACHE", "yes");

        Ran first = run(checkout.resolve("shoal"), noCache, "ls");
        Ran second = run(checkout.resolve("shoal"), noCache, "ls");

        assertThat(first.out()).endsWith("<ls>").doesNotContain("AOTCache");
        assertThat(second.err()).isEmpty();
    }

    @Test
    void optionsFromTheEnvironmentBecomeArgumentsSoThatNothingIsAnnounced() throws Exception {
        run("ls");

        Ran ran = run(
                checkout.resolve("shoal"),
                Map.of("JAVA_TOOL_OPTIONS", "-Dx=1 -Dy=2", "SHOAL_JAVA_OPTIONS", "-XX:+UseParallelGC"),
                "ls");

        assertThat(ran.out()).contains("<-Dx=1><-Dy=2><-XX:+UseParallelGC>").doesNotContain("SerialGC");
    }

    @Test
    void aDistributionNeedsNeitherSourcesNorCompiler() throws Exception {
        Path distribution = temporary.resolve("shoal dist");
        Files.createDirectories(distribution.resolve("bin"));
        Files.createDirectories(distribution.resolve("lib"));
        Files.writeString(distribution.resolve("lib/shoal.jar"), "");
        Files.copy(checkout.resolve(".mvn/jdk.sh"), distribution.resolve("lib/jdk.sh"));
        Files.copy(checkout.resolve("shoal"), distribution.resolve("bin/shoal"));
        Files.delete(jvm.resolve("jdk-25/bin/javac"));

        Ran ran = run(distribution.resolve("bin/shoal"), Map.of(), "ls");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).endsWith("<ls>").contains("<" + distribution + "/lib/shoal.jar>");
        assertThat(notes("maven")).isEmpty();
    }

    /** What {@code dist/make} lays out, with a Java that only takes notes. */
    private Path distribution(String name) throws IOException {
        Path distribution = Files.createDirectories(temporary.resolve(name));
        for (String folder : List.of("bin", "lib", "runtime/bin")) {
            Files.createDirectories(distribution.resolve(folder));
        }
        Files.writeString(distribution.resolve("lib/shoal.jar"), "");
        Files.writeString(distribution.resolve("lib/build"), "0123abcd\n");
        Files.copy(checkout.resolve(".mvn/jdk.sh"), distribution.resolve("lib/jdk.sh"));
        Files.copy(checkout.resolve("shoal"), distribution.resolve("bin/shoal"));
        script(distribution.resolve("runtime/bin/java"), JAVA.replace("printf '", "printf '<own>"));
        Files.writeString(distribution.resolve("runtime/release"), "JAVA_VERSION=\"25.0.3\"\n");
        age(distribution);
        return distribution;
    }

    @Test
    void aDistributionUsesItsOwnJavaWhereverItIsCalledFrom() throws Exception {
        Path distribution = distribution("shoal of my own");
        Path link = Files.createSymbolicLink(temporary.resolve("a link"), distribution.resolve("bin/shoal"));
        Map<String, String> other = Map.of("JAVA_HOME", jvm.resolve("jdk-25").toString());

        Ran first = run(link, other, "ls");
        await().until(() -> !Files.isSymbolicLink(distribution.resolve("lock"))
                && Files.exists(distribution.resolve("asking-0123abcd-25.aot")));
        Ran second = run(link, other, "ls");

        assertThat(first.out()).startsWith("<own>").endsWith("<ls>").doesNotContain("AOTCache");
        assertThat(first.err() + second.err()).isEmpty();
        assertThat(second.out()).contains("<-XX:AOTCache=" + distribution + "/asking-0123abcd-25.aot>");
        // The jars of an archive are prepared; nothing in lib may change.
        assertThat(notes("java")).noneMatch(line -> line.contains("--lib"));
    }

    @Test
    void theCachesOfADistributionGoWhereTheUserSaysAndOneBuildDoesNotUseThoseOfAnother() throws Exception {
        Path distribution = distribution("dist");
        Path caches = temporary.resolve("my caches/shoal");
        // As the launcher starts itself for it, so that nothing goes on when the test is over.
        Map<String, String> waiting = Map.of("SHOAL_CACHE", caches.toString(), "SHOAL_TRAINING", "yes");
        run(distribution.resolve("bin/shoal"), waiting, "ls");
        Files.writeString(distribution.resolve("lib/build"), "4567cdef\n");

        Ran other = run(distribution.resolve("bin/shoal"), waiting, "ls");

        assertThat(other.err()).contains("Preparing Shoal");
        assertThat(other.out()).contains("<-XX:AOTCache=" + caches + "/asking-4567cdef-25.aot>");
        assertThat(caches.resolve("asking-0123abcd-25.aot")).exists();
        assertThat(distribution.resolve("asking-0123abcd-25.aot")).doesNotExist();
    }

    @Test
    void whereNoCacheCanBeKeptADistributionStartsAllTheSame() throws Exception {
        Files.writeString(temporary.resolve("a file"), "");
        Path shoal = distribution("dist").resolve("bin/shoal");
        for (String cache : List.of(temporary.resolve("a file/caches").toString(), "none")) {
            Ran ran = run(shoal, Map.of("SHOAL_CACHE", cache), "ls");

            assertThat(ran.exit()).isZero();
            assertThat(ran.err()).isEmpty();
            assertThat(ran.out()).endsWith("<ls>").doesNotContain("AOTCache");
        }
        assertThat(notes("java")).hasSize(2);
    }

    @Test
    void whatCannotBeWrittenIsUsedAsItIs() throws Exception {
        run("ls");
        Path out = checkout.resolve(".shoal-build");
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeFalse(Files.isWritable(out), "the superuser writes everywhere");
        Files.setLastModifiedTime(
                checkout.resolve("cli/src/main/java/A.java"),
                FileTime.from(Instant.now().plusSeconds(5)));

        assertThat(run("ls").exit()).isZero();

        assertThat(notes("maven")).hasSize(1);
        Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
