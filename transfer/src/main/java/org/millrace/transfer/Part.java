package org.millrace.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.millrace.transfer.Roots.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file on its way to its place, written under another name in the same folder. What is not
 * finished is removed when it is closed, or, if the server dies first, before the next one for the
 * same place is made.
 */
final class Part implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Part.class);
  private static final Pattern NAME = Pattern.compile("\\.millrace-[0-9a-f]{16}\\.part");

  private final SecureDirectoryStream<Path> folder;
  private final Place place;
  private final Path name;
  private final FileChannel file;
  private final Runnable release;
  private boolean whole;

  private Part(
      SecureDirectoryStream<Path> folder,
      Place place,
      Path name,
      FileChannel file,
      Runnable release) {
    this.folder = folder;
    this.place = place;
    this.name = name;
    this.file = file;
    this.release = release;
  }

  /**
   * The names under which one server writes parts. Each follows from where the file goes, and from
   * the server: others may write to the same folder.
   */
  static final class Names {
    private final String server;
    private final RandomGenerator chance;
    private final Set<Path> inUse = ConcurrentHashMap.newKeySet();

    /**
     * Names of one server.
     *
     * @param own its folders: no other server of this machine has them
     */
    Names(List<Path> own, RandomGenerator chance) {
      this.server = hostName() + own;
      this.chance = chance;
    }

    private static String hostName() {
      try {
        return Files.readString(Path.of("/proc/sys/kernel/hostname"));
      } catch (IOException unknown) {
        return ""; // then servers of several machines must not write to one folder
      }
    }

    private Path of(Place place) {
      Path usual = place.folder().resolve(named(digest(server + "\0" + place.path())));
      return inUse.add(usual)
          ? usual
          : place.folder().resolve(named(HexFormat.of().toHexDigits(chance.nextLong())));
    }

    private static String named(String hex) {
      return ".millrace-" + hex + ".part";
    }

    private static String digest(String text) {
      try {
        byte[] digest =
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, 8);
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException("every Java has SHA-256", impossible);
      }
    }
  }

  /** Whether a file of that name is a part. */
  static boolean isOne(Path name) {
    return NAME.matcher(name.toString()).matches();
  }

  /** Makes an empty one; the folders above its place are made first where they are missing. */
  static Part begin(Place place, Names names) throws IOException, Fault {
    SecureDirectoryStream<Path> folder = Roots.openOrCreate(place.root(), place.parents());
    Path path = names.of(place);
    Path name = path.getFileName();
    try {
      refuseFolder(folder, place);
      removeIfThere(folder, name);
      FileChannel file = Roots.createFile(folder, name);
      return new Part(folder, place, name, file, () -> names.inUse.remove(path));
    } catch (IOException | Fault | RuntimeException failed) {
      names.inUse.remove(path);
      folder.close();
      throw failed;
    }
  }

  private static void refuseFolder(SecureDirectoryStream<Path> folder, Place place)
      throws IOException, Fault {
    try {
      if (Roots.attributes(folder, place.name()).isDirectory()) {
        throw Fault.forGood("output-refused", place.path() + " is a folder", "name a file in it");
      }
    } catch (NoSuchFileException _) {
      // the usual case: nothing is there yet
    }
  }

  private static void removeIfThere(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    try {
      folder.deleteFile(name);
    } catch (NoSuchFileException _) {
      // the usual case: no server died while it wrote there
    }
  }

  FileChannel file() {
    return file;
  }

  /** All is written: makes it durable. Takes as long as the disk takes. */
  void force() throws IOException {
    file.force(true);
    file.close();
  }

  /** It is durable: puts it in its place. */
  void place() throws IOException {
    folder.move(name, folder, place.name());
    whole = true;
    makeDurable(place.folder());
  }

  /** A rename survives a loss of power only once its folder is written. */
  private static void makeDurable(Path folder) throws IOException {
    try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }

  @Override
  public void close() {
    try (folder) {
      file.close();
      if (!whole) {
        removeIfThere(folder, name);
      }
    } catch (IOException problem) {
      LOG.warn("temporary file {} is left behind: {}", name, LocalFault.reason(problem));
    } finally {
      release.run();
    }
  }
}
