package dev.shoal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes of Java 5 in the format of Java 17 do the same, and a jar without its signature has the same classes. */
class CacheableJarsTest {

    private static final int JAVA_5 = 49;

    @TempDir
    Path folder;

    /** {@code static int pick(boolean b)}: a branch, so that the new format needs a stack map. */
    private static byte[] branching(int version) {
        ClassFile format = ClassFile.of(
                version < 50
                        ? ClassFile.StackMapsOption.DROP_STACK_MAPS
                        : ClassFile.StackMapsOption.GENERATE_STACK_MAPS);
        return format.build(
                ClassDesc.of("old.Branching"),
                builder -> builder.withVersion(version, 0)
                        .withFlags(ClassFile.ACC_PUBLIC)
                        .withMethodBody(
                                "pick",
                                MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_boolean),
                                ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                code -> code.iload(0)
                                        .ifThenElse(
                                                yes -> yes.loadConstant(1).ireturn(),
                                                no -> no.loadConstant(2).ireturn())));
    }

    private Path jar(String name, byte[] bytes) throws IOException {
        Path jar = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry("old/Branching.class"));
            zip.write(bytes);
            zip.putNextEntry(new ZipEntry("readme"));
            zip.write(1);
        }
        return jar;
    }

    @Test
    void oldClassesAreRewrittenOnceAndNewOnesAreLeft() throws Exception {
        Path old = jar("old.jar", branching(JAVA_5));
        byte[] fresh = Files.readAllBytes(jar("fresh.jar", branching(61)));

        assertThat(CacheableJars.prepare(folder)).containsExactly("old.jar");
        assertThat(CacheableJars.prepare(folder)).isEmpty();

        assertThat(Files.readAllBytes(folder.resolve("fresh.jar"))).isEqualTo(fresh);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {old.toUri().toURL()}, null)) {
            var pick = loader.loadClass("old.Branching").getMethod("pick", boolean.class);
            assertThat(pick.invoke(null, true)).isEqualTo(1);
            assertThat(pick.invoke(null, false)).isEqualTo(2);
            assertThat(loader.getResource("readme")).isNotNull();
        }
    }

    @Test
    void signaturesAreLeftOutAndTheRestStays() throws Exception {
        Path jar = folder.resolve("signed.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Multi-Release"), "true");
        manifest.getEntries().put("old/Branching.class", new Attributes(1));
        manifest.getAttributes("old/Branching.class").putValue("SHA-256-Digest", "wrong");
        byte[] fresh = branching(61);
        try (JarOutputStream zip = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (String name : List.of("META-INF/KEY.SF", "META-INF/KEY.RSA", "META-INF/services/a", "b.SF")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(1);
            }
            zip.putNextEntry(new ZipEntry("old/Branching.class"));
            zip.write(fresh);
        }

        assertThat(CacheableJars.prepare(folder)).containsExactly("signed.jar");
        assertThat(CacheableJars.prepare(folder)).isEmpty();

        try (JarFile after = new JarFile(jar.toFile())) {
            assertThat(after.stream().map(ZipEntry::getName))
                    .containsExactly("META-INF/MANIFEST.MF", "META-INF/services/a", "b.SF", "old/Branching.class");
            assertThat(after.isMultiRelease()).isTrue();
            assertThat(after.getManifest().getEntries()).isEmpty();
            assertThat(after.getInputStream(after.getEntry("old/Branching.class"))
                            .readAllBytes())
                    .isEqualTo(fresh);
        }
    }
}
