package org.millrace.api.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Failure;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.graph.NodeKey;
import org.millrace.domain.graph.Reference;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.FailurePolicy;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.run.RunPlan;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.ExecutorSpec;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Output;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.SmallFile;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.domain.task.TimeLimits;
import org.millrace.domain.value.Value;
import org.millrace.domain.value.ValuePath;

final class GraphReaderTest {
  private static final Owner ALICE = new Owner("alice");

  private static RunPlan yaml(String text) throws Exception {
    return read(text, GraphFormat.YAML);
  }

  private static RunPlan read(String text, GraphFormat format) throws Exception {
    return read(stream(text), format);
  }

  private static RunPlan read(InputStream in, GraphFormat format) throws Exception {
    try (GraphRoom.Share share = new GraphRoom(1 << 30).share()) {
      return GraphReader.read(in, format, ALICE, share).plan();
    }
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> faults(String text, GraphFormat format) throws Exception {
    try {
      read(text, format);
      return List.of();
    } catch (BrokenGraphFile broken) {
      return broken.faults().stream().map(GraphFault::toString).toList();
    }
  }

  private static List<String> faults(String yaml) throws Exception {
    return faults(yaml, GraphFormat.YAML);
  }

  private static TaskSpec task(RunPlan plan, String node) {
    NodePlan found = plan.plan(plan.graph().find(new NodeKey(node)).orElseThrow());
    return switch (found) {
      case NodePlan.Single(TaskSpec task, boolean _) -> task;
      case NodePlan.Each(Value _, TaskSpec task, int _) -> task;
      default -> throw new AssertionError(node + " has no task: " + found);
    };
  }

  private static List<String> edges(RunPlan plan) {
    return plan.graph().edges().stream().map(Object::toString).toList();
  }

  @Test
  void a_container_with_all_that_it_may_have() throws Exception {
    RunPlan plan =
        yaml(
            """
            name: nightly
            description: every night
            tags: {team: images, year: 2026}
            on_failure: hold
            nodes:
              resize:
                name: Resize
                description: smaller
                tags: {size: small}
                container:
                  image: debian:12
                  command: [convert, -scale, 50, --keep=true]
                  env: {LEVEL: 3, WORD: yes}
                  workdir: /work//
                  stdin: /in/a
                  stdout: /out/./log
                  stderr: /out/err
                  ignore_error: true
                inputs:
                  - {name: one, description: d, url: file:///data/a, path: /in/a, streamable: true}
                  - {content: "hello\\n", path: /in/b}
                outputs:
                  - {url: file:///data/o/, path: /out/*, path_prefix: /out, type: DIRECTORY}
                volumes: [/work]
                values:
                  sum: /out/sum
                  names: {path: /out/names, as: lines}
                resources:
                  {cpu_cores: 1.5, ram_gb: 0.5, disk_gb: 2, preemptible: true, zones: [a], runtime: sandbox}
                retry: {attempts: 5, first: 10s, most: 1h, after_start: true}
                limits: {queue: 2h, run: 90, total: PT3H}
                priority: 7
            """);

    assertThat(plan.spec().owner()).isEqualTo(ALICE);
    assertThat(plan.spec().dialect()).isEqualTo("api");
    assertThat(plan.spec().name()).contains("nightly");
    assertThat(plan.spec().description()).contains("every night");
    assertThat(plan.spec().tags())
        .containsExactly(Map.entry("team", "images"), Map.entry("year", "2026"));
    assertThat(plan.spec().policy()).isEqualTo(FailurePolicy.HOLD);
    TaskSpec task = task(plan, "resize");
    assertThat(task.name()).contains("Resize");
    assertThat(task.tags()).isEqualTo(Map.of("size", "small"));
    assertThat(task.priority()).isEqualTo(7);
    assertThat(task.work())
        .isEqualTo(
            new ContainerWork(
                List.of(
                    new ExecutorSpec(
                        "debian:12",
                        List.of("convert", "-scale", "50", "--keep=true"),
                        Optional.of("/work"),
                        Optional.of("/in/a"),
                        Optional.of("/out/log"),
                        Optional.of("/out/err"),
                        Map.of("LEVEL", "3", "WORD", "yes"),
                        true)),
                List.of(
                    new Input(
                        Optional.of("one"),
                        Optional.of("d"),
                        new Input.Location("file:///data/a"),
                        "/in/a",
                        FileType.FILE,
                        Optional.of(true)),
                    new Input(
                        Optional.empty(),
                        Optional.empty(),
                        new Input.Content("hello\n"),
                        "/in/b",
                        FileType.FILE,
                        Optional.empty())),
                List.of(
                    new Output(
                        Optional.empty(),
                        Optional.empty(),
                        "file:///data/o/",
                        "/out/*",
                        Optional.of("/out"),
                        FileType.DIRECTORY)),
                List.of("/work"),
                Map.of(
                    "sum", new SmallFile("/out/sum", SmallFile.Form.TEXT),
                    "names", new SmallFile("/out/names", SmallFile.Form.LINES))));
    assertThat(task.resources().cpuCores()).contains(2);
    assertThat(task.resources().ramGb()).contains(0.5);
    assertThat(task.resources().diskGb()).contains(2.0);
    assertThat(task.resources().runtime()).contains("sandbox");
    assertThat(task.retry())
        .isEqualTo(new RetryPolicy(5, Duration.ofSeconds(10), Duration.ofHours(1), true));
    assertThat(task.limits())
        .isEqualTo(
            new TimeLimits(
                Optional.of(Duration.ofHours(2)),
                Optional.of(Duration.ofSeconds(90)),
                Optional.of(Duration.ofHours(3))));
  }

  @Test
  void yaml_and_json_mean_the_same() throws Exception {
    RunPlan yaml =
        yaml("nodes:\n  a: {container: {image: i, command: [\"x\", 1]}}\n  b: {after: [a]}");
    RunPlan json =
        read(
            "{\"nodes\": [{\"key\": \"a\", \"container\": {\"executors\": [{\"image\": \"i\","
                + " \"command\": [\"x\", 1]}]}}, {\"after\": {\"a\": {}}, \"key\": \"b\","
                + " \"barrier\": true}]}",
            GraphFormat.JSON);

    assertThat(task(json, "a")).isEqualTo(task(yaml, "a"));
    assertThat(edges(json)).isEqualTo(edges(yaml)).containsExactly("a -> b");
    assertThat(json.plan(1)).isEqualTo(yaml.plan(1)).isEqualTo(new NodePlan.Barrier());
  }

  @Test
  void a_task_is_called_as_its_node_unless_it_has_a_name() throws Exception {
    assertThat(task(yaml("nodes: {a: {in_process: noop}}"), "a").name()).contains("a");
  }

  @Test
  void steps_of_every_kind() throws Exception {
    RunPlan plan =
        yaml(
            """
            nodes:
              job:
                steps:
                  - name: start
                    call: POST http://service/jobs
                    headers: {Authorization: secret}
                    json: {size: 1.0, list: [true, null]}
                    accept: [202]
                    probe: http://service/jobs/1
                    within: 5s
                  - name: wait
                    poll: {method: POST, url: "http://service/jobs/${steps.start.body.id}"}
                    form: {a: 1}
                    word: .state
                    going: [new, 1]
                    done: [ok]
                    failed: [bad]
                    message: .errors[0]["odd name"]
                    every: 2s
                    at_most: 1d
                    patience: 3m
                    within: 500ms
                  - name: say
                    call: PUT http://service/x
                    probe: {url: "http://service/x?key=${step.key}", found: .items}
                    text: hello
                    content_type: text/x
                  - name: tell
                    do: tcp
                    with: {host: h}
            """);

    var steps = ((StepsWork) task(plan, "job").work()).steps();
    assertThat(steps.get(0))
        .isEqualTo(
            new Step.Call(
                "start",
                new HttpRequest(
                    "POST",
                    "http://service/jobs",
                    Map.of("Authorization", "secret"),
                    Optional.of(
                        new HttpRequest.Body.Json(
                            new Value.Fields(
                                Map.of(
                                    "size", new Value.Numeral("1.0"),
                                    "list",
                                        new Value.Items(
                                            List.of(new Value.Truth(true), Value.NOTHING))))))),
                Set.of(202),
                Optional.of(
                    new Step.Probe(
                        new HttpRequest(
                            "GET",
                            "http://service/jobs/1",
                            Map.of("Authorization", "secret"),
                            Optional.empty()),
                        Optional.empty())),
                Duration.ofSeconds(5)));
    assertThat(steps.get(1))
        .isEqualTo(
            new Step.Poll(
                "wait",
                new HttpRequest(
                    "POST",
                    "http://service/jobs/${steps.start.body.id}",
                    Map.of(),
                    Optional.of(new HttpRequest.Body.Form(Map.of("a", "1")))),
                new ValuePath(List.of(new ValuePath.Step.Field("state"))),
                Set.of("new", "1"),
                Set.of("ok"),
                Set.of("bad"),
                Optional.of(
                    new ValuePath(
                        List.of(
                            new ValuePath.Step.Field("errors"),
                            new ValuePath.Step.Item(0),
                            new ValuePath.Step.Field("odd name")))),
                Duration.ofSeconds(2),
                Optional.of(Duration.ofDays(1)),
                Duration.ofMinutes(3),
                Duration.ofMillis(500)));
    assertThat(((Step.Call) steps.get(2)).request().body())
        .contains(new HttpRequest.Body.Plain("hello", "text/x"));
    assertThat(steps.get(3))
        .isEqualTo(
            new Step.Other("tell", "tcp", new Value.Fields(Map.of("host", new Value.Text("h")))));
  }

  @Test
  void other_kinds_of_nodes() throws Exception {
    RunPlan plan =
        yaml(
            """
            nodes:
              made: {in_process: noop, with: {id: 12345678901234567890, ratio: 1.0}}
              there: {task: abc-1}
              all: {after: [made, there]}
              same: {barrier: true, after: [all]}
            """);

    assertThat(task(plan, "made").work())
        .isEqualTo(
            new InProcessWork(
                "noop",
                new Value.Fields(
                    Map.of(
                        "id", new Value.Numeral("12345678901234567890"),
                        "ratio", new Value.Numeral("1.0")))));
    assertThat(plan.plan(1)).isEqualTo(new NodePlan.Adopted(new TaskId("abc-1")));
    assertThat(plan.plan(2)).isEqualTo(new NodePlan.Barrier());
    assertThat(plan.plan(3)).isEqualTo(new NodePlan.Barrier());
  }

  @Test
  void conditions_of_every_kind() throws Exception {
    RunPlan plan =
        yaml(
            """
            nodes:
              a: {in_process: noop}
              b: {after: {a: {when: {value: ".exit_codes[0]", equals: 0}}}}
              c: {after: {a: {when: {value: .n, not_equals: x}}}}
              d: {after: {a: {when: {value: .n, in: [1, 2]}}}}
              e: {after: {a: {when: {value: .n, not_in: [null]}}}}
              f: {after: {a: {when: {value: .n, exists: false}}}}
              g: {after: {a: {when: {value: .n, below: 2.5}}}}
              h: {after: {a: {when: {value: .n, above: -1}}}}
              i: {after: {a: , b: {}}}
            """);

    assertThat(
            IntStream.range(0, 7)
                .mapToObj(edge -> plan.edge(edge).condition().orElseThrow().test()))
        .containsExactly(
            new Condition.Test.Among(List.of(new Value.Numeral("0"))),
            new Condition.Test.NotAmong(List.of(new Value.Text("x"))),
            new Condition.Test.Among(List.of(new Value.Numeral("1"), new Value.Numeral("2"))),
            new Condition.Test.NotAmong(List.of(Value.NOTHING)),
            new Condition.Test.There(false),
            new Condition.Test.Below(new Value.Numeral("2.5")),
            new Condition.Test.Above(new Value.Numeral("-1")));
    assertThat(plan.edge(0).condition().orElseThrow().of())
        .hasToString("${nodes.a.values.exit_codes[0]}");
    assertThat(plan.edge(7).condition()).isEmpty();
    assertThat(edges(plan)).endsWith("a -> i", "b -> i");
  }

  @Test
  void a_reference_makes_an_edge() throws Exception {
    RunPlan plan =
        yaml(
            """
            nodes:
              list: {container: {image: i, command: [ls]}, values: {names: {path: /n, as: lines}}}
              each:
                for_each: ${nodes.list.values.files.names}
                max_items: 7
                container: {image: i, command: [cat, "/x/${item}"]}
              fixed: {for_each: [1, "${nodes.list.values.task}"], in_process: noop, with: "${item}"}
            """);

    assertThat(edges(plan)).containsExactly("list -> each", "list -> fixed");
    NodePlan.Each each = (NodePlan.Each) plan.plan(1);
    assertThat(each.most()).isEqualTo(7);
    assertThat(each.list()).isEqualTo(new Value.Text("${nodes.list.values.files.names}"));
    assertThat(((NodePlan.Each) plan.plan(2)).most()).isEqualTo(10_000);
    assertThat(each.references())
        .extracting(Reference.OfNode::toString)
        .containsExactly("${nodes.list.values.files.names}");
  }

  @ParameterizedTest
  @CsvSource({
    "10s, PT10S",
    "1.5m, PT1M30S",
    "2h, PT2H",
    "1d, PT24H",
    "500ms, PT0.5S",
    "PT1H30M, PT1H30M",
    "P1DT1S, PT24H1S",
    "90, PT1M30S",
    "0.25, PT0.25S"
  })
  void durations(String written, Duration meant) throws Exception {
    RunPlan plan = yaml("nodes: {a: {in_process: n, limits: {run: " + written + "}}}");

    assertThat(task(plan, "a").limits().run()).contains(meant);
  }

  @Test
  void waits_between_attempts_fit_together_however_few_are_said() throws Exception {
    assertThat(task(yaml("nodes: {a: {in_process: n, retry: {first: 1h}}}"), "a").retry().most())
        .isEqualTo(Duration.ofHours(1));
    assertThat(task(yaml("nodes: {a: {in_process: n, retry: {most: 1s}}}"), "a").retry().first())
        .isEqualTo(Duration.ofSeconds(1));
  }

  // Faults: all of them, each with its line, its column and the way to it.

  @Test
  void every_fault_is_told_with_its_place() throws Exception {
    assertThat(
            faults(
                """
                nmae: x
                nodes:
                  resize:
                    contianer: {}
                    retry: {attempts: many}
                    container:
                      image: [debian]
                      command: convert a b
                    after: [resize, gone]
                  b: {steps: []}
                """))
        .containsExactly(
            "line 1, column 1: nmae: there is no such key; did you mean 'name'?",
            "line 3, column 3: nodes.resize: the edge gone -> resize names node 'gone', which is"
                + " not there",
            "line 4, column 5: nodes.resize.contianer: there is no such key; did you mean"
                + " 'container'?",
            "line 5, column 23: nodes.resize.retry.attempts: a number is wanted, and this is a"
                + " text",
            "line 7, column 14: nodes.resize.container.image: a text is wanted, and this is a list",
            "line 8, column 16: nodes.resize.container.command: a list of words is wanted, like"
                + " [echo, hello]; for a shell, write [sh, -c, \"TEXT\"]",
            "line 10, column 14: nodes.b.steps: at least one is wanted");
  }

  @Test
  void places_in_json_count_characters() throws Exception {
    assertThat(faults("{\"name\": \"äöü€😀\", \"nodse\": 1}", GraphFormat.JSON))
        .containsExactly(
            "line 1, column 1: nodes is missing",
            "line 1, column 20: nodse: there is no such key; did you mean 'nodes'?");
  }

  @Test
  void waits_between_attempts_that_do_not_fit_together() throws Exception {
    String tells =
        "nodes.a.retry.most: is shorter than the first wait: the waits begin with first and grow up"
            + " to most";

    assertThat(faults("nodes: {a: {in_process: n, retry: {first: 10s, most: 5s}}}"))
        .containsExactly("line 1, column 54: " + tells);
    assertThat(faults("nodes: {a: {in_process: n, retry: {most: 5s, first: 10s}}}"))
        .containsExactly("line 1, column 42: " + tells);
    assertThat(faults("nodes: {a: {in_process: n, retry: {first: 5s, most: 5s}}}")).isEmpty();
  }

  static Stream<Arguments> tooLarge() {
    return Stream.of(
            "{\"x\": \"" + "x".repeat((16 << 20) + 1) + "\"}",
            "{? \"" + "x".repeat(50_001) + "\" : 1}",
            "{\"x\": " + "1".repeat(1_001) + "}",
            "{\"x\": " + "[".repeat(201) + "]".repeat(201) + "}")
        .flatMap(with ->
            Stream.of(GraphFormat.values())
                .map(format ->
                    Arguments.of(
                        "{\"nodes\": {\"a\": {\"in_process\": \"n\", \"with\": "
                            + (format == GraphFormat.JSON ? with.replace("? ", "") : with)
                            + "}}}",
                        format)));
  }

  @ParameterizedTest(name = "{index} {1}")
  @MethodSource("tooLarge")
  void what_goes_beyond_the_bounds_of_a_file_is_told_with_all_of_them(
      String text, GraphFormat format) throws Exception {
    assertThat(faults(text, format))
        .last()
        .asString()
        .endsWith(
            "goes beyond what is read: texts of 16777216 characters, names of 50000, numbers of"
                + " 1000 digits, nested 200 deep");
  }

  @Test
  void nodes_that_wait_for_each_other_are_named() throws Exception {
    assertThat(faults("nodes:\n  a: {after: [c]}\n  b: {after: [a]}\n  c: {after: [b]}"))
        .singleElement()
        .asString()
        .contains("nodes wait for each other: ")
        .containsPattern("line [234], column 3: nodes\\.[abc]: ");
    assertThat(faults("nodes:\n  a: {after: [a]}"))
        .containsExactly("line 2, column 3: nodes.a: node 'a' waits for itself");
  }

  @Test
  void names_twice_are_told_where_the_second_is() throws Exception {
    assertThat(faults("nodes:\n  a: {}\n  b: {}\n  a: {}"))
        .containsExactly("line 4, column 3: nodes.a: node 'a' is there twice");
    assertThat(faults("nodes:\n- key: a\n- key: 1\n- {key: 1}"))
        .containsExactly("line 4, column 3: nodes.1: node '1' is there twice");
    assertThat(
            faults(
                "{\"name\": \"a\", \"nodes\": {\"a\": {}},\n \"name\": \"b\"}", GraphFormat.JSON))
        .containsExactly("line 2, column 2: name: is there twice");
    assertThat(faults("nodes: {a: {in_process: n, with: {x: 1, x: 2}}}"))
        .containsExactly("line 1, column 41: nodes.a.with.x: is there twice");
  }

  @Test
  void references_are_checked() throws Exception {
    assertThat(faults("nodes:\n  a: {in_process: n, with: '${nodes.b.values.x}'}"))
        .containsExactly(
            "line 2, column 3: nodes.a: node 'a': ${nodes.b.values.x} names a node that is not"
                + " there");
    assertThat(faults("nodes:\n  a: {in_process: n, with: '${nodes.b.vlues}'}"))
        .singleElement()
        .asString()
        .startsWith("line 2, column 3: nodes.a: node 'a': at character 10: '.values' is wanted");
    assertThat(faults("nodes: {a: {in_process: n, for_each: 'x${nodes.b.values}'}}"))
        .containsExactly(
            "line 1, column 38: nodes.a.for_each: a list is wanted, or one reference and nothing"
                + " else: ${nodes.KEY.values.PATH}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nodes: {a: &x {in_process: n}, b: *x}",
        "nodes: {a: {in_process: n, with: [&x 1, *x, *x]}}",
        "a: &a [x,x]\nb: &b [*a,*a]\nnodes: *b",
      })
  void aliases_are_refused(String yaml) throws Exception {
    assertThat(faults(yaml)).anyMatch(fault -> fault.contains("aliases (*name) are not read here"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nodes: {a: !!java.lang.String {in_process: n}}",
        "nodes: {a: {in_process: !x n}}",
        "!g\nnodes: {a: {}}",
      })
  void tags_of_yaml_are_refused(String yaml) throws Exception {
    assertThat(faults(yaml)).anyMatch(fault -> fault.contains("tags (!name) are not read here"));
  }

  @Test
  void one_document_is_read() throws Exception {
    assertThat(faults("nodes: {a: {}}\n---\nnodes: {b: {}}"))
        .singleElement()
        .asString()
        .startsWith("line 3, column 1: one graph is wanted, and something follows it");
    assertThat(faults("{\"nodes\": {\"a\": {}}} []", GraphFormat.JSON))
        .containsExactly("line 1, column 22: one graph is wanted, and something follows it");
    assertThat(yaml("---\nnodes: {a: {}}\n...\n").graph().size()).isOne();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "JSON | ''",
        "YAML | ''",
        "YAML | # nothing",
        "JSON | {\"nodes\": {",
        "JSON | nodes: {}",
        "JSON | {\"nodes\": {\"a\": {}}",
        "YAML | nodes: [",
        "YAML | nodes: {a: {}",
        "YAML | 'name: b: c'",
        "YAML | \"\\u0001\"",
        "JSON | {\"nodes\": {\"a\": tru}}",
        "YAML | %",
        "YAML | nodes: @",
        "JSON | []",
        "JSON | null",
        "YAML | ~",
        "JSON | 1",
        "YAML | - a"
      })
  void what_is_no_graph_at_all(GraphFormat format, String text) throws Exception {
    assertThat(faults(text, format)).hasSize(1).allMatch(fault -> fault.startsWith("line 1, "));
  }

  @Test
  void bytes_that_are_no_utf_8_are_told() {
    for (GraphFormat format : GraphFormat.values()) {
      byte[] bytes = "{\"name\": \"x\", \"nodes\": {}}".getBytes(StandardCharsets.UTF_8);
      bytes[10] = (byte) 0xff;

      assertThatExceptionOfType(BrokenGraphFile.class)
          .isThrownBy(() -> read(new ByteArrayInputStream(bytes), format))
          .withMessageContaining("not UTF-8");
    }
  }

  @Test
  void a_mark_of_byte_order_says_nothing() throws Exception {
    assertThat(read("\ufeff{\"nodes\": {\"a\": {}}}", GraphFormat.JSON).graph().size()).isOne();
    assertThat(yaml("\ufeffnodes: {a: {}}").graph().size()).isOne();
  }

  @Test
  void a_hundred_faults_are_enough() throws Exception {
    String yaml =
        "nodes:\n"
            + IntStream.range(0, 5000)
                .mapToObj(i -> "  n" + i + ": {wrong: 1}\n")
                .collect(Collectors.joining());

    assertThat(faults(yaml)).hasSize(100);
    assertThat(faults("nodes:\n" + "  a: {}\n".repeat(2) + "  b: {after: [x, y, z]}")).hasSize(2);
  }

  @Test
  void nothing_is_no_text_and_an_empty_text_is_one() throws Exception {
    assertThat(faults("nodes: {a: {container: {image: i, command: [\"\", '']}}}")).isEmpty();
    assertThat(faults("nodes: {a: {container: {image: i, command: [~, null]}}}")).hasSize(2);
    assertThat(faults("nodes:\n  a:\n    container:\n      image:"))
        .containsExactly(
            "line 4, column 13: nodes.a.container.image: a text is wanted, and this is nothing");
  }

  @Test
  void depth_is_bounded() throws Exception {
    for (GraphFormat format : GraphFormat.values()) {
      String deep = "[".repeat(300) + "]".repeat(300);

      assertThat(
              faults(
                  "{\"nodes\": {\"a\": {\"in_process\": \"n\", \"with\": " + deep + "}}}", format))
          .singleElement()
          .asString()
          .contains("nested 200 deep");
    }
  }

  @Test
  void what_the_stream_throws_goes_on() {
    for (GraphFormat format : GraphFormat.values()) {
      assertThatThrownBy(() -> read(broken(new IOException("gone")), format))
          .isInstanceOf(IOException.class)
          .hasMessage("gone");
      assertThatThrownBy(() -> read(broken(new Refusal(new Failure.TooLarge("too large"))), format))
          .isInstanceOf(Refusal.class);
    }
  }

  private static InputStream broken(Exception failure) {
    return new InputStream() {
      private final InputStream begin = stream("{\"nodes\": {\"a\": {}, ");

      @Override
      public int read() throws IOException {
        int next = begin.read();
        if (next < 0 && failure instanceof IOException ofStream) {
          throw ofStream;
        }
        if (next < 0) {
          throw (RuntimeException) failure;
        }
        return next;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int next = read();
        bytes[offset] = (byte) next;
        return 1;
      }
    };
  }

  @Test
  void memory_is_bounded() {
    var room = new GraphRoom(8 << 20);
    String many =
        "{\"nodes\": {\"a\": {\"in_process\": \"n\", \"with\": [" + "1,".repeat(1 << 18) + "1]}}}";
    try (GraphRoom.Share share = room.share();
        GraphRoom.Share other = room.share()) {
      assertThatThrownBy(() -> GraphReader.read(stream(many), GraphFormat.JSON, ALICE, share))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.TooLarge.class));
      other.take(1 << 10);
    }
    try (GraphRoom.Share share = room.share()) {
      share.take(7 << 20);
      assertThatThrownBy(
              () -> {
                try (GraphRoom.Share other = room.share()) {
                  other.take(4 << 20);
                }
              })
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.failure()).isInstanceOf(Failure.Unavailable.class));
    }
    try (GraphRoom.Share share = room.share()) {
      share.take(8 << 20);
    }
  }

  @Test
  void broken_texts_are_refused_and_never_break_the_reader() throws Exception {
    String whole =
        """
        name: x
        nodes:
          a: {container: {image: i, command: ["sh", -c, 'x']}, values: {n: /n}}
          b:
            after: {a: {when: {value: ".exit_codes[0]", equals: 0}}}
            steps:
            - {name: s, call: "POST http://h/${nodes.a.values.files.n}", json: {a: [1, 2.5, null]}}
            - name: p
              poll: |
                GET http://h
              done: [ok]
          c: {for_each: [1, 2], in_process: noop, with: "${item}", limits: {run: 1h}}
        """;
    String chars = "{}[]:,-&*!|>'\"%@`#?~\n\t \u0000\u0001\\$0a\u00e4\ud800";
    var random = new Random(4);
    for (int round = 0; round < 20_000; round++) {
      var text = new StringBuilder(whole);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(text.length());
        char c = chars.charAt(random.nextInt(chars.length()));
        switch (random.nextInt(4)) {
          case 0 -> text.setCharAt(at, c);
          case 1 -> text.insert(at, c);
          case 2 -> text.replace(at, at + 1, " ");
          default -> text.setLength(at + 1);
        }
      }
      String broken = text.toString();
      GraphFormat format = random.nextInt(8) == 0 ? GraphFormat.JSON : GraphFormat.YAML;
      assertThat(faults(broken, format)) // a fault or none, nothing else
          .as(broken)
          .allSatisfy(fault -> assertThat(fault).startsWith("line ").doesNotContain("\n"));
    }
  }
}
