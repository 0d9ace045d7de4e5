package org.millrace.runtimes.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users read of how steps fail, against the sources. */
class FailureTableTest {
  private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
  private static final Pattern CODE =
      Pattern.compile("(?:new Cause|ofCaller|forGood|passing)\\(\\s*\"([a-z-]+)\"");

  @Test
  void every_code_with_which_a_step_fails_is_in_the_table() throws IOException {
    Set<String> codes = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT.resolve("runtimes/steps/src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        codes.addAll(codes(file));
      }
    }
    codes.addAll(
        codes(ROOT.resolve("transfer/src/main/java/org/millrace/transfer/ServiceHttp.java")));
    String page = Files.readString(ROOT.resolve("docs/graphs.md"));
    String table =
        page.substring(page.indexOf("### How it fails"), page.indexOf("### When the server ends"));

    assertThat(codes).contains("job-failed", "url-malformed", "step-unsure").hasSizeGreaterThan(15);
    assertThat(codes).allSatisfy(code -> assertThat(table).contains("`" + code + "`"));
  }

  private static Set<String> codes(Path file) throws IOException {
    Set<String> codes = new TreeSet<>();
    CODE.matcher(Files.readString(file)).results().forEach(found -> codes.add(found.group(1)));
    return codes;
  }
}
