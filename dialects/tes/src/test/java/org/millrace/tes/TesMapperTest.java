package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.millrace.domain.caller.Owner;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.Lane;
import org.millrace.domain.task.Task;
import org.millrace.domain.task.TaskId;
import org.millrace.domain.task.TaskSpec;
import org.millrace.engine.views.TaskView;
import org.millrace.testkit.Fixtures;
import org.millrace.testkit.Seeded;

/** Whatever is accepted comes back as it was: random tasks, there and back again. */
class TesMapperTest {
  private static final JsonMapper PLAIN = new JsonMapper();
  private static final TesConfig CONFIG = TesConfig.standard("x");
  private static final TesJson JSON = new TesJson(CONFIG.limits());
  private static final TesMapper MAPPER = new TesMapper(CONFIG);
  private static final TesViews VIEWS =
      new TesViews(new ShownStates(false, Duration.ZERO, InstantSource.system()), url -> url);

  @Seeded
  void every_accepted_field_comes_back_byte_for_byte(long seed) throws IOException {
    ObjectNode sent = new RandomTasks(new Random(seed)).task();
    TaskSpec spec = MAPPER.toSpec(read(PLAIN.writeValueAsString(sent)), Owner.ANONYMOUS);
    JsonNode shown = PLAIN.readTree(JSON.write(VIEWS.show(view(spec), View.FULL)));
    ObjectNode came = shown.deepCopy();
    came.remove(List.of("id", "state", "creation_time", "logs"));
    assertThat(came).isEqualTo(sent);
    assertThat(MAPPER.toSpec(read(shown.toString()), Owner.ANONYMOUS)).isEqualTo(spec);
  }

  @Seeded
  void broken_documents_are_refused_and_never_break_anything(long seed) throws IOException {
    var random = new Random(seed);
    byte[] bytes = PLAIN.writeValueAsBytes(new RandomTasks(random).task());
    for (int i = 0; i < 20; i++) {
      byte[] broken = bytes.clone();
      broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      try {
        TesTask task = JSON.read(new ByteArrayInputStream(broken), new UnknownFields());
        MAPPER.toSpec(task, Owner.ANONYMOUS);
      } catch (Refusal refusal) {
        assertThat(refusal.failure().message()).contains(": ");
      }
    }
  }

  private static TesTask read(String json) throws IOException {
    return JSON.read(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), new UnknownFields());
  }

  private static TaskView view(TaskSpec spec) {
    var task = Task.submitted(new TaskId("t"), spec, new Lane("sandbox"), Fixtures.NOON);
    return new TaskView(task, spec, List.of());
  }

  /** Tasks in the form in which they are shown: types filled in, paths in order, nothing empty. */
  private record RandomTasks(Random random) {
    private static final List<String> PIECES =
        List.of(
            "a", "B", "7", " ", "\t", "\n", "\"", "'", "\\", "/", "//", "./", "../", "é", "漢", "😀",
            "\u0001", "\u007f", "\u2028", "$HOME", "&&", "*", "[x]", "{}", "%2F", "=", "#", "?",
            "--x");

    ObjectNode task() {
      ObjectNode task = object();
      maybe(task, "name", this::text);
      maybe(task, "description", this::text);
      some(task, "inputs", this::input);
      some(task, "outputs", this::output);
      if (random.nextBoolean()) {
        ObjectNode resources = resources();
        if (!resources.isEmpty()) {
          task.set("resources", resources);
        }
      }
      ArrayNode executors = task.putArray("executors");
      times(1 + random.nextInt(3), () -> executors.add(executor()));
      if (random.nextBoolean()) {
        ArrayNode volumes = task.putArray("volumes");
        times(1 + random.nextInt(3), () -> volumes.add(path()));
      }
      map(task, "tags");
      return task;
    }

    private ObjectNode input() {
      ObjectNode input = object();
      maybe(input, "name", this::text);
      maybe(input, "description", this::text);
      input.put("path", path());
      if (random.nextBoolean()) {
        input.put("content", text());
        input.put("type", "FILE");
      } else {
        input.put("url", url());
        input.put("type", type());
      }
      if (random.nextBoolean()) {
        input.put("streamable", random.nextBoolean());
      }
      return input;
    }

    private ObjectNode output() {
      ObjectNode output = object();
      maybe(output, "name", this::text);
      maybe(output, "description", this::text);
      output.put("url", url());
      boolean wild = random.nextBoolean();
      output.put("path", wild ? path() + "/*" : path());
      if (wild) {
        output.put("path_prefix", path());
      }
      output.put("type", type());
      return output;
    }

    private ObjectNode executor() {
      ObjectNode executor = object();
      executor.put("image", "i" + text());
      ArrayNode command = executor.putArray("command");
      times(random.nextInt(5), () -> command.add(text()));
      maybe(executor, "workdir", this::path);
      maybe(executor, "stdin", this::path);
      maybe(executor, "stdout", this::path);
      maybe(executor, "stderr", this::path);
      map(executor, "env");
      if (random.nextBoolean()) {
        executor.put("ignore_error", true);
      }
      return executor;
    }

    private ObjectNode resources() {
      ObjectNode resources = object();
      if (random.nextBoolean()) {
        resources.put("cpu_cores", 1 + random.nextInt(1000));
      }
      if (random.nextBoolean()) {
        resources.put("ram_gb", 0.001 + random.nextDouble() * 100);
      }
      if (random.nextBoolean()) {
        resources.put("disk_gb", 0.001 + random.nextDouble());
      }
      if (random.nextBoolean()) {
        resources.put("preemptible", random.nextBoolean());
      }
      if (random.nextBoolean()) {
        ArrayNode zones = resources.putArray("zones");
        times(1 + random.nextInt(2), () -> zones.add("z" + text()));
      }
      if (random.nextBoolean()) {
        resources.putObject("backend_parameters").put("runtime", "sandbox");
      }
      if (random.nextBoolean()) {
        resources.put("backend_parameters_strict", random.nextBoolean());
      }
      return resources;
    }

    private void map(ObjectNode holder, String field) {
      if (random.nextBoolean()) {
        ObjectNode map = holder.putObject(field);
        times(1 + random.nextInt(4), () -> map.put("k" + text().replace("=", ""), text()));
      }
    }

    private String path() {
      var path = new StringBuilder();
      times(1 + random.nextInt(3), () -> path.append("/n").append(text().replace("/", "")));
      return path.toString().replace("*", "").replace("?", "").replace("[", "");
    }

    private String url() {
      return "http://host/" + text().replaceAll("\\p{Cntrl}", "");
    }

    private String text() {
      var text = new StringBuilder();
      times(random.nextInt(6), () -> text.append(PIECES.get(random.nextInt(PIECES.size()))));
      return text.toString();
    }

    private String type() {
      return random.nextBoolean() ? "FILE" : "DIRECTORY";
    }

    private void maybe(ObjectNode object, String field, Supplier<String> value) {
      if (random.nextBoolean()) {
        object.put(field, value.get());
      }
    }

    private void some(ObjectNode object, String field, Supplier<ObjectNode> element) {
      if (random.nextBoolean()) {
        ArrayNode list = object.putArray(field);
        times(1 + random.nextInt(3), () -> list.add(element.get()));
      }
    }

    private static void times(int count, Runnable what) {
      for (int i = 0; i < count; i++) {
        what.run();
      }
    }

    private static ObjectNode object() {
      return JsonNodeFactory.instance.objectNode();
    }
  }
}
