package org.millrace.api.graph;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.domain.value.Value;

/**
 * Goes through a file once, from front to back. Each {@code read} method stands at the first token
 * of a value when it is called and at its last one when it returns; a value of another shape than
 * is wanted is told as a fault, passed over, and empty. Not thread-safe.
 */
final class Cursor {
  /** What the objects that a plan is made of take beside the texts in them, about. */
  private static final int OBJECT = 64;

  private static final int TOKENS_AT_ONCE = 1 << 14;

  private final JsonParser parser;
  private final Faults faults;
  private final GraphRoom.Share room;
  private final List<Object> path = new ArrayList<>(); // names and numbers
  private long tokens;

  Cursor(JsonParser parser, Faults faults, GraphRoom.Share room) {
    this.parser = parser;
    this.faults = faults;
    this.room = room;
  }

  /** Reads what is in a list, or after a name. */
  @FunctionalInterface
  interface Read<T> {
    Optional<T> from(Cursor in) throws IOException;
  }

  /** Hears of each name in a map, at the value after it. */
  @FunctionalInterface
  interface Named {
    void at(String name, Spot spot) throws IOException;
  }

  /** Goes to the next token. */
  JsonToken next() throws IOException {
    letOthersRun();
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new JsonParseException(parser, "the file ends in the middle");
    }
    refuseWhatOnlyYamlHas();
    GraphFormat.holdToBounds(parser, token);
    return token;
  }

  /** A long file must not hold one of the few threads that carry all others. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it but how long others wait
  private void letOthersRun() {
    if (++tokens % TOKENS_AT_ONCE == 0) {
      Thread.yield();
    }
  }

  /** Goes to the first token. */
  void begin() throws IOException {
    if (parser.nextToken() == null) {
      throw new JsonParseException(parser, "there is nothing in it");
    }
    refuseWhatOnlyYamlHas();
  }

  /** Tells a fault if anything follows. */
  void end() throws IOException {
    if (parser.nextToken() != null) {
      fault("one graph is wanted, and something follows it");
    }
  }

  private void refuseWhatOnlyYamlHas() throws IOException {
    if (parser instanceof YAMLParser yaml) {
      if (yaml.isCurrentAlias()) {
        fault("aliases (*name) are not read here: write it out");
      } else if (yaml.getTypeId() != null) {
        fault("tags (!name) are not read here: leave it out");
      }
    }
  }

  /** Counts what is kept of the file beside its texts. */
  void keep(long bytes) {
    room.take(bytes);
  }

  private String kept(String text) {
    room.take(OBJECT + text.length());
    return text;
  }

  Spot spot() {
    JsonLocation at = parser.currentTokenLocation();
    return new Spot(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
  }

  void fault(String message) {
    fault(spot(), message);
  }

  void fault(Spot spot, String message) {
    faults.add(spot, where(), message);
  }

  /** A fault of something in the map that the cursor is in. */
  void fault(Spot spot, String name, String message) {
    path.add(name);
    fault(spot, message);
    path.removeLast();
  }

  /** Tells that another shape is wanted, and passes over what is there. */
  <T> Optional<T> wants(String wanted) throws IOException {
    fault(wanted + " is wanted, and this is " + kind());
    parser.skipChildren();
    return Optional.empty();
  }

  private String kind() {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "a map";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case VALUE_NULL -> "nothing";
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          "something else";
    };
  }

  boolean isAt(JsonToken token) {
    return parser.currentToken() == token;
  }

  void skip() throws IOException {
    parser.skipChildren();
  }

  /** A text; may be empty. */
  Optional<String> text() throws IOException {
    return isAt(JsonToken.VALUE_STRING) ? checked(parser.getText()) : wants("a text");
  }

  /** A text that says something, of so many characters at most. */
  Optional<String> text(int most) throws IOException {
    return text()
        .filter(text -> {
          if (text.isBlank()) {
            fault("must not be empty");
          } else if (text.length() > most) {
            fault("at most " + most + " characters are allowed, not " + text.length());
          }
          return !text.isBlank() && text.length() <= most;
        });
  }

  /** A text, or a number, true or false as it is written. */
  Optional<String> words() throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          checked(parser.getText());
      default -> wants("a text or a number");
    };
  }

  /** What cannot be handed to a program as it is, or stored, is refused. */
  Optional<String> checked(String text) {
    if (text.indexOf('\0') >= 0) {
      fault("must not hold the character NUL");
      return Optional.empty();
    }
    if (!isUnicode(text)) {
      fault("is no valid Unicode text: half of a surrogate pair");
      return Optional.empty();
    }
    return Optional.of(kept(text));
  }

  private static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean isPair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!isPair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  Optional<Boolean> truth() throws IOException {
    return isAt(JsonToken.VALUE_TRUE) || isAt(JsonToken.VALUE_FALSE)
        ? Optional.of(isAt(JsonToken.VALUE_TRUE))
        : wants("true or false");
  }

  /** A number as JSON writes it. */
  Optional<Value.Numeral> number() throws IOException {
    boolean isNumber =
        (isAt(JsonToken.VALUE_NUMBER_INT) || isAt(JsonToken.VALUE_NUMBER_FLOAT))
            && Value.Numeral.isNumber(parser.getText());
    return isNumber ? Optional.of(new Value.Numeral(kept(parser.getText()))) : wants("a number");
  }

  /** A whole number between two others. */
  Optional<Integer> whole(int least, int most) throws IOException {
    Optional<BigDecimal> number = decimal();
    if (number.isPresent() && !isWithin(number.get(), least, most)) {
      fault("a whole number from " + least + " to " + most + " is wanted");
      return Optional.empty();
    }
    return number.map(BigDecimal::intValueExact);
  }

  private static boolean isWithin(BigDecimal number, int least, int most) {
    return number.compareTo(BigDecimal.valueOf(least)) >= 0
        && number.compareTo(BigDecimal.valueOf(most)) <= 0
        && number.remainder(BigDecimal.ONE).signum() == 0;
  }

  /** A number above 0, of something that there is not without end. */
  Optional<Double> amount(double most) throws IOException {
    Optional<BigDecimal> number = decimal();
    if (number.isPresent()
        && (number.get().signum() <= 0 || number.get().compareTo(BigDecimal.valueOf(most)) > 0)) {
      fault("a number above 0 is wanted, and at most " + BigDecimal.valueOf(most).toPlainString());
      return Optional.empty();
    }
    return number.map(BigDecimal::doubleValue);
  }

  private Optional<BigDecimal> decimal() throws IOException {
    return number().map(Value.Numeral::digits).map(BigDecimal::new);
  }

  /** How long something takes: longer than nothing. */
  Optional<Duration> duration() throws IOException {
    return duration("a duration is wanted, like 10s, 5m, 2h, 1d, PT90S, or a number of seconds")
        .filter(duration -> {
          if (duration.isZero()) {
            fault("must be longer than nothing");
          }
          return !duration.isZero();
        });
  }

  private Optional<Duration> duration(String otherwise) throws IOException {
    Optional<String> text = words();
    Optional<Duration> duration =
        text.flatMap(given -> DurationText.read(given, isAt(JsonToken.VALUE_STRING)));
    if (text.isPresent() && duration.isEmpty()) {
      fault(otherwise);
    }
    return duration;
  }

  /** A value of any shape. Numbers that JSON does not write so are texts. */
  Optional<Value> value() throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> Optional.of(new Value.Fields(map(Integer.MAX_VALUE, Cursor::value)));
      case START_ARRAY -> Optional.of(new Value.Items(items(Integer.MAX_VALUE, Cursor::value)));
      case VALUE_STRING -> text().map(Value.Text::new);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> words().map(Cursor::numeral);
      case VALUE_TRUE, VALUE_FALSE -> truth().map(Value.Truth::new);
      case VALUE_NULL -> Optional.of(Value.NOTHING);
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          wants("a value");
    };
  }

  private static Value numeral(String text) {
    return Value.Numeral.isNumber(text) ? new Value.Numeral(text) : new Value.Text(text);
  }

  /** A list; what is wrong in it is told and left out. */
  <T> Optional<List<T>> list(int most, Read<T> read) throws IOException {
    return isAt(JsonToken.START_ARRAY) ? Optional.of(items(most, read)) : wants("a list");
  }

  /** A list that has an item at least, however wrong. */
  <T> Optional<List<T>> some(int most, Read<T> read) throws IOException {
    Spot spot = spot();
    int[] met = {0};
    Optional<List<T>> items =
        list(
            most,
            in -> {
              met[0]++;
              return read.from(in);
            });
    if (items.isPresent() && met[0] == 0) {
      fault(spot, "at least one is wanted");
    }
    return items;
  }

  private <T> List<T> items(int most, Read<T> read) throws IOException {
    List<T> items = new ArrayList<>();
    keep(OBJECT);
    eachItem(index -> {
      if (index == most) {
        fault("at most " + most + " are allowed in this list");
      }
      if (index >= most) {
        skip();
      } else {
        read.from(this).ifPresent(items::add);
      }
    });
    return items;
  }

  /** Hears of each item of a list, at it. */
  @FunctionalInterface
  interface Numbered {
    void at(int index) throws IOException;
  }

  /** Goes through the list that the cursor stands at. */
  void eachItem(Numbered listener) throws IOException {
    for (int index = 0; next() != JsonToken.END_ARRAY; index++) {
      path.add(index);
      listener.at(index);
      path.removeLast();
    }
  }

  /** Names and what they stand for, in order; no name twice. */
  <T> Map<String, T> map(int most, Read<T> read) throws IOException {
    Map<String, T> map = new LinkedHashMap<>();
    if (!isAt(JsonToken.START_OBJECT)) {
      wants("a map");
      return map;
    }
    keep(OBJECT);
    Set<String> seen = new HashSet<>();
    eachName((name, spot) -> {
      if (!seen.add(name)) {
        fault(spot, "is there twice");
        skip();
      } else if (seen.size() > most) {
        fault(spot, "at most " + most + " are allowed in this map");
        skip();
      } else if (checked(name).isPresent()) {
        keep(OBJECT);
        read.from(this).ifPresent(value -> map.put(name, value));
      } else {
        skip();
      }
    });
    return map;
  }

  /** Goes through the map that the cursor stands at. */
  void eachName(Named listener) throws IOException {
    while (next() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Spot spot = spot();
      next();
      path.add(name);
      listener.at(name, spot);
      path.removeLast();
    }
  }

  /** The way from the top: {@code nodes.resize.container.command[2]}. */
  String where() {
    var where = new StringBuilder();
    for (Object step : path) {
      switch (step) {
        case Integer number -> where.append('[').append(number).append(']');
        default -> where.append(where.isEmpty() ? "" : ".").append(Shown.shortened(step + ""));
      }
    }
    return where.toString();
  }
}
