package org.millrace.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Layout is not discussed: every source is as google-java-format writes it. `mvn -Dformat=write
 * verify` rewrites.
 */
class FormatTest {
  private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
  private static final boolean WRITE = !"check".equals(System.getProperty("format", "check"));

  @Test
  void every_source_has_the_one_layout() throws Exception {
    List<Path> different;
    try (Stream<Path> files = Files.walk(ROOT)) {
      different =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !ROOT.relativize(file).toString().contains("target/"))
              .filter(FormatTest::isDifferent)
              .map(ROOT::relativize)
              .sorted()
              .toList();
    }
    assertThat(different).as("rewrite them with: mvn -Dformat=write -pl checks test").isEmpty();
  }

  private static boolean isDifferent(Path file) {
    try {
      String source = Files.readString(file);
      String formatted =
          new Formatter()
              .formatSourceAndFixImports(RemoveUnusedImports.removeUnusedImports(source));
      if (WRITE && !formatted.equals(source)) {
        Files.writeString(file, formatted);
      }
      return !WRITE && !formatted.equals(source);
    } catch (IOException | FormatterException e) {
      throw new IllegalStateException("cannot format " + file, e);
    }
  }
}
