package org.millrace.dane;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.value.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders that jobs of one source share, made by the server below two roots ({@code
 * contracts/dane.md 2.7}). Workers get their names, so the roots have to be there under the same
 * names for them. Names of sources are checked before ({@link GivenJob}); links below the roots are
 * not followed. The file system of {@code out} has to have hard links. Thread-safe.
 *
 * @param temp for files that need not stay ({@code dane.job.temp-folder}); absolute
 * @param out for what workers leave ({@code dane.job.out-folder}); absolute
 */
public record JobFolders(Path temp, Path out) {
  private static final Logger LOG = LoggerFactory.getLogger(JobFolders.class);

  private static final String SOURCE = "SOURCE_URL.json";
  private static final int MOST_OF_SOURCE = 64 << 10;
  private static final int PIECES = 3;
  private static final int OF_PIECE = 2;

  public JobFolders {
    check(temp, "dane.job.temp-folder");
    check(out, "dane.job.out-folder");
  }

  private static void check(Path root, String key) {
    if (!root.isAbsolute()) {
      throw new IllegalArgumentException(key + ": an absolute path, not " + root);
    }
  }

  /**
   * Makes the folders of a source, and notes where its material lies.
   *
   * @return {@code SHARED}
   * @throws JobRefused if it lay elsewhere before
   * @throws Refusal {@code Unavailable}, if folders or file cannot be made or read
   */
  Value.Fields of(String sourceId, String sourceUrl) {
    List<String> below = below(sourceId);
    try {
      Path shared = made(out, below);
      agree(shared, sourceUrl);
      Map<String, Value> folders = new LinkedHashMap<>();
      folders.put("TEMP_FOLDER", new Value.Text(made(temp, below).toString()));
      folders.put("OUT_FOLDER", new Value.Text(shared.toString()));
      return new Value.Fields(folders);
    } catch (IOException failed) {
      LOG.warn(
          "folders of a source cannot be made below {} and {}: {}", temp, out, failed.toString());
      throw new Refusal(
          new Failure.Unavailable(
              "the folders of this source cannot be made; see the server's log",
              Duration.ofSeconds(10)));
    }
  }

  /** The first six characters in twos, as far as there are any, then the whole name. */
  private static List<String> below(String sourceId) {
    int[] points = sourceId.codePoints().toArray();
    var names = new ArrayList<String>();
    for (int piece = 0; piece < PIECES && piece * OF_PIECE < points.length; piece++) {
      int from = piece * OF_PIECE;
      names.add(new String(points, from, Math.min(OF_PIECE, points.length - from)));
    }
    names.add(sourceId);
    return names;
  }

  /** Makes what is missing, one folder after the other, so that no link leads elsewhere. */
  private static Path made(Path root, List<String> names) throws IOException {
    Files.createDirectories(root);
    Path folder = root;
    for (String name : names) {
      folder = folder.resolve(name);
      try {
        Files.createDirectory(folder);
      } catch (FileAlreadyExistsException there) {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
          throw there;
        }
      }
    }
    return folder;
  }

  private static void agree(Path folder, String sourceUrl) throws IOException {
    Path file = folder.resolve(SOURCE);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS) && isNoted(file, sourceUrl)) {
      return;
    }
    String known = known(file);
    if (!known.equals(sourceUrl)) {
      throw JobRefused.unfit("Source url verification mismatch: " + known + " != " + sourceUrl);
    }
  }

  /**
   * Notes where the material lies, whole or not at all. False if somebody else noted it meanwhile:
   * a name for what is written already takes no other's place, as moving it there would.
   */
  private static boolean isNoted(Path file, String sourceUrl) throws IOException {
    Value content = new Value.Fields(Map.of("source_url", new Value.Text(sourceUrl)));
    Path fresh = file.resolveSibling("." + SOURCE + "." + UUID.randomUUID());
    try {
      Files.write(
          fresh,
          PythonJson.line(content).getBytes(StandardCharsets.US_ASCII),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
      Files.createLink(file, fresh);
      return true;
    } catch (FileAlreadyExistsException _) {
      return false;
    } catch (UnsupportedOperationException none) {
      throw new IOException("the file system of " + file + " has no hard links", none);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static String known(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = content.readNBytes(MOST_OF_SOURCE);
      if (PythonJson.read(bytes) instanceof Value.Fields(Map<String, Value> fields)
          && fields.get("source_url") instanceof Value.Text(String url)) {
        return url;
      }
      throw new IOException(file + " names no source_url");
    } catch (PythonJson.NotJson broken) {
      throw new IOException(file + ": " + broken.getMessage(), broken);
    }
  }
}
