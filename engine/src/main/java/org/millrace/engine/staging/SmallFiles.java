package org.millrace.engine.staging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.domain.task.SmallFile;
import org.millrace.domain.value.Value;

/**
 * Reads the small files that a task declares for those after it. What is missing, too large or no
 * text is told as a note, and missed by whoever refers to it.
 */
public final class SmallFiles {
  /** So much of a file is kept with an attempt; no more is small. In bytes. */
  public static final int MOST = 64 << 10;

  private final Map<String, Value> files = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  private SmallFiles() {}

  /**
   * What was read.
   *
   * @param value {@code files}, by name; empty if none was declared
   */
  public record Found(Optional<Value> value, List<String> notes) {
    public Found {
      notes = List.copyOf(notes);
    }
  }

  /** Reads what is there. */
  public static Found read(Map<String, SmallFile> reads, TaskFolder folder) {
    if (reads.isEmpty()) {
      return new Found(Optional.empty(), List.of());
    }
    var found = new SmallFiles();
    reads.forEach((name, file) -> found.read(name, file, folder));
    Value files = new Value.Fields(found.files);
    return new Found(Optional.of(new Value.Fields(Map.of("files", files))), found.notes);
  }

  private void read(String name, SmallFile file, TaskFolder folder) {
    String what = "values." + OneLine.of(name) + ": " + OneLine.of(file.path()) + " ";
    try (InputStream bytes = folder.open(folder.place(file.path()))) {
      byte[] content = bytes.readNBytes(MOST + 1);
      if (content.length > MOST) {
        notes.add(what + "has more than " + MOST + " bytes, and was not read");
      } else {
        files.put(name, value(file.form(), text(content)));
      }
    } catch (NoSuchFileException missing) {
      notes.add(what + "was not there in the end");
    } catch (CharacterCodingException binary) {
      notes.add(what + "is no UTF-8, and was not read");
    } catch (IOException unreadable) {
      notes.add(what + "could not be read: " + Disk.reason(unreadable));
    }
  }

  private static String text(byte[] content) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
  }

  private static Value value(SmallFile.Form form, String text) {
    return switch (form) {
      case TEXT -> new Value.Text(withoutLastLineEnd(text));
      case LINES ->
          new Value.Items(
              text.lines().filter(line -> !line.isEmpty()).<Value>map(Value.Text::new).toList());
    };
  }

  private static String withoutLastLineEnd(String text) {
    String end = text.endsWith("\r\n") ? "\r\n" : "\n";
    return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
  }
}
