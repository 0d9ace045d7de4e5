package org.millrace.runtimes.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.millrace.domain.task.RuntimeName;
import org.millrace.engine.staging.FolderRemoval;
import org.millrace.engine.views.LogFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where attempts and logs of this host lie. When the server is root, tasks run as somebody else,
 * who must be able to pass through every folder above; where that is not so, as below a closed
 * home, the area is a folder of ours below {@code /var/lib} instead, or, where that cannot be used,
 * below {@code /var/tmp}, which systems empty now and then; the same at every start. Such a one is
 * removed by whatever server starts here, once the folder that it stands for is gone and it was not
 * opened for a month.
 */
public final class WorkArea {
  private static final Logger LOG = LoggerFactory.getLogger(WorkArea.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");
  private static final List<Path> FALLBACKS = List.of(Path.of("/var/lib"), Path.of("/var/tmp"));
  private static final String PREFIX = "millrace-";
  private static final Duration KEPT = Duration.ofDays(30);

  /** In a fallback: the folder for which it stands; opened last when this was written last. */
  private static final String STANDS_FOR = "stands-for";

  private final Path folder;
  private final Optional<TaskUser> user;

  private WorkArea(Path folder, Optional<TaskUser> user) {
    this.folder = folder;
    this.user = user;
  }

  /**
   * Opens the area that the settings want, or the one that takes its place.
   *
   * @throws IOException when neither can be made, or when the one in its place is not ours
   */
  public static WorkArea open(LocalSettings settings) throws IOException {
    return open(settings, FALLBACKS);
  }

  static WorkArea open(LocalSettings settings, List<Path> places) throws IOException {
    Optional<TaskUser> user =
        TaskUser.serverUid() == 0 ? Optional.of(settings.user()) : Optional.empty();
    Path wanted = settings.workFolder();
    Files.createDirectories(wanted);
    Optional<Path> barrier = user.flatMap(other -> barrier(wanted.resolve(".."), other));
    if (barrier.isEmpty()) {
      return made(wanted, user);
    }
    List<Path> usable = new ArrayList<>();
    for (Path place : places) {
      if (isUsable(place, user.orElseThrow())) {
        usable.add(place);
        removeForgotten(place, Instant.now().minus(KEPT));
      }
    }
    if (usable.isEmpty()) {
      throw new IOException(
          ("user %d of tasks cannot pass through %s to the work folder, and none of %s can be used"
                  + " instead: let others pass (chmod a+x), or name another folder with"
                  + " runtimes.work-folder")
              .formatted(user.orElseThrow().uid(), barrier.get(), places));
    }
    Path instead = fallback(wanted.toRealPath(), usable);
    LOG.warn(
        "work area {} instead of {}: user {} of tasks cannot pass through {}",
        instead,
        wanted,
        user.orElseThrow().uid(),
        barrier.get());
    return made(instead, user);
  }

  private static boolean isUsable(Path place, TaskUser user) {
    return Files.isDirectory(place) && Files.isWritable(place) && barrier(place, user).isEmpty();
  }

  /** Where it was before, else in the first place: what runs there is not to be lost. */
  private static Path fallback(Path wanted, List<Path> places) throws IOException {
    String name = PREFIX + shortName(wanted.toString());
    Path place =
        places.stream()
            .filter(before -> Files.exists(before.resolve(name).resolve(STANDS_FOR)))
            .findFirst()
            .orElse(places.getFirst());
    Path folder = ours(place.resolve(name));
    Files.writeString(folder.resolve(STANDS_FOR), wanted.toString());
    return folder;
  }

  /** Removes fallbacks of folders that are gone. */
  static void removeForgotten(Path fallbacks, Instant openedBefore) throws IOException {
    List<Path> forgotten = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(fallbacks, PREFIX + "*")) {
      for (Path folder : folders) {
        if (isForgotten(folder, openedBefore)) {
          forgotten.add(folder);
        }
      }
    }
    for (Path folder : forgotten) {
      LOG.info("work area {} is removed: what it stood for is gone", folder);
      FolderRemoval.remove(folder);
    }
  }

  private static boolean isForgotten(Path folder, Instant openedBefore) {
    Path standsFor = folder.resolve(STANDS_FOR);
    try {
      return Integer.valueOf(TaskUser.serverUid())
              .equals(Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS))
          && Files.getLastModifiedTime(standsFor).toInstant().isBefore(openedBefore)
          && Files.notExists(Path.of(Files.readString(standsFor)));
    } catch (IOException | InvalidPathException notOne) {
      return false;
    }
  }

  private static WorkArea made(Path folder, Optional<TaskUser> user) throws IOException {
    make(folder, OthersMay.ENTER);
    make(folder.resolve("attempts"), OthersMay.ENTER);
    make(folder.resolve("logs"), OthersMay.NOTHING);
    return new WorkArea(folder, user);
  }

  private static void make(Path folder, Set<PosixFilePermission> others) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, others);
  }

  /** Anybody can make folders below {@code /var/tmp}: one made by another is not used. */
  private static Path ours(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException before) {
      Map<String, Object> is =
          Files.readAttributes(folder, "unix:uid,isDirectory", LinkOption.NOFOLLOW_LINKS);
      if (!Boolean.TRUE.equals(is.get("isDirectory"))
          || !Integer.valueOf(TaskUser.serverUid()).equals(is.get("uid"))) {
        throw new IOException(
            folder
                + " belongs to somebody else; remove it, or name another folder with"
                + " runtimes.work-folder",
            before);
      }
    }
    return folder;
  }

  /** The first folder on the way up, this one too, that a user cannot pass through. */
  private static Optional<Path> barrier(Path folder, TaskUser user) {
    try {
      for (Path at = folder.toRealPath(); at != null; at = at.getParent()) {
        if (!mayPass(at, user)) {
          return Optional.of(at);
        }
      }
      return Optional.empty();
    } catch (IOException unreadable) {
      return Optional.of(folder);
    }
  }

  private static boolean mayPass(Path folder, TaskUser user) throws IOException {
    Map<String, Object> is = Files.readAttributes(folder, "unix:uid,gid");
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
    PosixFilePermission needed =
        Integer.valueOf(user.uid()).equals(is.get("uid"))
            ? PosixFilePermission.OWNER_EXECUTE
            : Integer.valueOf(user.gid()).equals(is.get("gid"))
                ? PosixFilePermission.GROUP_EXECUTE
                : PosixFilePermission.OTHERS_EXECUTE;
    return permissions.contains(needed);
  }

  /** A name that is the same at every start, for a text that may be long or odd. */
  static String shortName(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8))
        .toString()
        .substring(0, 13);
  }

  /** The folder itself. */
  public Path folder() {
    return folder;
  }

  /** Where the full streams of executors are kept. */
  public LogFolder logs() {
    return new LogFolder(folder.resolve("logs"));
  }

  /** As whom tasks run; empty if as the server does. */
  Optional<TaskUser> user() {
    return user;
  }

  /** Gives a file to the user of tasks. */
  void give(Path file) throws IOException {
    if (user.isPresent()) {
      Files.setAttribute(file, "unix:uid", user.get().uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(file, "unix:gid", user.get().gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** A folder for what is made once for all attempts. */
  Path shared(String name) throws IOException {
    Path shared = folder.resolve(name);
    make(shared, OthersMay.ENTER);
    return shared;
  }

  /** The folder of an attempt; it need not exist. */
  AttemptFolder attempt(RuntimeName runtime, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not the name of an attempt: '" + name + "'");
    }
    return new AttemptFolder(attempts(runtime).resolve(name));
  }

  /** The folders of a runtime's attempts, as far as anything of them exists now. */
  Set<AttemptFolder> existing(RuntimeName runtime) throws IOException {
    make(attempts(runtime), OthersMay.ENTER);
    var existing = new LinkedHashSet<AttemptFolder>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(attempts(runtime))) {
      for (Path folder : folders) {
        AttemptFolder attempt = AttemptFolder.of(folder);
        if (NAME.matcher(attempt.name()).matches()) {
          existing.add(attempt);
        }
      }
    }
    return existing;
  }

  private Path attempts(RuntimeName runtime) {
    return folder.resolve("attempts").resolve(runtime.text());
  }
}
