package org.millrace.api.graph;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.domain.task.ContainerPath;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.SmallFile;

/** The executors of a node, and the files around them. Not thread-safe. */
final class ContainerDraft {
  private static final int MOST_EXECUTORS = 1000;
  private static final int MOST_FILES = 10_000;
  private static final int MOST_VOLUMES = 1000;
  private static final int MOST_VALUES = 1000;
  private static final int LONGEST_NAME = 4096;
  private static final int LONGEST_URL = 8192;
  private static final int LONGEST_LIST = 1_000_000;
  private static final String EXECUTORS = "executors";

  private static final Fields<Executor> EXECUTOR =
      new Fields<Executor>()
          .with("image", (in, executor) -> executor.image = in.text(LONGEST_NAME))
          .with("command", (in, executor) -> executor.command = command(in))
          .with("env", (in, executor) -> executor.env = env(in))
          .with("workdir", (in, executor) -> executor.workdir = Paths.anywhere(in))
          .with("stdin", (in, executor) -> executor.stdin = Paths.below(in))
          .with("stdout", (in, executor) -> executor.stdout = Paths.below(in))
          .with("stderr", (in, executor) -> executor.stderr = Paths.below(in))
          .with("ignore_error", (in, executor) -> executor.ignoreError = in.truth())
          .needing("image");

  private static final Fields<Executor> CONTAINER =
      new Fields<Executor>()
          .withEach(EXECUTOR, executor -> executor)
          .with(
              EXECUTORS,
              (in, executor) ->
                  executor.several = in.some(MOST_EXECUTORS, ContainerDraft::executor));

  private static final Fields<File> INPUT =
      new Fields<File>()
          .with("name", (in, file) -> file.name = in.text(LONGEST_NAME))
          .with("description", (in, file) -> file.description = in.text())
          .with("url", (in, file) -> file.url = url(in))
          .with("content", (in, file) -> file.content = in.text())
          .with("path", (in, file) -> file.path = Paths.below(in))
          .with("type", (in, file) -> file.type = type(in))
          .with("streamable", (in, file) -> file.streamable = in.truth())
          .needing("path");

  private static final Fields<File> OUTPUT =
      new Fields<File>()
          .with("name", (in, file) -> file.name = in.text(LONGEST_NAME))
          .with("description", (in, file) -> file.description = in.text())
          .with("url", (in, file) -> file.url = url(in))
          .with("path", (in, file) -> file.path = Paths.below(in))
          .with("path_prefix", (in, file) -> file.pathPrefix = Paths.anywhere(in))
          .with("type", (in, file) -> file.type = type(in))
          .needing("url", "path");

  private static final Fields<Small> SMALL =
      new Fields<Small>()
          .with("path", (in, small) -> small.path = Paths.below(in))
          .with("as", (in, small) -> small.form = Choice.of(in, SmallFile.Form.class))
          .needing("path");

  /** Of nodes; beside {@code container} in the file, as TES has them beside its executors. */
  static final Fields<ContainerDraft> FIELDS =
      new Fields<ContainerDraft>()
          .with("container", (in, draft) -> draft.executors = executors(in))
          .with("inputs", (in, draft) -> draft.inputs = files(in, ContainerDraft::input))
          .with("outputs", (in, draft) -> draft.outputs = files(in, ContainerDraft::output))
          .with(
              "volumes",
              (in, draft) -> draft.volumes = in.list(MOST_VOLUMES, Paths::below).orElse(List.of()))
          .with("values", (in, draft) -> draft.reads = in.map(MOST_VALUES, ContainerDraft::small));

  private List<ExecutorSpec> executors = List.of();
  private List<Input> inputs = List.of();
  private List<Output> outputs = List.of();
  private List<String> volumes = List.of();
  private Map<String, SmallFile> reads = Map.of();

  private static final class Executor {
    Optional<String> image = Optional.empty();
    List<String> command = List.of();
    Map<String, String> env = Map.of();
    Optional<String> workdir = Optional.empty();
    Optional<String> stdin = Optional.empty();
    Optional<String> stdout = Optional.empty();
    Optional<String> stderr = Optional.empty();
    Optional<Boolean> ignoreError = Optional.empty();
    Optional<List<ExecutorSpec>> several = Optional.empty();

    Optional<ExecutorSpec> spec() {
      return image.map(known ->
          new ExecutorSpec(
              known, command, workdir, stdin, stdout, stderr, env, ignoreError.orElse(false)));
    }
  }

  private static final class File {
    Optional<String> name = Optional.empty();
    Optional<String> description = Optional.empty();
    Optional<String> url = Optional.empty();
    Optional<String> content = Optional.empty();
    Optional<String> path = Optional.empty();
    Optional<String> pathPrefix = Optional.empty();
    Optional<FileType> type = Optional.empty();
    Optional<Boolean> streamable = Optional.empty();
  }

  private static final class Small {
    Optional<String> path = Optional.empty();
    Optional<SmallFile.Form> form = Optional.empty();
  }

  /** Empty if what is there was not good enough to make any. */
  Optional<ContainerWork> work() {
    return executors.isEmpty()
        ? Optional.empty()
        : Optional.of(new ContainerWork(executors, inputs, outputs, volumes, reads));
  }

  private static List<ExecutorSpec> executors(Cursor in) throws IOException {
    Spot spot = in.spot();
    var one = new Executor();
    Optional<Set<String>> given = CONTAINER.read(in, one);
    if (given.isEmpty()) {
      return List.of();
    }
    if (!given.get().contains(EXECUTORS)) {
      if (!given.get().contains("image")) {
        in.fault(spot, "image is missing");
      }
      return one.spec().stream().toList();
    }
    if (given.get().size() > 1) {
      Set<String> besides = new TreeSet<>(given.get());
      besides.remove(EXECUTORS);
      in.fault(
          spot,
          String.join(", ", besides) + ": belongs into one of the executors, not beside them");
    }
    return one.several.orElse(List.of());
  }

  private static Optional<ExecutorSpec> executor(Cursor in) throws IOException {
    var one = new Executor();
    EXECUTOR.read(in, one);
    return one.spec();
  }

  private static List<String> command(Cursor in) throws IOException {
    if (in.isAt(JsonToken.VALUE_STRING)) {
      in.fault(
          "a list of words is wanted, like [echo, hello]; for a shell, write [sh, -c, \"TEXT\"]");
      return List.of();
    }
    return in.list(LONGEST_LIST, Cursor::words).orElse(List.of());
  }

  private static Map<String, String> env(Cursor in) throws IOException {
    Spot spot = in.spot();
    Map<String, String> env = in.map(LONGEST_LIST, Cursor::words);
    for (String name : env.keySet()) {
      if (name.isEmpty() || name.indexOf('=') >= 0) {
        in.fault(spot, "the name of a variable is not empty, and holds no '='");
      }
    }
    return env;
  }

  private static <T> List<T> files(Cursor in, Cursor.Read<T> read) throws IOException {
    return in.list(MOST_FILES, read).orElse(List.of());
  }

  private static Optional<Input> input(Cursor in) throws IOException {
    Spot spot = in.spot();
    var file = new File();
    Optional<Set<String>> given = INPUT.read(in, file);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    boolean isContent = given.get().contains("content");
    if (given.get().contains("url") == isContent) {
      in.fault(spot, "either url or content is wanted" + (isContent ? ", not both" : ""));
    } else if (isContent && file.type.equals(Optional.of(FileType.DIRECTORY))) {
      in.fault(spot, "type", "content makes a FILE, not a DIRECTORY");
    }
    Optional<Input.Source> source =
        isContent ? file.content.map(Input.Content::new) : file.url.map(Input.Location::new);
    return source.isEmpty() || file.path.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Input(
                file.name,
                file.description,
                source.get(),
                file.path.get(),
                file.type.orElse(FileType.FILE),
                file.streamable));
  }

  private static Optional<Output> output(Cursor in) throws IOException {
    Spot spot = in.spot();
    var file = new File();
    Optional<Set<String>> given = OUTPUT.read(in, file);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    boolean hasWildcard = file.path.flatMap(ContainerDraft::wildcard).isPresent();
    if (hasWildcard && !given.get().contains("path_prefix")) {
      in.fault(spot, "path_prefix is missing, which a path with a wildcard needs");
    }
    return file.url.isEmpty() || file.path.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Output(
                file.name,
                file.description,
                file.url.get(),
                file.path.get(),
                file.pathPrefix,
                file.type.orElse(FileType.FILE)));
  }

  /** References have brackets of their own. */
  private static Optional<Character> wildcard(String path) {
    return path.contains(References.BEGIN) ? Optional.empty() : ContainerPath.wildcard(path);
  }

  private static Optional<SmallFile> small(Cursor in) throws IOException {
    if (in.isAt(JsonToken.VALUE_STRING)) {
      return Paths.below(in).map(path -> new SmallFile(path, SmallFile.Form.TEXT));
    }
    var small = new Small();
    SMALL.read(in, small);
    return small.path.map(path -> new SmallFile(path, small.form.orElse(SmallFile.Form.TEXT)));
  }

  private static Optional<String> url(Cursor in) throws IOException {
    return in.text(LONGEST_URL)
        .filter(url -> {
          boolean isClean = url.chars().noneMatch(Character::isISOControl);
          if (!isClean) {
            in.fault("must not hold control characters");
          }
          return isClean;
        });
  }

  private static Optional<FileType> type(Cursor in) throws IOException {
    return Choice.of(in, FileType.class, Choice.Case.UPPER);
  }
}
