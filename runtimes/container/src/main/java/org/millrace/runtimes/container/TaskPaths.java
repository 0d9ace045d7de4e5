package org.millrace.runtimes.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Output;

/** What a task's declarations say about folders. Pure. */
final class TaskPaths {
  /** The kernel's own folders, which every container has, whatever its image has. */
  static final List<String> OF_THE_KERNEL = List.of("/dev", "/proc", "/sys");

  private TaskPaths() {}

  /** One spelling for each path; never above the root. */
  static String plain(String path) {
    return Path.of("/").resolve("./" + path).normalize().toString();
  }

  static String above(String path) {
    Path folder = Path.of(plain(path)).getParent();
    return folder == null ? "/" : folder.toString();
  }

  /** Whether a path is that folder or lies in it. */
  static boolean isWithin(String path, String folder) {
    return folder.equals("/") || path.equals(folder) || path.startsWith(folder + "/");
  }

  static Set<String> volumes(ContainerWork work) {
    return work.volumes().stream()
        .map(TaskPaths::plain)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Every folder that something declared lies in or is: those which executors may take for granted,
   * and may write to. Not those of the kernel, over which nothing can be bound.
   */
  static Set<String> folders(ContainerWork work) {
    Stream<String> inputs =
        work.inputs().stream()
            .map(input ->
                input.type() == FileType.DIRECTORY ? plain(input.path()) : above(input.path()));
    Stream<String> outputs = work.outputs().stream().map(TaskPaths::folder);
    Stream<String> executors =
        work.executors().stream()
            .flatMap(executor ->
                Stream.concat(
                    executor.workdir().stream().map(TaskPaths::plain),
                    streams(executor).map(TaskPaths::above)));
    Stream<String> reads = work.reads().values().stream().map(read -> above(read.path()));
    return Stream.of(volumes(work).stream(), inputs, outputs, reads, executors)
        .flatMap(paths -> paths)
        .filter(path -> OF_THE_KERNEL.stream().noneMatch(folder -> isWithin(path, folder)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> streams(ExecutorSpec executor) {
    return Stream.of(executor.stdout(), executor.stderr()).flatMap(Optional::stream);
  }

  /** The folder of an output: itself, that of a file, or what is above the first wildcard. */
  static String folder(Output output) {
    return isMany(output)
        ? output.pathPrefix().isPresent() ? aboveWildcards(output.path()) : plain(output.path())
        : above(output.path());
  }

  /** Whether an output stands for any number of files in its {@link #folder}. */
  static boolean isMany(Output output) {
    return output.type() == FileType.DIRECTORY || output.pathPrefix().isPresent();
  }

  private static String aboveWildcards(String path) {
    String plain = plain(path);
    int wild = plain.length();
    for (String sign : List.of("*", "?", "[")) {
      int at = plain.indexOf(sign);
      wild = at >= 0 && at < wild ? at : wild;
    }
    if (wild == plain.length()) {
      return above(plain);
    }
    return plain(plain.substring(0, plain.lastIndexOf('/', wild) + 1));
  }
}
