package dev.shoal.house;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.shoal.protocol.AccountProof;
import dev.shoal.protocol.Welcome;
import dev.shoal.protocol.WrappedKey;
import java.nio.Buffer;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;

/** Arrows point downward, and what decides neither waits nor looks at a clock. */
class ArrowsTest {

    private static final String[] PURE = {"dev.shoal.content", "dev.shoal.protocol", "dev.shoal.swarm"};

    /** Once, as it takes a while. */
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.shoal");

    @Test
    void roomsUseOnlyRoomsBelow() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("content")
                .definedBy("dev.shoal.content")
                .layer("protocol")
                .definedBy("dev.shoal.protocol")
                .layer("transport")
                .definedBy("dev.shoal.transport")
                .layer("swarm")
                .definedBy("dev.shoal.swarm")
                .layer("store")
                .definedBy("dev.shoal.store")
                .layer("index")
                .definedBy("dev.shoal.index")
                .layer("peer")
                .definedBy("dev.shoal.peer")
                .layer("web")
                .definedBy("dev.shoal.web")
                .layer("cli")
                .definedBy("dev.shoal.cli")
                .layer("testkit")
                .definedBy("dev.shoal.testkit")
                .layer("bench")
                .definedBy("dev.shoal.bench")
                .withOptionalLayers(true)
                .whereLayer("bench")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("cli")
                .mayOnlyBeAccessedByLayers("bench")
                .whereLayer("web")
                .mayOnlyBeAccessedByLayers("cli", "bench")
                .whereLayer("peer")
                .mayOnlyBeAccessedByLayers("web", "cli", "bench")
                .whereLayer("index")
                .mayOnlyBeAccessedByLayers("cli", "bench", "testkit")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("index", "peer", "web", "cli", "bench", "testkit")
                .whereLayer("swarm")
                .mayOnlyBeAccessedByLayers("peer", "cli", "bench", "testkit")
                .whereLayer("transport")
                .mayOnlyBeAccessedByLayers("index", "peer", "web", "cli", "bench", "testkit")
                .whereLayer("content")
                .mayNotAccessAnyLayer()
                .whereLayer("protocol")
                .mayOnlyAccessLayers("content")
                .whereLayer("transport")
                .mayOnlyAccessLayers("protocol", "content")
                .whereLayer("swarm")
                .mayOnlyAccessLayers("protocol", "content")
                .whereLayer("store")
                .mayOnlyAccessLayers("protocol", "content")
                .check(CLASSES);
    }

    @Test
    void whatDecidesDoesNotWaitReadClocksOrRollDice() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "javax.net..",
                        "java.time..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(.*Socket|URL.*|http\\..*)|java\\.io\\.(File.*|RandomAccessFile)"
                        + "|java\\.util\\.Random|java\\.lang\\.(Thread|Process.*|Runtime)")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)")
                .check(CLASSES);
        methods()
                .that()
                .haveModifier(PUBLIC)
                .and()
                .areDeclaredInClassesThat()
                .resideInAnyPackage("dev.shoal..")
                // Their methods are named by the JDK.
                .and()
                .areDeclaredInClassesThat()
                .areNotAssignableTo(KeyManager.class)
                .and()
                .areDeclaredInClassesThat()
                .areNotAssignableTo(TrustManager.class)
                .should()
                .haveNameNotMatching("(get|set)[A-Z].*")
                .check(CLASSES);
    }

    /**
     * Where secrets are made, kept and checked, bytes are compared by {@link MessageDigest#isEqual}, which takes as
     * long wherever they differ. The rest of the program holds none that somebody else can have it compare.
     */
    @Test
    void secretsAreComparedInConstantTime() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.shoal.index", "dev.shoal.transport", "dev.shoal.web")
                .or()
                .belongToAnyOf(AccountProof.class, WrappedKey.class, Welcome.class)
                .or()
                .haveNameMatching("dev\\.shoal\\.peer\\.WebLink.*")
                .should()
                .callMethodWhere(target(owner(type(Arrays.class)))
                        .and(target(nameMatching("(deepE|e)quals|mismatch|compare(Unsigned)?"))))
                .orShould()
                .callMethodWhere(target(owner(assignableTo(Buffer.class)))
                        .and(target(nameMatching("equals|mismatch|compareTo"))))
                .check(CLASSES);
    }

    @Test
    void packagesAreFlat() {
        classes().should().resideInAPackage("dev.shoal.(*)").check(CLASSES);
    }
}
