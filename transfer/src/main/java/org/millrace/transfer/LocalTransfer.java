package org.millrace.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.engine.attempt.Progress;
import org.millrace.engine.staging.Transfer;
import org.millrace.transfer.Roots.Place;

/**
 * Moves files of this machine: plain absolute paths, and {@code file} URLs without host (or {@code
 * localhost}). Reads and writes only below the roots of {@link LocalConfig}, whatever links say
 * ({@link Roots}). Thread-safe.
 *
 * <ul>
 *   <li>Storing writes a temporary file ({@code .millrace-*.part}) in the target's folder, makes it
 *       durable and renames it: others see the old file or the new one, never half of it. One that
 *       a server left when it died goes when the same file is stored again. Missing folders are
 *       made. A link at the target is replaced, not followed.
 *   <li>Listing follows links that stay below the roots, fails at one that leads out, and leaves
 *       out links to nothing, sockets, pipes, devices, temporary files of transfers, and the
 *       server's own folders.
 * </ul>
 *
 * <p>Codes of causes: {@code input-not-found}, {@code input-denied}, {@code input-not-a-file},
 * {@code not-a-folder}, {@code folder-too-large}, {@code output-denied}, {@code output-refused} (a
 * folder is in the way), {@code url-malformed}, {@code disk-full}, {@code local-read-failed},
 * {@code local-write-failed}.
 */
public final class LocalTransfer implements Transfer {
  private static final int BUFFER = 131_072;

  /** How long the kernel may take to find and open a file. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final int TIMES_TO_LIST = 20;
  private final Roots readable;
  private final Roots writable;
  private final Part.Names parts;
  private final FileThreads threads;
  private final FinishingThreads finishing;

  /**
   * A transfer below these roots.
   *
   * @param closed the server's own folders, in which no caller may touch anything, though a root is
   *     above them
   * @param chance for names of temporary files; must be thread-safe
   */
  public LocalTransfer(LocalConfig config, List<Path> closed, RandomGenerator chance) {
    this(config, closed, chance, LONGEST, new FinishingThreads());
  }

  LocalTransfer(
      LocalConfig config,
      List<Path> closed,
      RandomGenerator chance,
      Duration longest,
      FinishingThreads finishing) {
    this.readable = new Roots(config.readRoots(), List.copyOf(closed));
    this.writable = new Roots(config.writeRoots(), List.copyOf(closed));
    this.parts = new Part.Names(List.copyOf(closed), chance);
    this.threads = new FileThreads(longest);
    this.finishing = finishing;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("", "file");
  }

  @Override
  public void check(String field, String url, Direction direction) {
    Path path;
    try {
      path = LocalPath.parse(url);
    } catch (LocalPath.Malformed malformed) {
      throw Refusal.invalid(field, malformed.reason());
    }
    Access access = access(direction);
    try {
      if (threads.call(1, () -> access.roots().find(path)).isEmpty()) {
        throw new Refusal(new Failure.Denied(field, access.refusal(path).why().toString()));
      }
    } catch (Roots.Closed _) {
      throw new Refusal(new Failure.Denied(field, access.closed(path).why().toString()));
    } catch (FileThreads.NoAnswer silent) {
      throw unavailable(field + ": " + path + ": " + silent.getMessage());
    } catch (IOException | Fault _) {
      // Whoever may not look into a folder learns no more than who asks for one outside of the
      // roots.
      throw new Refusal(new Failure.Denied(field, access.refusal(path).why().toString()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw unavailable(field + ": the server stops");
    }
  }

  private static Refusal unavailable(String message) {
    return new Refusal(new Failure.Unavailable(message, LONGEST));
  }

  @Override
  public void fetch(String url, Target target, Progress progress)
      throws TransferFailed, InterruptedException {
    try {
      try (SeekableByteChannel file = threads.call(1, () -> opened(url));
          InputStream in = Channels.newInputStream(file);
          OutputStream out = open(target)) {
        progress.file(url, file.size());
        copyIn(in, out, progress);
      }
    } catch (IOException problem) {
      throw readFault(url, problem).toTransferFailed();
    } catch (Fault fault) {
      throw fault.toTransferFailed();
    }
  }

  @Override
  public List<Entry> list(String url, int most) throws TransferFailed, InterruptedException {
    try {
      return threads.call(
          TIMES_TO_LIST, () -> new FolderWalk(readable, url, most).files(place(url, Direction.IN)));
    } catch (IOException problem) {
      throw readFault(url, problem).toTransferFailed();
    } catch (Fault fault) {
      throw fault.toTransferFailed();
    }
  }

  @Override
  public String below(String folder, String path) {
    return LocalPath.below(folder, path);
  }

  @Override
  public void store(Source source, String url, Progress progress)
      throws TransferFailed, InterruptedException {
    try {
      finishing.finish(written(source, url, progress));
    } catch (IOException problem) {
      throw writeFault(url, problem).toTransferFailed();
    } catch (Fault fault) {
      throw fault.toTransferFailed();
    }
  }

  private Part written(Source source, String url, Progress progress)
      throws IOException, Fault, InterruptedException {
    Part part = threads.call(1, () -> begun(url));
    try {
      progress.file(url, source.size());
      copyOut(source, Channels.newOutputStream(part.file()), progress);
      return part;
    } catch (IOException | InterruptedException | RuntimeException | Error failed) {
      part.close();
      throw failed;
    }
  }

  private SeekableByteChannel opened(String url) throws IOException, Fault {
    Place place = place(url, Direction.IN);
    if (place.names().isEmpty()) {
      throw Fault.forGood("input-not-a-file", place.path() + " is a folder", "");
    }
    try (SecureDirectoryStream<Path> folder = Roots.open(place.root(), place.parents())) {
      return Roots.openFile(folder, place.name());
    }
  }

  private Part begun(String url) throws IOException, Fault {
    Place place = place(url, Direction.OUT);
    if (place.names().isEmpty()) {
      throw Fault.forGood("output-refused", place.path() + " is a folder", "name a file in it");
    }
    return Part.begin(place, parts);
  }

  private static OutputStream open(Target target) throws LocalFault {
    try {
      return target.open();
    } catch (IOException problem) {
      throw LocalFault.writing(problem);
    }
  }

  private static void copyIn(InputStream in, OutputStream out, Progress progress)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER];
    int read;
    while ((read = in.read(buffer)) >= 0) {
      try {
        out.write(buffer, 0, read);
      } catch (IOException problem) {
        throw interruptionOr(LocalFault.writing(problem), problem);
      }
      progress.moved(read);
      stopIfInterrupted();
    }
  }

  private static void copyOut(Source source, OutputStream out, Progress progress)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[BUFFER];
    long moved = 0;
    try (InputStream in = source.open()) {
      int read;
      while ((read = in.read(buffer)) >= 0) {
        out.write(buffer, 0, read);
        moved += read;
        progress.moved(read);
        stopIfInterrupted();
      }
    }
    if (moved != source.size()) {
      throw LocalFault.changed(moved + " bytes now, " + source.size() + " before");
    }
  }

  private static IOException interruptionOr(LocalFault fault, IOException problem) {
    return problem instanceof ClosedByInterruptException ? problem : fault;
  }

  private static void stopIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while moving a file");
    }
  }

  /** One way of touching files, and how it is refused. */
  private record Access(Roots roots, String key, String verb, String code) {

    Fault refusal(Path path) {
      Optional<Path> unusable = roots.unusableAbove(path);
      if (unusable.isPresent()) {
        String what = path + " is below a root of " + key + whatIsWrongWith(unusable.get());
        return Fault.forGood(new Cause(code, what, ""));
      }
      String message =
          roots.isEmpty()
              ? path + ": no folder of the server may be " + verb
              : path + " is outside of the folders that may be " + verb;
      return Fault.forGood(code, message, "an operator can allow it with " + key);
    }

    private static String whatIsWrongWith(Path root) {
      return Files.notExists(root, LinkOption.NOFOLLOW_LINKS)
          ? " that does not exist: make that folder"
          : " that is no folder, or that the server's user cannot reach: look at it";
    }

    Fault closed(Path path) {
      return Fault.forGood(code, path + " belongs to the server itself", "use another folder");
    }
  }

  private Access access(Direction direction) {
    return switch (direction) {
      case IN -> new Access(readable, LocalConfig.READ_ROOTS, "read", "input-denied");
      case OUT -> new Access(writable, LocalConfig.WRITE_ROOTS, "written", "output-denied");
    };
  }

  private Place place(String url, Direction direction) throws IOException, Fault {
    Path path;
    try {
      path = LocalPath.parse(url);
    } catch (LocalPath.Malformed malformed) {
      throw Fault.forGood("url-malformed", "the path " + malformed.reason(), "");
    }
    Access access = access(direction);
    try {
      Optional<Place> place = access.roots().find(path);
      return place.orElseThrow(() -> access.refusal(path));
    } catch (Roots.Closed _) {
      throw access.closed(path);
    }
  }

  private static Fault readFault(String url, IOException problem) throws InterruptedException {
    return switch (problem) {
      case ClosedByInterruptException _ -> throw interrupted();
      case LocalFault ours -> Fault.later(ours.code(), url + ": " + ours.getMessage());
      case FileThreads.NoAnswer silent ->
          Fault.later("local-read-failed", url + ": " + silent.getMessage());
      case NoSuchFileException _ ->
          Fault.forGood("input-not-found", url + " does not exist", Fault.LOOK);
      case AccessDeniedException _ ->
          Fault.forGood("input-denied", url + ": the server may not read it", "");
      case Roots.NotRegular _ -> Fault.forGood("input-not-a-file", url + " is no regular file", "");
      case NotDirectoryException _ ->
          Fault.forGood("not-a-folder", url + ": a file is where a folder must be", "");
      case IOException _ ->
          Fault.later("local-read-failed", url + ": " + LocalFault.reason(problem));
    };
  }

  private static Fault writeFault(String url, IOException problem) throws InterruptedException {
    return switch (problem) {
      case ClosedByInterruptException _ -> throw interrupted();
      case LocalFault ours -> Fault.later(ours.code(), url + ": " + ours.getMessage());
      case AccessDeniedException _ ->
          Fault.forGood("output-denied", url + ": the server may not write there", "");
      case NotDirectoryException _ ->
          Fault.forGood("output-refused", url + ": a file is where a folder must be", "");
      case IOException _ -> {
        LocalFault ours = LocalFault.writing(problem);
        yield Fault.later(ours.code(), url + ": " + ours.getMessage());
      }
    };
  }

  private static InterruptedException interrupted() {
    Thread
        .interrupted(); // the channel that was closed left the flag set; the exception says it now
    return new InterruptedException("interrupted while moving a file");
  }
}
