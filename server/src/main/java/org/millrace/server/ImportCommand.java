package org.millrace.server;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.millrace.server.config.DaneFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What the configuration of an original comes to here. */
@Command(
    name = "import",
    description =
        "Prints, as YAML, what the configuration file of an original comes to here, and what of it"
            + " has no meaning. Its passwords are in what is printed.",
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  /** Originals whose files can be read. */
  enum Original {
    DANE
  }

  @Parameters(index = "0", paramLabel = "ORIGINAL", description = "Whose file it is: dane.")
  private Original original = Original.DANE;

  @Parameters(index = "1", paramLabel = "FILE", description = "Like config.yml.")
  private Path file = Path.of("config.yml");

  @Override
  public Integer call() throws Exception {
    DaneFile read =
        switch (original) {
          case DANE -> DaneFile.read(file);
        };
    read.lines().forEach(System.out::println);
    return 0;
  }
}
