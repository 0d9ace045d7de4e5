package org.millrace.server;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.millrace.server.config.Home;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that holds all state. One that is made here is closed to other users of this machine:
 * tasks pass through it, and no further. One that was there before is somebody's, who may have
 * meant another: it is checked, and left as it is.
 */
final class DataFolder {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

  /** Also of a first start that did not get far. */
  private static final Pattern OURS =
      Pattern.compile("millrace\\..*|secret\\.key.*|site(\\.new)?|ballast|work|logs?|lost\\+found");

  private static final String ANOTHER = ": name another one with --data or the setting data";

  private DataFolder() {}

  /**
   * Makes the folder, or sees that it can be used.
   *
   * @throws IOException when it cannot be made, others may write there, or it holds files that are
   *     not ours: the message says what to do
   */
  static void prepare(Path data) throws IOException {
    if (make(data)) {
      return;
    }
    if (!Files.isDirectory(data)) {
      throw new IOException("the data folder " + data + " is no folder" + ANOTHER);
    }
    if (!Files.isWritable(data)) {
      throw new IOException(
          "the data folder " + data + " cannot be written by this user, or at all" + ANOTHER);
    }
    checkOpenness(data);
    if (!Files.exists(data.resolve("millrace.db")) && !data.equals(Home.folder())) {
      checkContent(data);
    }
  }

  /**
   * Makes the folder, closed to others; false if it is there.
   *
   * @throws IOException when it cannot be made: the message says why, and what to do
   */
  static boolean make(Path folder) throws IOException {
    return make(folder, "the data folder ", ANOTHER);
  }

  /**
   * Makes the home folder of Millrace, closed to others, if it is not there.
   *
   * @throws IOException when it cannot be made: the message says why, and what to do
   */
  static void makeHome(Path home) throws IOException {
    make(home, "the home folder of Millrace ", ": set MILLRACE_HOME to another one");
  }

  private static boolean make(Path folder, String called, String help) throws IOException {
    if (Files.exists(folder)) {
      return false;
    }
    try {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      return madeHere(folder);
    } catch (IOException impossible) {
      throw new IOException(
          called + folder + " cannot be made: " + why(impossible) + help, impossible);
    }
  }

  private static boolean madeHere(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException _) { // a moment ago
      return false;
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    return true;
  }

  /** Most exceptions of files carry a path and leave the rest to their class. */
  private static String why(IOException impossible) {
    return switch (impossible) {
      case AccessDeniedException denied -> "permission denied at " + denied.getFile();
      case FileAlreadyExistsException taken -> taken.getFile() + " is no folder";
      case NoSuchFileException _ -> "the system lets nobody make a folder there";
      case FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason().toLowerCase(Locale.ROOT);
      default -> String.valueOf(impossible.getMessage());
    };
  }

  private static void checkOpenness(Path data) throws IOException {
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(data);
    String shown = PosixFilePermissions.toString(mode);
    if (mode.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(
          "the data folder %s can be written by everybody (%s): name one that is the server's alone"
              .formatted(data, shown));
    }
    if (mode.contains(PosixFilePermission.OTHERS_READ)
        || mode.contains(PosixFilePermission.GROUP_READ)
        || mode.contains(PosixFilePermission.GROUP_WRITE)) {
      LOG.warn(
          "others on this machine may look into the data folder {} ({}): 'chmod 711 {}' closes it",
          data,
          shown,
          data);
    }
  }

  private static void checkContent(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      Optional<String> foreign =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !OURS.matcher(name).matches())
              .sorted()
              .findFirst();
      if (foreign.isPresent()) {
        throw new IOException(
            "the data folder %s holds what is not Millrace's ('%s'): name an empty one, or one that does not exist"
                .formatted(data, foreign.get()));
      }
    }
  }
}
