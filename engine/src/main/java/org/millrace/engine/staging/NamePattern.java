package org.millrace.engine.staging;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A pattern for one name of a path, as POSIX has them: {@code *}, {@code ?}, {@code [a-z]}, {@code
 * [!a-z]}, {@code [[:digit:]]}; a backslash takes the meaning from what follows it; a bracket that
 * is not closed is itself; a dot at the beginning of a name must be written. Takes time in
 * proportion to pattern and name, whatever is in them. Pure.
 */
final class NamePattern {
  private static final String WILDCARDS = "*?[\\";

  private final List<Piece> pieces;

  private NamePattern(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  /** What stands for one character, or for any number of them. */
  private sealed interface Piece {
    boolean takes(int character);
  }

  private record AnyNumber() implements Piece {
    @Override
    public boolean takes(int character) {
      return true;
    }
  }

  private record AnyOne() implements Piece {
    @Override
    public boolean takes(int character) {
      return true;
    }
  }

  private record Exactly(int wanted) implements Piece {
    @Override
    public boolean takes(int character) {
      return character == wanted;
    }
  }

  private record OneOf(List<Member> members, boolean not) implements Piece {
    @Override
    public boolean takes(int character) {
      return members.stream().anyMatch(member -> member.has(character)) != not;
    }
  }

  private sealed interface Member {
    boolean has(int character);
  }

  private record Range(int first, int last) implements Member {
    @Override
    public boolean has(int character) {
      return first <= character && character <= last;
    }
  }

  private record Kind(String name) implements Member {
    @Override
    public boolean has(int character) {
      return switch (name) {
        case "alpha" -> Character.isLetter(character);
        case "digit" -> character >= '0' && character <= '9';
        case "alnum" -> Character.isLetterOrDigit(character);
        case "upper" -> Character.isUpperCase(character);
        case "lower" -> Character.isLowerCase(character);
        case "space" -> Character.isWhitespace(character);
        case "blank" -> character == ' ' || character == '\t';
        case "punct" -> character > ' ' && character < 127 && !Character.isLetterOrDigit(character);
        case "print" -> !Character.isISOControl(character);
        case "graph" -> !Character.isISOControl(character) && !Character.isWhitespace(character);
        case "cntrl" -> Character.isISOControl(character);
        case "xdigit" -> Character.digit(character, 16) >= 0 && character < 128;
        default -> false;
      };
    }
  }

  /** Reads a pattern. Every text is one. */
  static NamePattern of(String text) {
    return new NamePattern(new Reader(text.codePoints().toArray()).pieces());
  }

  /** Whether a text may stand for other names than itself. */
  static boolean isNeededFor(String text) {
    return text.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
  }

  boolean matches(String name) {
    int[] characters = name.codePoints().toArray();
    if (characters.length > 0 && characters[0] == '.' && !beginsWithDot()) {
      return false;
    }
    int at = 0;
    int piece = 0;
    int star = -1; // the last one met, and the first character that it does not take so far
    int afterStar = 0;
    while (at < characters.length) {
      if (piece < pieces.size() && pieces.get(piece) instanceof AnyNumber) {
        star = piece++;
        afterStar = at;
      } else if (piece < pieces.size() && pieces.get(piece).takes(characters[at])) {
        piece++;
        at++;
      } else if (star >= 0) {
        piece = star + 1;
        at = ++afterStar;
      } else {
        return false;
      }
    }
    while (piece < pieces.size() && pieces.get(piece) instanceof AnyNumber) {
      piece++;
    }
    return piece == pieces.size();
  }

  private boolean beginsWithDot() {
    return !pieces.isEmpty() && pieces.getFirst() instanceof Exactly(int wanted) && wanted == '.';
  }

  private static final class Reader {
    private final int[] text;
    private int at;

    Reader(int[] text) {
      this.text = text;
    }

    List<Piece> pieces() {
      var pieces = new ArrayList<Piece>();
      while (at < text.length) {
        int character = text[at++];
        switch (character) {
          case '*' -> pieces.add(new AnyNumber());
          case '?' -> pieces.add(new AnyOne());
          case '\\' -> pieces.add(new Exactly(at < text.length ? text[at++] : character));
          case '[' -> pieces.add(bracket().orElse(new Exactly('[')));
          default -> pieces.add(new Exactly(character));
        }
      }
      return pieces;
    }

    /** What stands behind an opening bracket; nothing is read if it is never closed. */
    private Optional<Piece> bracket() {
      int begin = at;
      boolean not = at < text.length && (text[at] == '!' || text[at] == '^');
      at += not ? 1 : 0;
      var members = new ArrayList<Member>();
      for (int first = at; at < text.length; ) {
        if (text[at] == ']' && at > first) {
          at++;
          return Optional.of(new OneOf(List.copyOf(members), not));
        }
        members.add(kind().orElseGet(this::range));
      }
      at = begin;
      return Optional.empty();
    }

    private Optional<Member> kind() {
      if (at + 1 >= text.length || text[at] != '[' || text[at + 1] != ':') {
        return Optional.empty();
      }
      for (int end = at + 2; end + 1 < text.length; end++) {
        if (text[end] == ':' && text[end + 1] == ']') {
          String name = new String(text, at + 2, end - at - 2).toLowerCase(Locale.ROOT);
          at = end + 2;
          return Optional.of(new Kind(name));
        }
      }
      return Optional.empty();
    }

    private Member range() {
      int first = character();
      if (at + 1 < text.length && text[at] == '-' && text[at + 1] != ']') {
        at++;
        return new Range(first, character());
      }
      return new Range(first, first);
    }

    private int character() {
      if (text[at] == '\\' && at + 1 < text.length) {
        at++;
      }
      return text[at++];
    }
  }
}
