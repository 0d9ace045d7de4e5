package org.millrace.tes;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ContainerPath;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;

/**
 * Makes a {@link TaskSpec} of a wire task, or refuses it. Pure, thread-safe.
 *
 * <p>Contract ({@code contracts/tes.md 3.1}): every refusal is {@code Invalid} and names field and
 * reason. What is accepted is kept byte for byte (argv above all), except for paths, which {@link
 * ContainerPath} brings into one form. Empty text for an optional path or URL is the same as none.
 * Whether this server can read or write a URL is the engine's to say ({@code Admission}).
 */
final class TesMapper {
  /** As tasks of this face are stored, and found again in lists. */
  static final String DIALECT = "tes";

  private final TesConfig config;
  private final TesLimits limits;

  TesMapper(TesConfig config) {
    this.config = config;
    this.limits = config.limits();
  }

  /** What a create is answered with. */
  static Map<String, String> toId(TaskId id) {
    return Map.of("id", id.text());
  }

  TaskSpec toSpec(TesTask task, Owner owner) {
    var requirements = Requirements.of(task.resources(), limits);
    return new TaskSpec(
        owner,
        DIALECT,
        name(task.name()),
        Given.optionalText("description", task.description()),
        tags(task.tags()),
        TaskSpec.NORMAL_PRIORITY,
        work(task),
        requirements.resources(),
        config.retry(),
        config.timeLimits(),
        requirements.notes());
  }

  private Optional<String> name(@Nullable String name) {
    Optional<String> text = Given.optionalText("name", name);
    text.ifPresent(given -> Given.shortEnough("name", given, limits.nameCharacters()));
    return text;
  }

  private Map<String, String> tags(@Nullable Map<String, @Nullable String> given) {
    if (given == null) {
      return Map.of();
    }
    Given.atMost("tags", given.size(), limits.tags());
    var tags = new LinkedHashMap<String, String>();
    given.forEach((key, value) -> {
      String field = "tags." + Quoted.shortened(key);
      if (key.isEmpty()) {
        throw Refusal.invalid("tags", "a key must not be empty");
      }
      Given.text(field, key);
      Given.shortEnough(field, key, limits.tagKeyCharacters());
      String text = value == null ? "" : Given.text(field, value);
      Given.shortEnough(field, text, limits.tagValueCharacters());
      tags.put(key, text);
    });
    return tags;
  }

  private ContainerWork work(TesTask task) {
    return new ContainerWork(
        executors(task.executors()),
        Given.each("inputs", task.inputs(), limits.inputs(), this::input),
        Given.each("outputs", task.outputs(), limits.outputs(), TesMapper::output),
        Given.each("volumes", task.volumes(), limits.volumes(), TesMapper::path));
  }

  private List<ExecutorSpec> executors(@Nullable List<@Nullable TesExecutor> given) {
    List<ExecutorSpec> executors =
        Given.each(
            "executors",
            Given.required("executors", given),
            limits.executors(),
            TesMapper::executor);
    if (executors.isEmpty()) {
      throw Refusal.invalid("executors", "at least one is required");
    }
    return executors;
  }

  private static ExecutorSpec executor(String at, TesExecutor executor) {
    return new ExecutorSpec(
        Given.requiredText(at + ".image", executor.image()),
        command(at + ".command", executor.command()),
        Given.nonEmptyText(at + ".workdir", executor.workdir())
            .map(path -> TesPath.anywhere(at + ".workdir", path)),
        stream(at + ".stdin", executor.stdin()),
        stream(at + ".stdout", executor.stdout()),
        stream(at + ".stderr", executor.stderr()),
        env(at + ".env", executor.env()),
        Boolean.TRUE.equals(executor.ignoreError()));
  }

  /** May be empty: then the image's own command runs. */
  private static List<String> command(String field, @Nullable List<@Nullable String> given) {
    return Given.each(field, Given.required(field, given), Integer.MAX_VALUE, Given::text);
  }

  private static Optional<String> stream(String field, @Nullable String path) {
    return Given.nonEmptyText(field, path).map(given -> TesPath.below(field, given));
  }

  private static Map<String, String> env(
      String field, @Nullable Map<String, @Nullable String> given) {
    if (given == null) {
      return Map.of();
    }
    var env = new LinkedHashMap<String, String>();
    given.forEach((name, value) -> {
      String at = field + "." + Quoted.shortened(name);
      if (name.isEmpty()) {
        throw Refusal.invalid(field, "a name must not be empty");
      }
      if (name.indexOf('=') >= 0) {
        throw Refusal.invalid(at, "a name must not hold '='");
      }
      Given.text(at, name);
      if (value != null) {
        env.put(name, Given.text(at, value));
      }
    });
    return env;
  }

  private Input input(String at, TesInput input) {
    FileType type = type(at + ".type", input.type());
    Input.Source source = source(at, input);
    if (source instanceof Input.Content && type == FileType.DIRECTORY) {
      throw Refusal.invalid(at + ".type", "content makes a FILE, not a DIRECTORY");
    }
    return new Input(
        Given.optionalText(at + ".name", input.name()),
        Given.optionalText(at + ".description", input.description()),
        source,
        path(at + ".path", input.path()),
        type,
        Optional.ofNullable(input.streamable()));
  }

  /** Content that is not empty counts and the URL does not; otherwise the URL, if there is one. */
  private Input.Source source(String at, TesInput input) {
    String content = input.content();
    if (content != null && !content.isEmpty()) {
      return new Input.Content(content(at + ".content", content));
    }
    String url = input.url();
    if (url != null && !url.isEmpty()) {
      return new Input.Location(Given.url(at + ".url", url));
    }
    if (content == null) {
      throw Refusal.invalid(at + ".url", "is required unless content is given");
    }
    return new Input.Content(content);
  }

  private String content(String field, String content) {
    int bytes = Given.unicode(field, content).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > limits.contentBytes()) {
      throw Refusal.invalid(
          field,
          "has " + bytes + " bytes, " + limits.contentBytes() + " are allowed; give a url instead");
    }
    return content;
  }

  private static Output output(String at, TesOutput output) {
    String path = path(at + ".path", output.path());
    return new Output(
        Given.optionalText(at + ".name", output.name()),
        Given.optionalText(at + ".description", output.description()),
        Given.url(at + ".url", Given.requiredText(at + ".url", output.url())),
        path,
        pathPrefix(at + ".path_prefix", output.pathPrefix(), path),
        type(at + ".type", output.type()));
  }

  /** Needed, and looked at, only where the path has wildcards; kept as written. */
  private static Optional<String> pathPrefix(String field, @Nullable String given, String path) {
    Optional<String> prefix = Given.nonEmptyText(field, given);
    ContainerPath.wildcard(path)
        .ifPresent(wildcard -> {
          if (prefix.isEmpty()) {
            throw Refusal.invalid(
                field, "is required, since path has the wildcard '" + wildcard + "'");
          }
          TesPath.anywhere(field, prefix.get());
        });
    return prefix;
  }

  private static String path(String field, @Nullable String given) {
    return TesPath.below(field, Given.requiredText(field, given));
  }

  private static FileType type(String field, @Nullable String given) {
    return switch (given) {
      case null -> FileType.FILE;
      case "FILE" -> FileType.FILE;
      case "DIRECTORY" -> FileType.DIRECTORY;
      default -> throw Refusal.invalid(field, "must be FILE or DIRECTORY, not " + Quoted.of(given));
    };
  }
}
