package dev.shoal.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Brings libraries into a form that the virtual machine's cache takes (JEP 483). Used once, by the launcher after a
 * build.
 *
 * <p>Classes that were compiled for a very old Java get a newer format, in which they mean the same: none is kept that
 * has to be verified in the old way, without stack maps. Picocli is such a library, and with it in the cache the
 * program starts in a quarter of the processor time.
 *
 * <p>Signed jars lose their signatures: no class of one is kept, and whoever loads one checks the digests of the whole
 * jar first. That took a tenth of a second at every start, for the one exception class that another class catches. The
 * build has compared the jars with what it expects.
 */
final class CacheableJars {

    /** From this version on classes have stack maps: Java 6 (JVM specification, section 4.10). */
    private static final int FIRST_WITH_STACK_MAPS = 50;

    private static final int JAVA_17 = 61;

    /** Files of a signature (the JAR file specification, "Signed JAR File"). */
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

    private CacheableJars() {}

    /**
     * Rewrites the jars in a folder that have old classes or a signature; a jar is replaced as a whole or not at all.
     *
     * @return the file names of the rewritten jars
     */
    static List<String> prepare(Path folder) throws IOException {
        List<String> rewritten = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : jars) {
                if (hasOldClasses(jar) || isSigned(jar)) {
                    rewrite(jar);
                    rewritten.add(jar.getFileName().toString());
                }
            }
        }
        return rewritten;
    }

    private static boolean hasOldClasses(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (isClass(entry)) {
                    // Libraries are compiled as a whole: the first class speaks for all of them.
                    return version(read(zip, entry)) < FIRST_WITH_STACK_MAPS;
                }
            }
        }
        return false;
    }

    private static boolean isSigned(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().anyMatch(CacheableJars::isSignature);
        }
    }

    private static boolean isSignature(ZipEntry entry) {
        return SIGNATURE.matcher(entry.getName()).matches();
    }

    private static void rewrite(Path jar) throws IOException {
        FileTime modified = Files.getLastModifiedTime(jar);
        Path fresh = jar.resolveSibling(jar.getFileName() + ".new");
        try (ZipFile zip = new ZipFile(jar.toFile());
                OutputStream file = Files.newOutputStream(fresh);
                ZipOutputStream target = new ZipOutputStream(file)) {
            ClassFile format = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, resolver(zip));
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (!isSignature(entry)) {
                    ZipEntry copy = new ZipEntry(entry.getName());
                    copy.setTimeLocal(entry.getTimeLocal());
                    target.putNextEntry(copy);
                    target.write(rewritten(format, entry, read(zip, entry)));
                    target.closeEntry();
                }
            }
        }
        Files.setLastModifiedTime(fresh, modified);
        Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] rewritten(ClassFile format, ZipEntry entry, byte[] bytes) throws IOException {
        if (isClass(entry)) {
            return version(bytes) < FIRST_WITH_STACK_MAPS ? modern(format, bytes) : bytes;
        }
        return entry.getName().equals(JarFile.MANIFEST_NAME) ? withoutDigests(bytes) : bytes;
    }

    /** What a manifest says of single files are their digests, and those are read before the first class is. */
    private static byte[] withoutDigests(byte[] bytes) throws IOException {
        Manifest manifest = new Manifest(new ByteArrayInputStream(bytes));
        manifest.getEntries().clear();
        ByteArrayOutputStream shorter = new ByteArrayOutputStream();
        manifest.write(shorter);
        return shorter.toByteArray();
    }

    private static byte[] modern(ClassFile format, byte[] bytes) {
        ClassModel old = format.parse(bytes);
        // Methods are written anew, instruction by instruction: copied as a whole they would get no stack maps.
        ClassTransform methods = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
        return format.transformClass(
                old, methods.andThen(ClassTransform.endHandler(builder -> builder.withVersion(JAVA_17, 0))));
    }

    /** Stack maps need to know which classes extend which: those of the jar, and those of Java. */
    private static ClassHierarchyResolverOption resolver(ZipFile zip) {
        ClassHierarchyResolver ofJar = ClassHierarchyResolver.ofResourceParsing(described -> {
            String descriptor = described.descriptorString();
            ZipEntry entry = zip.getEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
            try {
                return entry == null ? null : zip.getInputStream(entry);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.defaultResolver().orElse(ofJar).cached());
    }

    private static boolean isClass(ZipEntry entry) {
        String name = entry.getName();
        return name.endsWith(".class") && !name.startsWith("META-INF/") && !name.endsWith("module-info.class");
    }

    private static byte[] read(ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStream input = zip.getInputStream(entry)) {
            return input.readAllBytes();
        }
    }

    /** The major version: bytes 6 and 7 of a class file. */
    private static int version(byte[] bytes) {
        return ((bytes[6] & 0xff) << 8) | (bytes[7] & 0xff);
    }
}
