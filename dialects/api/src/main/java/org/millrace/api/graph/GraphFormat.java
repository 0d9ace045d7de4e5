package org.millrace.api.graph;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactoryBuilder;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Reader;
import java.util.Locale;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;

/** How a graph is written down. */
public enum GraphFormat {
  JSON,
  /** At most {@link #LONGEST_YAML} characters: it takes far longer to read than JSON. */
  YAML;

  /** Most characters of a text, a file's content included. */
  static final int LONGEST_TEXT = 16 << 20;

  /** Most characters of a name in a map. */
  static final int LONGEST_NAME = 50_000;

  /** Most characters of a number: reading it takes the square of them. */
  static final int LONGEST_NUMBER = 1_000;

  static final int DEEPEST = 200;
  static final int LONGEST_YAML = 64 << 20;

  private static final StreamReadConstraints BOUNDS =
      StreamReadConstraints.builder()
          .maxStringLength(LONGEST_TEXT)
          .maxNameLength(LONGEST_NAME)
          .maxNumberLength(LONGEST_NUMBER)
          .maxNestingDepth(DEEPEST)
          .build();
  private static final JsonFactory JSONS =
      new JsonFactoryBuilder()
          .streamReadConstraints(BOUNDS)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // authors choose names of nodes
          .build();
  private static final YAMLFactory YAMLS = yaml();

  /**
   * The one that a media type names: {@code application/json}, or {@code application/yaml}, also
   * with {@code x-} or as {@code text/}. Parameters do not matter.
   */
  public static Optional<GraphFormat> of(String mediaType) {
    String plain = mediaType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    return switch (plain) {
      case "application/json" -> Optional.of(JSON);
      case "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml" ->
          Optional.of(YAML);
      default -> Optional.empty();
    };
  }

  /** Columns count characters, so it reads characters. */
  JsonParser parser(Reader text) throws IOException {
    return switch (this) {
      case JSON -> JSONS.createParser(text);
      case YAML -> YAMLS.createParser(text);
    };
  }

  /**
   * What the parser of JSON sees to itself, for that of YAML, which does not.
   *
   * @throws StreamConstraintsException if the token goes beyond what is read
   */
  static void holdToBounds(JsonParser parser, JsonToken token) throws IOException {
    if (!(parser instanceof YAMLParser)) {
      return;
    }
    int most =
        switch (token) {
          case FIELD_NAME -> LONGEST_NAME;
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> LONGEST_NUMBER;
          case VALUE_STRING -> LONGEST_TEXT;
          default -> Integer.MAX_VALUE;
        };
    if (most < Integer.MAX_VALUE && parser.getTextLength() > most) {
      throw new StreamConstraintsException("too long", parser.currentTokenLocation());
    }
  }

  private static YAMLFactory yaml() {
    var options = new LoaderOptions();
    options.setCodePointLimit(LONGEST_YAML);
    options.setNestingDepthLimit(DEEPEST);
    options.setMaxAliasesForCollections(0);
    YAMLFactoryBuilder builder = YAMLFactory.builder().loaderOptions(options);
    builder.streamReadConstraints(BOUNDS);
    builder.enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL); // a builder forgets that it is usual
    return builder.build();
  }
}
