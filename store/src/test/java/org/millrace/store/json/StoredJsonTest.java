package org.millrace.store.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunSpec;
import org.millrace.domain.task.AttemptReport;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorResult;
import org.millrace.domain.task.ExecutorResult.Usage;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.StoredFile;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

/**
 * The stored forms, each beside the file that shows how it looks on disk. These files are promises
 * to stores that exist: a change to one needs a migration.
 */
final class StoredJsonTest {
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.000000001Z");
  private static final Cause CAUSE = new Cause("code", "what happened", "what helps");

  @ParameterizedTest
  @MethodSource
  void what_is_written_stays_as_it_was_and_is_read_back(String file, Object value)
      throws IOException {
    String stored = stored(file);

    assertThat(StoredJson.write(value)).isEqualTo(stored);
    Object read = StoredJson.read(utf8(stored), typeOf(value));
    assertThat(read).isEqualTo(value);
  }

  static Stream<Arguments> what_is_written_stays_as_it_was_and_is_read_back() {
    return Stream.of(
        Arguments.of("spec-full.json", fullSpec()),
        Arguments.of("spec-least.json", leastSpec()),
        Arguments.of("report-full.json", fullReport()),
        Arguments.of("report-empty.json", AttemptReport.EMPTY),
        Arguments.of("cause.json", CAUSE),
        Arguments.of("cause-by-caller.json", Cause.ofCaller("code", "what happened", "what helps")),
        Arguments.of("outcome-completed.json", new Outcome.Completed()),
        Arguments.of("outcome-executor-failed.json", new Outcome.ExecutorFailed(1, 137, CAUSE)),
        Arguments.of(
            "outcome-timed-out.json",
            new Outcome.TimedOut(TimeLimits.Limit.RUN, Duration.ofSeconds(90, 5), true)),
        Arguments.of("outcome-input-failed.json", new Outcome.InputFailed(CAUSE, true)),
        Arguments.of("outcome-output-failed.json", new Outcome.OutputFailed(CAUSE)),
        Arguments.of("outcome-runtime-failed.json", new Outcome.RuntimeFailed(CAUSE, false)),
        Arguments.of("outcome-lost.json", new Outcome.Lost(CAUSE, true)),
        Arguments.of("outcome-unplaceable.json", new Outcome.Unplaceable(CAUSE)),
        Arguments.of("outcome-cancelled.json", new Outcome.Cancelled("ada")),
        Arguments.of("outcome-work-failed.json", new Outcome.WorkFailed(CAUSE)),
        Arguments.of("spec-steps.json", leastSpec().withWork(steps())),
        Arguments.of("spec-in-process.json", leastSpec().withWork(inProcess())),
        Arguments.of("report-null.json", reportOf(Value.NOTHING)),
        Arguments.of("report-value.json", reportOf(everyKind())),
        Arguments.of("run-spec-full.json", runSpec()),
        Arguments.of("run-spec-least.json", leastRunSpec()),
        Arguments.of("plan-single.json", new NodePlan.Single(leastSpec(), true)),
        Arguments.of("plan-each.json", new NodePlan.Each(everyKind(), leastSpec(), 7)),
        Arguments.of("plan-item.json", new NodePlan.Item(everyKind(), 3)),
        Arguments.of("plan-barrier.json", new NodePlan.Barrier()),
        Arguments.of("plan-adopted.json", new NodePlan.Adopted(new TaskId("theirs"))),
        Arguments.of("condition-among.json", when(new Condition.Test.Among(list()))),
        Arguments.of("condition-not-among.json", when(new Condition.Test.NotAmong(list()))),
        Arguments.of("condition-there.json", when(new Condition.Test.There(false))),
        Arguments.of(
            "condition-below.json", when(new Condition.Test.Below(new Value.Numeral("1.50")))),
        Arguments.of(
            "condition-above.json", when(new Condition.Test.Above(new Value.Numeral("-2")))));
  }

  @ParameterizedTest
  @MethodSource
  void every_case_of_a_sealed_type_has_a_name(Class<?> sealed, Class<?> names) {
    JsonSubTypes named = names.getAnnotation(JsonSubTypes.class);

    assertThat(named.value())
        .extracting(JsonSubTypes.Type::value)
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(sealed.getPermittedSubclasses()));
    assertThat(named.value()).extracting(JsonSubTypes.Type::name).doesNotHaveDuplicates();
  }

  static Stream<Arguments> every_case_of_a_sealed_type_has_a_name() {
    return Stream.of(
        Arguments.of(Work.class, StoredForms.OfWork.class),
        Arguments.of(Input.Source.class, StoredForms.OfSource.class),
        Arguments.of(Outcome.class, StoredForms.OfOutcome.class),
        Arguments.of(Step.class, StoredForms.OfStep.class),
        Arguments.of(HttpRequest.Body.class, StoredForms.OfBody.class),
        Arguments.of(ValuePath.Step.class, StoredForms.OfPathStep.class),
        Arguments.of(NodePlan.class, StoredForms.OfNodePlan.class),
        Arguments.of(Condition.Test.class, StoredForms.OfTest.class));
  }

  @Test
  void the_order_of_tags_and_variables_is_kept() {
    var tags = new LinkedHashMap<String, String>();
    for (String key : List.of("zebra", "ant", "mole", "1", "")) {
      tags.put(key, key);
    }
    TaskSpec spec = withTags(tags);

    TaskSpec read = StoredJson.read(utf8(StoredJson.write(spec)), TaskSpec.class);

    assertThat(read.tags().keySet()).containsExactly("zebra", "ant", "mole", "1", "");
  }

  @Test
  void a_name_that_a_newer_program_added_is_passed_over() {
    String newer = "{\"code\":\"c\",\"message\":\"m\",\"help\":\"h\",\"since\":{\"some\":[1]}}";

    assertThat(StoredJson.read(utf8(newer), Cause.class)).isEqualTo(new Cause("c", "m", "h"));
  }

  @Test
  void however_long_a_text_is_it_can_be_read_again() {
    var cause = new Cause("c", "x".repeat(21_000_000), ""); // Jackson's own limit is 20 million

    assertThat(StoredJson.read(utf8(StoredJson.write(cause)), Cause.class)).isEqualTo(cause);
  }

  @Test
  void what_is_damaged_is_not_repeated_in_the_message() {
    assertThatIllegalStateException()
        .isThrownBy(() -> StoredJson.read(utf8("{\"message\": secret"), Cause.class))
        .withMessage("not the stored form of a Cause");
  }

  private static Value everyKind() {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("z", new Value.Text("${nodes.a.values.b}"));
    fields.put("a", new Value.Numeral("12345678901234567890.10"));
    fields.put("yes", new Value.Truth(true));
    fields.put("none", Value.NOTHING);
    fields.put("items", new Value.Items(list()));
    return new Value.Fields(fields);
  }

  private static List<Value> list() {
    return List.of(new Value.Text("one"), new Value.Numeral("1.0"), Value.NOTHING);
  }

  private static Condition when(Condition.Test test) {
    return new Condition(
        new Reference.OfNode(
            new NodeKey("a node"),
            new ValuePath(List.of(new ValuePath.Step.Field("f"), new ValuePath.Step.Item(2)))),
        test);
  }

  private static RunSpec runSpec() {
    var tags = new LinkedHashMap<String, String>();
    tags.put("z", "1");
    tags.put("a", "");
    return new RunSpec(
        new Owner("ada"),
        "api",
        Optional.of("name"),
        Optional.of("what it is for"),
        tags,
        FailurePolicy.CONTINUE);
  }

  private static RunSpec leastRunSpec() {
    return new RunSpec(
        Owner.ANONYMOUS, "api", Optional.empty(), Optional.empty(), Map.of(), FailurePolicy.STOP);
  }

  private static StepsWork steps() {
    var submit =
        new HttpRequest(
            "POST",
            "https://service.example/jobs",
            Map.of("Accept", "application/json"),
            Optional.of(new HttpRequest.Body.Json(everyKind())));
    var form =
        new HttpRequest(
            "PUT",
            "https://service.example/form",
            Map.of(),
            Optional.of(new HttpRequest.Body.Form(Map.of("k", "v"))));
    var plain =
        new HttpRequest(
            "GET",
            "https://service.example/state",
            Map.of(),
            Optional.of(new HttpRequest.Body.Plain("text", "text/plain")));
    return new StepsWork(
        List.of(
            new Step.Call(
                "submit",
                submit,
                Set.of(201),
                Optional.of(
                    new Step.Probe(
                        form,
                        Optional.of(new ValuePath(List.of(new ValuePath.Step.Field("jobs")))))),
                Duration.ofSeconds(5)),
            new Step.Poll(
                "wait",
                plain,
                new ValuePath(List.of(new ValuePath.Step.Field("state"))),
                Set.of("RUNNING"),
                Set.of("DONE"),
                Set.of("FAILED"),
                Optional.of(new ValuePath(List.of(new ValuePath.Step.Item(0)))),
                Duration.ofSeconds(1),
                Optional.of(Duration.ofMinutes(1)),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5)),
            new Step.Other("put", "object-put", everyKind())),
        Map.of("given", new Value.Text("x")));
  }

  private static InProcessWork inProcess() {
    return new InProcessWork("echo", Value.NOTHING);
  }

  private static AttemptReport reportOf(Value value) {
    return new AttemptReport(
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.of(value),
        List.of());
  }

  private static TaskSpec fullSpec() {
    var env = new LinkedHashMap<String, String>();
    env.put("B", "2");
    env.put("A", "");
    var tags = new LinkedHashMap<String, String>();
    tags.put("project", "démo \uD83D\uDE00");
    tags.put("empty", "");
    return new TaskSpec(
        new Owner("ada"),
        "tes",
        Optional.of("count"),
        Optional.of("counts \"lines\"\n"),
        tags,
        7,
        new ContainerWork(
            List.of(
                new ExecutorSpec(
                    "alpine",
                    List.of("sh", "-c", "wc -l < /in\0"),
                    Optional.of("/work"),
                    Optional.of("/in"),
                    Optional.of("/out"),
                    Optional.of("/err"),
                    env,
                    true)),
            List.of(
                new Input(
                    Optional.of("in"),
                    Optional.of("a file"),
                    new Input.Location("https://data.example/in"),
                    "/in",
                    FileType.FILE,
                    Optional.of(false)),
                new Input(
                    Optional.empty(),
                    Optional.empty(),
                    new Input.Content(""),
                    "/empty",
                    FileType.FILE,
                    Optional.empty())),
            List.of(
                new Output(
                    Optional.of("out"),
                    Optional.of("a folder"),
                    "https://data.example/out/",
                    "/out/*",
                    Optional.of("/out"),
                    FileType.DIRECTORY)),
            List.of("/scratch")),
        new Resources(
            Optional.of(2),
            Optional.of(0.1),
            Optional.of(1e9),
            Optional.of(false),
            List.of("north"),
            Map.of("runtime", "sandbox"),
            Optional.of(true)),
        new RetryPolicy(3, Duration.ofMillis(1500), Duration.ofMinutes(5), true),
        new TimeLimits(
            Optional.of(Duration.ofHours(1)),
            Optional.of(Duration.ofNanos(1)),
            Optional.of(Duration.ofDays(400))),
        List.of("a note"));
  }

  private static TaskSpec leastSpec() {
    return withTags(Map.of());
  }

  private static TaskSpec withTags(Map<String, String> tags) {
    return new TaskSpec(
        Owner.ANONYMOUS,
        "tes",
        Optional.empty(),
        Optional.empty(),
        tags,
        TaskSpec.NORMAL_PRIORITY,
        new ContainerWork(
            List.of(
                new ExecutorSpec(
                    "",
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of(),
                    false)),
            List.of(),
            List.of(),
            List.of()),
        Resources.NONE,
        RetryPolicy.NEVER,
        TimeLimits.NONE,
        List.of());
  }

  private static AttemptReport fullReport() {
    return new AttemptReport(
        Map.of("pid", "77"),
        Map.of("prepared", TIME),
        List.of(
            new ExecutorResult(
                137,
                OptionalInt.of(9),
                true,
                TIME,
                TIME.plusSeconds(5),
                new Usage(Optional.of(Duration.ofMillis(1234)), Optional.of(1L << 40), "cgroup-v1"),
                "out\n",
                ""),
            new ExecutorResult(
                0, OptionalInt.empty(), false, TIME, TIME, Usage.NONE, "", "\uFFFD")),
        List.of(
            new StoredFile(
                "https://data.example/in", "/in", 5_000_000_000L, Optional.of("ab".repeat(32)))),
        List.of(new StoredFile("https://data.example/out", "/out", 0, Optional.empty())),
        Optional.of("sha256:77"),
        Optional.empty(),
        List.of("a note"));
  }

  /** The type it is stored as: the sealed one, where it is a case of one. */
  private static Class<?> typeOf(Object value) {
    return value instanceof Outcome
        ? Outcome.class
        : value instanceof NodePlan ? NodePlan.class : value.getClass();
  }

  private static String stored(String file) throws IOException {
    try (InputStream bytes = StoredJsonTest.class.getResourceAsStream(file)) {
      assertThat(bytes).as(file).isNotNull();
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
