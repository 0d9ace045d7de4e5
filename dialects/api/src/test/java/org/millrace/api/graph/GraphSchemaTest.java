package org.millrace.api.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.caller.Owner;

/** The published schema and the reader are of one mind. */
final class GraphSchemaTest {
  private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final JsonNode DOCUMENT = document();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(DOCUMENT.toString());

  private static JsonNode document() {
    try (InputStream in = GraphReader.class.getResourceAsStream("graph.schema.json")) {
      return new JsonMapper().readTree(in);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  private static List<String> refusedBySchema(String yaml) throws IOException {
    return SCHEMA
        .validate(YAML.readTree(yaml).toString(), com.networknt.schema.InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static List<String> refusedByReader(String yaml) throws IOException {
    try (GraphRoom.Share share = new GraphRoom(1 << 30).share()) {
      var in = new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
      GraphReader.read(in, GraphFormat.YAML, Owner.ANONYMOUS, share);
      return List.of();
    } catch (BrokenGraphFile broken) {
      return broken.faults().stream().map(GraphFault::toString).toList();
    }
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("examples/graphs"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void examples_are_accepted_by_both(Path file) throws Exception {
    String yaml = Files.readString(file);

    assertThat(refusedBySchema(yaml)).isEmpty();
    assertThat(refusedByReader(yaml)).isEmpty();
  }

  @Test
  void what_the_docs_show_is_accepted_by_both() throws Exception {
    Matcher shown =
        Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve("docs/graphs.md")));
    List<String> graphs =
        shown.results().map(found -> found.group(1)).map(GraphSchemaTest::whole).toList();

    assertThat(graphs).hasSizeGreaterThan(3);
    for (String graph : graphs) {
      assertThat(refusedBySchema(graph)).as(graph).isEmpty();
      assertThat(refusedByReader(graph)).as(graph).isEmpty();
    }
  }

  /** The docs show pieces, too. */
  private static String whole(String shown) {
    String others = "\n  measure: {}\n  prepare: {}\n  load: {}\n";
    if (shown.startsWith("name:")) {
      return shown;
    }
    String node = shown.startsWith("  - ") ? "steps:\n" + shown : shown;
    return "nodes:\n  shown:\n" + node.indent(4) + others;
  }

  @Test
  void the_schema_in_the_docs_is_the_one_that_is_served() throws Exception {
    assertThat(ROOT.resolve("docs/graph.schema.json"))
        .content()
        .isEqualTo(
            new String(
                Optional.ofNullable(GraphReader.class.getResourceAsStream("graph.schema.json"))
                    .orElseThrow()
                    .readAllBytes(),
                StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{nodes: {a: {}}, $schema: x, name: n, description: '', tags: {a: 1}, on_failure:"
            + " continue}",
        "nodes: [{key: a}, {key: 1, after: [a]}, {barrier: true, key: x, after: {a: , 1: {}}}]",
        "nodes: {a: {description: d, name: n}}",
        "nodes: {a: {task: 1}, b: {task: x-1}, c: {barrier: true}}",
        "nodes: {a: {in_process: noop}, b: {in_process: noop, with: [1, null, {}]}}",
        "nodes: {a: {container: {image: i}}}",
        "nodes: {a: {container: {image: i, command: [a, 1, true, 1.5], env: {A: 1, B: true, C:"
            + " x}}}}",
        "nodes: {a: {container: {executors: [{image: i}, {image: j, ignore_error: true}]}}}",
        "nodes: {a: {container: {image: i, workdir: /, stdin: /a, stdout: /b/.., stderr: /c}}}",
        "nodes: {a: {container: {image: i, workdir: /, stdin: /a, stdout: /..b, stderr: /c..}}}",
        "nodes: {a: {container: {image: i, stdin: '${nodes.b.values.files.x}'}}, b: {}}",
        "nodes: {a: {container: {image: i}, inputs: [{url: u, path: /a}, {content: '', path:"
            + " /b}]}}",
        "nodes: {a: {container: {image: i}, inputs: [{url: u, path: /a, type: DIRECTORY}]}}",
        "nodes: {a: {container: {image: i}, inputs: [{content: u, path: /a, type: FILE}]}}",
        "nodes: {a: {container: {image: i}, outputs: [{url: u, path: /a}]}}",
        "nodes: {a: {container: {image: i}, outputs: [{url: u, path: '/a/*', path_prefix: /a}]}}",
        "nodes: {a: {container: {image: i}, outputs: [{url: u, path:"
            + " '/a/${nodes.b.values.x[0]}'}]}, b: {}}",
        "nodes: {a: {container: {image: i}, volumes: [/a], values: {a: /x, b: {path: /x, as:"
            + " lines}}}}",
        "nodes: {a: {in_process: n, resources: {cpu_cores: 0.5, ram_gb: 1, runtime: 'pulsar:a'}}}",
        "nodes: {a: {in_process: n, retry: {attempts: 1}, priority: 0}}",
        "nodes: {a: {in_process: n, limits: {run: 1, queue: 0.5, total: 10d}}}",
        "nodes: {a: {in_process: n, limits: {run: 1ms, queue: PT1S, total: P1DT1H1M1.5S}}}",
        "nodes: {a: {in_process: n, for_each: [], max_items: 1}, b: {in_process: n, for_each:"
            + " [1]}}",
        "nodes: {a: {in_process: n, for_each: '${nodes.b.values.x}'}, b: {}}",
        "nodes: {a: {steps: [{name: s, call: http://h}, {name: t, call: {url: http://h}}]}}",
        "nodes: {a: {steps: [{name: s, call: 'PUT https://h', json: null, accept: [], within:"
            + " 1s}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, text: a, content_type: b, headers: {A:"
            + " 1}}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, probe: {method: HEAD, url: http://h, json:"
            + " 1}}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, probe: {url: 'http://h/${step.key}',"
            + " found: '[0].id'}}]}}",
        "nodes: {a: {steps: [{name: s, poll: http://h, done: [1, ok], word: '', message:"
            + " '.a[0]'}]}}",
        "nodes: {a: {steps: [{name: s, do: tcp}, {name: t, do: tcp, with: 1}]}}",
        "nodes: {a: {}, b: {after: {a: {when: {value: '', exists: true}}}}}",
        "nodes: {a: {}, b: {after: {a: {when: {value: .a, in: []}}}}}",
        "nodes: {a: {}, b: {after: {a: {when: {value: .a, equals: {x: 1}}}}}}",
      })
  void both_accept(String yaml) throws Exception {
    boolean upwards = yaml.contains("/b/..");

    assertThat(refusedBySchema(yaml).isEmpty()).isNotEqualTo(upwards);
    assertThat(refusedByReader(yaml).isEmpty()).isNotEqualTo(upwards);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "nodes: {}",
        "nodes: []",
        "nodes: x",
        "nodes: null",
        "nodes: {a: null}",
        "nodes: {a: []}",
        "nodes: {'': {}}",
        "nodes: [{}]",
        "nodes: [{key: ''}]",
        "nodes: [{key: {}}]",
        "nodes: {a: {key: a}}",
        "{nodes: {a: {}}, name: 1}",
        "{nodes: {a: {}}, name: ''}",
        "{nodes: {a: {}}, tags: {a: []}}",
        "{nodes: {a: {}}, tags: {'': a}}",
        "{nodes: {a: {}}, on_failure: panic}",
        "{nodes: {a: {}}, on_failure: STOP}",
        "{nodes: {a: {}}, unknown: 1}",
        "nodes: {a: {unknown: 1}}",
        "nodes: {a: {container: {image: i}, steps: [{name: s, call: http://h}]}}",
        "nodes: {a: {barrier: true, task: x}}",
        "nodes: {a: {barrier: true, in_process: x}}",
        "nodes: {a: {barrier: false}}",
        "nodes: {a: {task: 'a b'}}",
        "nodes: {a: {task: 1.5}}",
        "nodes: {a: {inputs: [], in_process: n}}",
        "nodes: {a: {values: {}}}",
        "nodes: {a: {retry: {}}}",
        "nodes: {a: {limits: {}, barrier: true}}",
        "nodes: {a: {priority: 1, task: x}}",
        "nodes: {a: {tags: {}}}",
        "nodes: {a: {resources: {}}}",
        "nodes: {a: {for_each: []}}",
        "nodes: {a: {max_items: 3, in_process: n}}",
        "nodes: {a: {with: 1}}",
        "nodes: {a: {in_process: ''}}",
        "nodes: {a: {in_process: n, max_items: 0, for_each: []}}",
        "nodes: {a: {in_process: n, for_each: x}}",
        "nodes: {a: {in_process: n, for_each: 1}}",
        "nodes: {a: {in_process: n, for_each: '${item}'}}",
        "nodes: {a: {in_process: n, priority: 11}}",
        "nodes: {a: {in_process: n, priority: 1.5}}",
        "nodes: {a: {in_process: n, priority: high}}",
        "nodes: {a: {in_process: n, retry: {attempts: 0}}}",
        "nodes: {a: {in_process: n, retry: {wait: 1s}}}",
        "nodes: {a: {in_process: n, limits: {run: 0}}}",
        "nodes: {a: {in_process: n, limits: {run: 0s}}}",
        "nodes: {a: {in_process: n, limits: {run: -1}}}",
        "nodes: {a: {in_process: n, limits: {run: 10}, resources: {cpu_cores: 0}}}",
        "nodes: {a: {in_process: n, limits: {run: '10'}}}",
        "nodes: {a: {in_process: n, limits: {run: 10 s}}}",
        "nodes: {a: {in_process: n, limits: {run: P}}}",
        "nodes: {a: {in_process: n, limits: {run: P1DT}}}",
        "nodes: {a: {in_process: n, resources: {ram_gb: -1}}}",
        "nodes: {a: {in_process: n, resources: {ram_gb: 8G}}}",
        "nodes: {a: {in_process: n, resources: {runtime: Docker}}}",
        "nodes: {a: {container: {}}}",
        "nodes: {a: {container: i}}",
        "nodes: {a: {container: {image: ''}}}",
        "nodes: {a: {container: {image: 1}}}",
        "nodes: {a: {container: {image: i, command: echo}}}",
        "nodes: {a: {container: {image: i, command: [[a]]}}}",
        "nodes: {a: {container: {image: i, command: [null]}}}",
        "nodes: {a: {container: {image: i, env: {A: null}}}}",
        "nodes: {a: {container: {image: i, env: {'A=B': x}}}}",
        "nodes: {a: {container: {image: i, env: {'': x}}}}",
        "nodes: {a: {container: {image: i, env: []}}}",
        "nodes: {a: {container: {image: i, stdin: a}}}",
        "nodes: {a: {container: {image: i, stdin: /}}}",
        "nodes: {a: {container: {image: i, stdin: //.}}}",
        "nodes: {a: {container: {image: i, stdin: /a/../b}}}",
        "nodes: {a: {container: {image: i, workdir: /..}}}",
        "nodes: {a: {container: {image: i, ignore_error: maybe}}}",
        "nodes: {a: {container: {executors: []}}}",
        "nodes: {a: {container: {executors: [{}]}}}",
        "nodes: {a: {container: {executors: [{image: i}], image: i}}}",
        "nodes: {a: {container: {image: i}, inputs: [{path: /a}]}}",
        "nodes: {a: {container: {image: i}, inputs: [{url: u}]}}",
        "nodes: {a: {container: {image: i}, inputs: [{url: u, content: c, path: /a}]}}",
        "nodes: {a: {container: {image: i}, inputs: [{content: c, path: /a, type: DIRECTORY}]}}",
        "nodes: {a: {container: {image: i}, inputs: [{url: u, path: /a, type: file}]}}",
        "nodes: {a: {container: {image: i}, inputs: {url: u, path: /a}}}",
        "nodes: {a: {container: {image: i}, outputs: [{url: u}]}}",
        "nodes: {a: {container: {image: i}, outputs: [{path: /a}]}}",
        "nodes: {a: {container: {image: i}, outputs: [{url: u, path: '/a/*'}]}}",
        "nodes: {a: {container: {image: i}, outputs: [{url: u, path: '/a/[bc]'}]}}",
        "nodes: {a: {container: {image: i}, volumes: [a]}}",
        "nodes: {a: {container: {image: i}, values: {a: x}}}",
        "nodes: {a: {container: {image: i}, values: {a: {path: /x, as: json}}}}",
        "nodes: {a: {container: {image: i}, values: {a: {as: text}}}}",
        "nodes: {a: {steps: []}}",
        "nodes: {a: {steps: {}}}",
        "nodes: {a: {steps: [{name: s}]}}",
        "nodes: {a: {steps: [{call: http://h}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, do: x}]}}",
        "nodes: {a: {steps: [{name: s, call: h}]}}",
        "nodes: {a: {steps: [{name: s, call: 'post http://h'}]}}",
        "nodes: {a: {steps: [{name: s, call: 'TRACE http://h'}]}}",
        "nodes: {a: {steps: [{name: s, call: ftp://h}]}}",
        "nodes: {a: {steps: [{name: s, call: {method: get, url: http://h}}]}}",
        "nodes: {a: {steps: [{name: s, call: {method: GET}}]}}",
        "nodes: {a: {steps: [{name: s, call: {url: http://h, json: 1}}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, json: 1, form: {}}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, form: {}, text: a}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, content_type: a}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, accept: [99]}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, accept: 200}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, every: 1s}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, headers: {'a b': x}}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, headers: {a: \"x\\ny\"}}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, probe: {url: http://h, text: a, json:"
            + " 1}}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, probe: {url: http://h, found: id}}]}}",
        "nodes: {a: {steps: [{name: s, call: http://h, probe: {found: .id}}]}}",
        "nodes: {a: {steps: [{name: s, poll: http://h}]}}",
        "nodes: {a: {steps: [{name: s, poll: http://h, done: []}]}}",
        "nodes: {a: {steps: [{name: s, poll: http://h, done: ok}]}}",
        "nodes: {a: {steps: [{name: s, poll: http://h, done: [ok], word: state}]}}",
        "nodes: {a: {steps: [{name: s, poll: http://h, done: [ok], word: '.a[x]'}]}}",
        "nodes: {a: {steps: [{name: s, poll: http://h, done: [ok], word: '.a}'}]}}",
        "nodes: {a: {steps: [{name: s, poll: http://h, done: [ok], accept: [200]}]}}",
        "nodes: {a: {steps: [{name: s, do: ''}]}}",
        "nodes: {a: {steps: [{name: s, do: tcp, within: 1s}]}}",
        "nodes: {a: {}, b: {after: a}}",
        "nodes: {a: {}, b: {after: [a, a]}}",
        "nodes: {a: {}, b: {after: [null]}}",
        "nodes: {a: {}, b: {after: {a: x}}}",
        "nodes: {a: {}, b: {after: {a: {if: x}}}}",
        "nodes: {a: {}, b: {after: {a: {when: {}}}}}",
        "nodes: {a: {}, b: {after: {a: {when: {value: .a}}}}}",
        "nodes: {a: {}, b: {after: {a: {when: {equals: 1}}}}}",
        "nodes: {a: {}, b: {after: {a: {when: {value: .a, equals: 1, in: [1]}}}}}",
        "nodes: {a: {}, b: {after: {a: {when: {value: .a, in: 1}}}}}",
        "nodes: {a: {}, b: {after: {a: {when: {value: .a, exists: x}}}}}",
        "nodes: {a: {}, b: {after: {a: {when: {value: .a, below: x}}}}}",
        "nodes: {a: {}, b: {after: {a: {when: {value: a, exists: true}}}}}",
      })
  void both_refuse(String yaml) throws Exception {
    assertThat(refusedBySchema(yaml)).as("the schema").isNotEmpty();
    assertThat(refusedByReader(yaml)).as("the reader").isNotEmpty();
  }

  /** What a schema has no words for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nodes: {a: {after: [a]}}",
        "nodes: {a: {after: [b]}}",
        "nodes: {a: {after: [b]}, b: {after: [a]}}",
        "nodes: [{key: a}, {key: a}]",
        "nodes: {a: {in_process: n, with: '${nodes.b.values.x}'}}",
        "nodes: {a: {in_process: n, with: '${nodes.b}'}}",
        "nodes: {a: {steps: [{name: s, call: http://h}, {name: s, call: http://h}]}}",
        "nodes: {a: {steps: [{name: s, poll: http://h, done: [x], failed: [x]}]}}",
        "nodes: {a: {steps: [{name: s, call: 'http://h/${steps.t.body}'}]}}",
        "nodes: {a: {in_process: n, for_each: [1, 2], max_items: 1}}",
      })
  void the_reader_alone_refuses(String yaml) throws Exception {
    assertThat(refusedBySchema(yaml)).isEmpty();
    assertThat(refusedByReader(yaml)).hasSize(1);
  }

  @Test
  void each_table_of_names_is_in_the_schema() {
    JsonNode node = DOCUMENT.path("$defs").path("node").path("properties");

    assertThat(NodeDraft.FIELDS.names()).containsExactlyInAnyOrderElementsOf(names(node));
  }

  private static List<String> names(JsonNode properties) {
    return properties.propertyStream().map(java.util.Map.Entry::getKey).toList();
  }
}
