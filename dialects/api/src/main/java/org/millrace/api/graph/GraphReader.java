package org.millrace.api.graph;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.graph.BrokenGraph;

/**
 * Reads graph files. Takes time in proportion to their length, and memory in proportion to what a
 * plan keeps of them, bounded by a {@link GraphRoom}. Stateless, thread-safe.
 *
 * <p>Contract ({@code docs/graphs.md}, {@code graph.schema.json}): UTF-8; one document; no tags and
 * no aliases; nested at most 200 deep; at most 1,000,000 nodes; texts of at most 16 Mi characters;
 * YAML of at most 64 Mi characters.
 */
public final class GraphReader {
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private GraphReader() {}

  /**
   * Reads one.
   *
   * @param in read to its end unless it is broken; not closed
   * @param owner of the run and its tasks
   * @param room to be kept until the plan is done with
   * @throws BrokenGraphFile with everything that is wrong, the first hundred of it
   * @throws IOException if {@code in} breaks
   * @throws org.millrace.domain.failure.Refusal if there is not enough memory for it; or what
   *     {@code in} throws
   */
  public static ReadGraph read(
      InputStream in, GraphFormat format, Owner owner, GraphRoom.Share room)
      throws BrokenGraphFile, IOException {
    var faults = new Faults();
    var draft = new GraphDraft(owner);
    try {
      boolean isWhole = read(in, format, draft, faults, room);
      if (isWhole) {
        ReadGraph graph = draft.plan(); // of a broken file, too: it tells what else is wrong
        if (faults.isEmpty()) {
          return graph;
        }
      }
    } catch (BrokenGraph broken) {
      tell(broken, draft, faults);
    } catch (Faults.Enough _) {
      // what is there is told
    }
    throw faults.told();
  }

  private static void tell(BrokenGraph broken, GraphDraft draft, Faults faults) {
    try {
      draft.tell(broken, faults);
    } catch (Faults.Enough _) {
      // what is there is told
    }
  }

  /** Whether it came to the end of the file. */
  private static boolean read(
      InputStream in, GraphFormat format, GraphDraft draft, Faults faults, GraphRoom.Share room)
      throws IOException {
    Spot spot = new Spot(1, 1);
    try (JsonParser parser = format.parser(text(in))) {
      var cursor = new Cursor(parser, faults, room);
      try {
        cursor.begin();
        draft.read(cursor);
        cursor.end();
        return true;
      } finally {
        spot = cursor.spot();
      }
    } catch (JsonProcessingException | CharacterCodingException broken) {
      if (isOfCharacters(broken)) {
        faults.add(spot, "", "what follows is not UTF-8");
      } else {
        faults.add(Syntax.spot(broken).orElse(spot), "", Syntax.sentence(broken, format));
      }
      return false;
    }
  }

  /** Whether it is the bytes that are wrong; what broke in the stream itself goes on. */
  private static boolean isOfCharacters(IOException broken) throws IOException {
    for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CharacterCodingException _ -> {
          return true;
        }
        case JsonProcessingException _ -> {
          // The parser's own.
        }
        case IOException ofTheStream -> throw ofTheStream;
        default -> {
          // A layer around it.
        }
      }
    }
    return false;
  }

  /** UTF-8 and nothing else; a mark of byte order says nothing. */
  private static Reader text(InputStream in) throws IOException {
    var text = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    text.mark(1);
    if (text.read() != BYTE_ORDER_MARK) {
      text.reset();
    }
    return text;
  }
}
