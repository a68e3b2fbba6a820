package io.millrace;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may import whom. Think hard before relaxing one of these: they are what keeps a change in one place. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.millrace");

    private static final String[] DATA_PATH = {
        "io.millrace.server.queue..",
        "io.millrace.server.channel..",
        "io.millrace.server.routing..",
        "io.millrace.server.connection.."
    };

    @Test
    void theRulesSeeEveryPackageOfTheModules() {
        Set<String> missing = new TreeSet<>(SourceTree.mainPackages("amqp-codec", "amqp-persistence", "amqp-server"));
        CLASSES.forEach(seen -> missing.remove(seen.getPackageName()));
        assertEquals(Set.of(), missing);
    }

    @Test
    void theCodecKnowsNothingElseOfOurs() {
        check(noClasses()
                .that()
                .resideInAPackage("io.millrace.codec..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.millrace..").and(not(resideInAPackage("io.millrace.codec..")))));
    }

    @Test
    void theStoreSeesOpaqueOctetsAndNumbers() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.millrace.log..", "io.millrace.definitions..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.millrace.codec..", "io.millrace.server..", "io.netty.."));
        check(noClasses()
                .that()
                .resideInAPackage("io.millrace.log.files..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.millrace.log"));
    }

    @Test
    void queuesAndRoutingCallBackThroughInterfacesOfTheirOwn() {
        check(noClasses()
                .that()
                .resideInAnyPackage("io.millrace.server.queue..", "io.millrace.server.routing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.millrace.server.channel..", "io.millrace.server.connection..", "io.millrace.server.net.."));
    }

    @Test
    void nothingReachesForTheCompositionRoot() {
        check(noClasses()
                .that()
                .resideInAPackage("io.millrace.server.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.millrace.server"));
    }

    @Test
    void eachOutsideThingHasOneImporter() {
        // The metrics server listens on a socket of its own.
        onlyImporter(
                resideInAnyPackage(
                        "io.netty.bootstrap..",
                        "io.netty.channel.nio..",
                        "io.netty.channel.socket.nio..",
                        "io.netty.channel.epoll..",
                        "io.netty.channel.uring.."),
                "io.millrace.server.net..",
                "io.millrace.server.metrics..");
        onlyImporter(resideInAPackage("io.micrometer.."), "io.millrace.server.metrics..");
        onlyImporter(resideInAnyPackage("java.sql..", "javax.sql..", "org.h2.."), "io.millrace.definitions..");
        // Netty throws ClosedChannelException, which lives there. The operator's socket is a file, and serves one call
        // after the other.
        onlyImporter(
                resideInAPackage("java.nio.channels..").and(not(assignableTo(Exception.class))),
                "io.millrace.log.files..",
                "io.millrace.server.control..");
        onlyImporter(resideInAPackage("com.google.re2j.."), "io.millrace.server.security..");
    }

    @Test
    void packagesFormNoCycles() {
        // The packages of the codec are one slice: methods and values throw the errors that the frames carry.
        check(slices().matching("io.millrace.(*)..").should().beFreeOfCycles());
        check(slices().matching("io.millrace.server.(*)..").should().beFreeOfCycles());
    }

    @Test
    void namesSayWhatAClassIs() {
        check(noClasses().should().haveNameMatching(".*(Impl|Manager|Utils?|Helper)"));
    }

    @Test
    void theDataPathNeitherLocksNorSleepsNorReadsTheClock() {
        check(noClasses()
                .that()
                .resideInAnyPackage(DATA_PATH)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.concurrent.locks.."));
        check(noClasses().that().resideInAnyPackage(DATA_PATH).should().callMethod(Thread.class, "sleep", long.class));
        check(noClasses().that().resideInAnyPackage(DATA_PATH).should().callMethod(System.class, "currentTimeMillis"));
        check(noClasses().that().resideInAnyPackage(DATA_PATH).should().callMethod(System.class, "nanoTime"));
        check(noClasses().that().resideInAnyPackage(DATA_PATH).should().callMethod(Instant.class, "now"));
    }

    private static void onlyImporter(DescribedPredicate<JavaClass> imported, String... importers) {
        check(noClasses().that().resideOutsideOfPackages(importers).should().dependOnClassesThat(imported));
    }

    private static void check(ArchRule rule) {
        // A package that is not there yet breaks no rule.
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
