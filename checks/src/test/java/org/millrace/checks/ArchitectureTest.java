package org.millrace.checks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows of STYLE section 1, and the habits that a machine can see. */
class ArchitectureTest {

  /** Module by package, and all of ours that it may depend on besides itself. */
  private static final Map<String, String[]> ARROWS =
      Map.ofEntries(
          Map.entry("domain", new String[] {}),
          Map.entry("json", new String[] {"domain"}),
          Map.entry("engine", new String[] {"domain"}),
          Map.entry("store", new String[] {"domain", "engine", "json"}),
          Map.entry("broker", new String[] {"domain", "engine"}),
          Map.entry("transfer", new String[] {"domain", "engine"}),
          Map.entry("runtimes", new String[] {"domain", "engine", "json"}),
          Map.entry("http", new String[] {"domain"}),
          Map.entry("tes", new String[] {"domain", "engine", "http"}),
          Map.entry("api", new String[] {"domain", "engine", "http", "json"}),
          Map.entry("dane", new String[] {"domain", "engine", "http", "json"}),
          Map.entry("cli", new String[] {}),
          Map.entry("sdk", new String[] {}));

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.millrace");

  @TestFactory
  Stream<DynamicTest> arrows_point_inwards_only() {
    return ARROWS.keySet().stream()
        .sorted()
        .map(module -> DynamicTest.dynamicTest(module, () -> arrowOf(module).check(OURS)));
  }

  private static ArchRule arrowOf(String module) {
    String[] others =
        ARROWS.keySet().stream()
            .filter(other -> !other.equals(module))
            .filter(other -> !Stream.of(ARROWS.get(module)).toList().contains(other))
            .map(ArchitectureTest::packagesOf)
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(packagesOf(module))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(others).or(resideInAPackage("org.millrace.server..")));
  }

  private static String packagesOf(String module) {
    return "org.millrace." + module + "..";
  }

  @Test
  void every_module_is_known_here() {
    assertThat(OURS.stream().map(type -> type.getPackageName().split("\\.", -1)[2]).distinct())
        .isSubsetOf(
            Stream.concat(ARROWS.keySet().stream(), Stream.of("server", "testkit", "checks"))
                .toList())
        .containsAll(ARROWS.keySet());
  }

  @Test
  void domain_uses_the_jdk_alone() {
    classes()
        .that()
        .resideInAPackage("org.millrace.domain..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "org.millrace.domain..",
            "java.lang..",
            "java.math",
            "java.nio.charset",
            "java.security",
            "java.util",
            "java.util.function..",
            "java.util.stream..",
            "java.util.regex..",
            "java.time..",
            "org.jspecify..")
        .check(OURS);
  }

  @Test
  void engine_knows_no_sql_json_or_http() {
    classes()
        .that()
        .resideInAPackage("org.millrace.engine..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    "org.millrace.domain..",
                    "org.millrace.engine..",
                    "java..",
                    "javax.crypto..",
                    "org.slf4j..",
                    "org.jspecify..")
                .and(resideOutsideOfPackages("java.sql..", "java.net.http..")))
        .check(OURS);
  }

  @Test
  void engine_takes_threads_time_and_ids_from_ports() {
    var rest =
        noClasses()
            .that()
            .resideInAPackage("org.millrace.engine..")
            .and()
            .haveNameNotMatching(".*\\.threads\\.VirtualThreads(\\$.*)?");
    rest.should().callMethod(Thread.class, "sleep", java.time.Duration.class).check(OURS);
    rest.should().callMethod(Thread.class, "sleep", long.class).check(OURS);
    rest.should().callMethod(Thread.class, "ofVirtual").check(OURS);
    rest.should().callMethod(Thread.class, "startVirtualThread", Runnable.class).check(OURS);
    rest.should().callMethod(Instant.class, "now").check(OURS);
    rest.should().callMethod(System.class, "currentTimeMillis").check(OURS);
    rest.should().callMethod(System.class, "nanoTime").check(OURS);
    rest.should().callMethod(UUID.class, "randomUUID").check(OURS);
    rest.should().callMethod(Math.class, "random").check(OURS);
    rest.should()
        .dependOnClassesThat()
        .belongToAnyOf(CompletableFuture.class, ForkJoinPool.class)
        .check(OURS);
    noClasses()
        .that()
        .resideInAPackage("org.millrace.engine..")
        .should()
        .callMethodWhere(
            com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                    "parallel|parallelStream|identityHashCode")))
        .check(OURS);
  }

  @Test
  void nothing_of_the_engine_is_synchronized() {
    com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage("org.millrace.engine..")
        .should()
        .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED)
        .check(OURS);
  }

  @Test
  void features_of_the_engine_form_no_circle() {
    slices().matching("org.millrace.engine.(*)..").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void no_package_and_no_class_is_a_drawer() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..util..", "..common..", "..impl..", "..manager..", "..helper..", "..base..")
        .check(OURS);
    noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager|Impl|Base|Common)").check(OURS);
  }
}
