package org.millrace.dane;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.domain.value.Value;
import org.millrace.json.ValueJson;

/**
 * JSON as Python's {@code json} module reads and writes it ({@code contracts/dane.md 2}): {@code
 * NaN} and {@code Infinity} may stand where numbers do and are texts here, whole numbers are as
 * long as they like, of fields of one name the last counts, and what is written is ASCII.
 *
 * <p>Bounded where Python is too: nesting, digits of a number, and how many pieces there are. Texts
 * with half a surrogate pair are refused, for they are no text anywhere else; in answers of workers
 * they are mended.
 */
public final class PythonJson {
  private static final int UNKNOWN = 0xFFFD;
  private static final int MOST_NESTED = 200;
  private static final int MOST_DIGITS = 4_300; // of Python's int()
  static final long MOST_TOKENS = 1_000_000;
  private static final int MOST_TEXT = 64 << 20; // bodies have a limit before

  /** What is nested deeper stands on one line: indented it would be hundreds of times as long. */
  private static final int MOST_INDENTED = 8;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // callers choose them
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_NESTED)
                  .maxNumberLength(MOST_DIGITS)
                  .maxStringLength(MOST_TEXT)
                  .maxTokenCount(MOST_TOKENS)
                  .build())
          .build();

  private PythonJson() {}

  /** It is no JSON; the message says what was wrong, and may quote a word of it. */
  public static sealed class NotJson extends Exception {
    private static final long serialVersionUID = 1L;

    NotJson(String why) {
      super(why, null, false, false);
    }
  }

  /** It may be JSON, of more than {@link #MOST_TOKENS} pieces. */
  static final class TooManyPieces extends NotJson {
    private static final long serialVersionUID = 1L;

    private TooManyPieces(String why) {
      super(why);
    }
  }

  /**
   * The one value that these bytes hold.
   *
   * @throws NotJson no UTF-8, no JSON, more than one value, or beyond a bound
   */
  public static Value read(byte[] utf8) throws NotJson {
    return read(decoded(utf8));
  }

  private static String decoded(byte[] utf8) throws NotJson {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException _) {
      throw new NotJson("it is no UTF-8");
    }
  }

  /** The same of a text. */
  public static Value read(String text) throws NotJson {
    Value value = parsed(text);
    refuseHalves(value);
    return value;
  }

  /**
   * The same of what a worker wrote: of half a surrogate pair, which Python has for a byte of a
   * file name that it could not read, it meant something that no text can hold, and U+FFFD says so.
   */
  static Value readMended(byte[] utf8) throws NotJson {
    return readMended(decoded(utf8));
  }

  /** The same of a text. */
  static Value readMended(String text) throws NotJson {
    return mended(parsed(text));
  }

  private static Value mended(Value value) {
    return switch (value) {
      case Value.Text(String text) -> new Value.Text(mended(text));
      case Value.Items(List<Value> items) ->
          new Value.Items(items.stream().map(PythonJson::mended).toList());
      case Value.Fields(Map<String, Value> fields) -> {
        Map<String, Value> mended = new LinkedHashMap<>();
        fields.forEach((name, inner) -> mended.put(name, mended(inner)));
        yield new Value.Fields(mended);
      }
      case Value.Numeral _, Value.Truth _, Value.Nothing _ -> value;
    };
  }

  /** Code points that are surrogates are the halves; whole pairs are one code point each. */
  private static String mended(String text) {
    if (text.codePoints().noneMatch(PythonJson::isHalf)) {
      return text;
    }
    return text.codePoints()
        .map(point -> isHalf(point) ? UNKNOWN : point)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isHalf(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }

  private static Value parsed(String text) throws NotJson {
    try (JsonParser json = JSON.createParser(text)) {
      return only(json);
    } catch (JacksonException wrong) {
      throw new NotJson(wrong.getOriginalMessage());
    } catch (IOException impossible) {
      throw new IllegalStateException("a text cannot break off", impossible);
    }
  }

  private static Value only(JsonParser json) throws IOException, NotJson {
    try {
      Value value = ValueJson.read(json);
      if (json.nextToken() != null) {
        throw new NotJson("something follows the first value");
      }
      return value;
    } catch (StreamConstraintsException beyond) {
      if (json.currentTokenCount() > MOST_TOKENS) {
        throw new TooManyPieces(beyond.getOriginalMessage());
      }
      throw beyond;
    }
  }

  private static void refuseHalves(Value value) throws NotJson {
    switch (value) {
      case Value.Text(String text) -> refuseHalf(text);
      case Value.Items(List<Value> items) -> {
        for (Value item : items) {
          refuseHalves(item);
        }
      }
      case Value.Fields(Map<String, Value> fields) -> {
        for (Map.Entry<String, Value> field : fields.entrySet()) {
          refuseHalf(field.getKey());
          refuseHalves(field.getValue());
        }
      }
      case Value.Numeral _, Value.Truth _, Value.Nothing _ -> {}
    }
  }

  private static void refuseHalf(String text) throws NotJson {
    if (text.codePoints().anyMatch(PythonJson::isHalf)) {
      throw new NotJson("a text holds half a surrogate pair");
    }
  }

  /** On one line, a space after each comma and colon, nothing at the end. */
  public static String line(Value value) {
    return text(value, -1);
  }

  /** The same, written as it is put together: what it repeats is never there twice. */
  static void line(Value value, Writer to) throws IOException {
    write(value, to, -1);
  }

  /** How many bytes {@link #line(Value)} has, without holding them. */
  static long length(Value value) {
    return begun(value, 0).length;
  }

  /** The first so many bytes of {@link #line(Value)}, without holding the others. */
  static String beginning(Value value, int most) {
    return begun(value, most).held.toString();
  }

  private static Beginning begun(Value value, int most) {
    var beginning = new Beginning(most);
    try {
      write(value, beginning, -1);
    } catch (IOException impossible) {
      throw new IllegalStateException("counting does not fail", impossible);
    }
    return beginning;
  }

  /** Counts all, holds the first of it. */
  private static final class Beginning implements Appendable {
    private final int most;
    private final StringBuilder held = new StringBuilder();
    private long length;

    Beginning(int most) {
      this.most = most;
    }

    @Override
    public Appendable append(CharSequence text) {
      return append(text, 0, text.length());
    }

    @Override
    public Appendable append(CharSequence text, int start, int end) {
      length += end - start;
      held.append(text, start, Math.min(end, start + most - held.length()));
      return this;
    }

    @Override
    public Appendable append(char unit) {
      length++;
      if (held.length() < most) {
        held.append(unit);
      }
      return this;
    }
  }

  /** Indented by four to {@link #MOST_INDENTED}, a line feed at the end. */
  static String indented(Value value) {
    return text(value, 0) + '\n';
  }

  /** The same, written as it is put together: what it repeats is never there twice. */
  static void indented(Value value, Writer to) throws IOException {
    write(value, to, 0);
    to.append('\n');
  }

  private static String text(Value value, int depth) {
    var text = new StringBuilder(512);
    try {
      write(value, text, depth);
    } catch (IOException impossible) {
      throw new IllegalStateException("a text takes all that is written", impossible);
    }
    return text.toString();
  }

  /** A list of these, on one line. */
  static void lineItems(Iterator<Value> items, Writer to) throws IOException {
    to.append('[');
    while (items.hasNext()) {
      write(items.next(), to, -1);
      to.append(items.hasNext() ? ", " : "");
    }
    to.append(']');
  }

  /** A list of these, indented by four, a line feed at the end. */
  static void items(Iterator<Value> items, Writer to) throws IOException {
    to.append('[');
    String before = "\n    ";
    boolean empty = !items.hasNext();
    while (items.hasNext()) {
      to.append(before);
      write(items.next(), to, 1);
      to.append(items.hasNext() ? "," : "");
    }
    to.append(empty ? "]\n" : "\n]\n");
  }

  /**
   * Writes a value.
   *
   * @param depth of nesting so far; below 0: all on one line
   */
  private static void write(Value value, Appendable to, int depth) throws IOException {
    switch (value) {
      case Value.Text(String text) -> quote(text, to);
      case Value.Numeral(String digits) -> to.append(digits);
      case Value.Truth(boolean isTrue) -> to.append(isTrue ? "true" : "false");
      case Value.Nothing _ -> to.append("null");
      case Value.Items(List<Value> items) -> {
        to.append('[');
        int inner = inner(depth);
        for (Iterator<Value> each = items.iterator(); each.hasNext(); ) {
          begin(to, inner);
          write(each.next(), to, inner);
          part(to, each.hasNext(), inner);
        }
        end(to, items.isEmpty(), inner);
        to.append(']');
      }
      case Value.Fields(Map<String, Value> fields) -> {
        to.append('{');
        int inner = inner(depth);
        for (var each = fields.entrySet().iterator(); each.hasNext(); ) {
          Map.Entry<String, Value> field = each.next();
          begin(to, inner);
          quote(field.getKey(), to);
          to.append(": ");
          write(field.getValue(), to, inner);
          part(to, each.hasNext(), inner);
        }
        end(to, fields.isEmpty(), inner);
        to.append('}');
      }
    }
  }

  private static int inner(int depth) {
    return depth < 0 || depth == MOST_INDENTED ? -1 : depth + 1;
  }

  private static void begin(Appendable to, int depth) throws IOException {
    if (depth >= 0) {
      newLine(to, depth);
    }
  }

  private static void part(Appendable to, boolean more, int depth) throws IOException {
    if (more) {
      to.append(depth < 0 ? ", " : ",");
    }
  }

  private static void end(Appendable to, boolean empty, int inner) throws IOException {
    if (inner >= 0 && !empty) {
      newLine(to, inner - 1);
    }
  }

  private static void newLine(Appendable to, int depth) throws IOException {
    to.append('\n');
    for (int i = 0; i < depth; i++) {
      to.append("    ");
    }
  }

  private static void quote(String text, Appendable to) throws IOException {
    to.append('"');
    int written = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (isPlain(unit)) {
        continue; // what follows one another is appended at once
      }
      to.append(text, written, i);
      written = i + 1;
      switch (unit) {
        case '"' -> to.append("\\\"");
        case '\\' -> to.append("\\\\");
        case '\n' -> to.append("\\n");
        case '\r' -> to.append("\\r");
        case '\t' -> to.append("\\t");
        case '\b' -> to.append("\\b");
        case '\f' -> to.append("\\f");
        default -> to.append("\\u").append(PythonText.hex(unit, 4));
      }
    }
    to.append(text, written, text.length()).append('"');
  }

  private static boolean isPlain(char unit) {
    return unit >= ' ' && unit <= '~' && unit != '"' && unit != '\\';
  }
}
