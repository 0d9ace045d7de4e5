package org.millrace.tes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.domain.failure.Refusal;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.FileType;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Resources;
import org.millrace.domain.task.RetryPolicy;
import org.millrace.domain.task.TaskSpec;

/** What a create takes and refuses ({@code contracts/tes.md 2, 3.1, 4}). */
class CreateTaskTest {
  private static final String EXECUTOR = "{'image':'alpine','command':['true']}";
  private final TesServer server = TesServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answers_the_id_alone_once_the_task_is_stored_as_queued() {
    var reply = server.tryToCreate(json(task("")));
    assertThat(reply.ok().size()).isEqualTo(1);
    String id = reply.json().path("id").asText();
    assertThat(id).matches("[0-9a-z]{26}");
    assertThat(server.get("/v1/tasks/" + id).body())
        .isEqualTo("{\"id\":\"" + id + "\",\"state\":\"QUEUED\"}");
    assertThat(server.spec(id).dialect()).isEqualTo("tes");
  }

  /** Each in single quotes for double ones; then what the message must say. */
  static Stream<Arguments> refused() {
    return Stream.of(
        // the body as a whole
        bad("", "body: must be an object"),
        bad("null", "body: must be an object with the fields of a task, not null"),
        bad(
            task("'name':'a'") + task("'name':'b'"),
            "body: must be one task; something follows it"),
        bad(task("'name':'a'") + " }", "body: is not valid JSON"),
        bad("[]", "body: must be an object"),
        bad("7", "body: must be an object"),
        bad("{", "body: is not valid JSON (line 1, column 2)"),
        bad("{'executors':[],}", "body: is not valid JSON (line 1, column "),
        bad(task("") + " x", "body: is not valid JSON (line 1, column "),
        bad("{'name':'a\nb'}", "body: is not valid JSON"),
        // types
        bad(task("'name':5"), "name: must be text"),
        bad(task("'name':{}"), "name: must be text"),
        bad(task("'description':true"), "description: must be text"),
        bad(task("'volumes':'/x'"), "volumes: must be a list"),
        bad(task("'volumes':[7]"), "volumes[0]: must be text"),
        bad(task("'volumes':[null]"), "volumes[0]: is required"),
        bad(task("'tags':[]"), "tags: must be an object of names and texts"),
        bad(task("'tags':{'a':{}}"), "tags.a: must be text"),
        bad(task("'inputs':{}"), "inputs: must be a list"),
        bad(task("'inputs':[5]"), "inputs[0]: must be an object"),
        bad(task("'inputs':[null]"), "inputs[0]: is required"),
        bad(task("'inputs':[{'path':1.5,'content':''}]"), "inputs[0].path: must be text"),
        bad(
            task("'inputs':[{'path':'/a','content':'','streamable':'yes'}]"),
            "inputs[0].streamable: must be true or false"),
        bad(task("'outputs':''"), "outputs: must be a list"),
        bad(task("'resources':[]"), "resources: must be an object"),
        bad(task("'resources':{'cpu_cores':'2'}"), "resources.cpu_cores: must be a number"),
        bad(task("'resources':{'ram_gb':true}"), "resources.ram_gb: must be a number"),
        bad(task("'resources':{'zones':'eu'}"), "resources.zones: must be a list"),
        bad(task("'resources':{'preemptible':1}"), "resources.preemptible: must be true or false"),
        bad("{'executors':{}}", "executors: must be a list"),
        bad("{'executors':[null]}", "executors[0]: is required"),
        bad(executor("'image':1,'command':[]"), "executors[0].image: must be text"),
        bad(executor("'image':'a','command':'ls'"), "executors[0].command: must be a list"),
        bad(executor("'image':'a','command':[1]"), "executors[0].command[0]: must be text"),
        bad(executor("'image':'a','command':[null]"), "executors[0].command[0]: is required"),
        bad(
            executor("'image':'a','command':[],'env':{'A':[]}"),
            "executors[0].env.A: must be text"),
        bad(
            executor("'image':'a','command':[],'ignore_error':'no'"),
            "executors[0].ignore_error: must be true or false"),
        // executors
        bad("{}", "executors: is required"),
        bad(
            "{'executers':[{'image':'a'}]}",
            "executors: is required; not known, and skipped: 'executers'"),
        bad(
            executor("'image':'a','comand':['x']"),
            "executors[0].command: is required; not known, and skipped: 'comand'"),
        bad(
            "{'inputs':[{'path':'/a','x':1},{'path':'/b','x':2},{'path':'/c','x':3}],"
                + "'executers':[]}",
            "executors: is required; not known, and skipped: 'x', 'executers'"),
        bad(
            "{'a':1,'b':1,'c':1,'executers':[]}",
            "executors: is required; not known, and skipped: 'a', 'b', 'c', ..."),
        bad("{'executors':null}", "executors: is required"),
        bad("{'executors':[]}", "executors: at least one is required"),
        bad(executor("'command':[]"), "executors[0].image: is required"),
        bad(executor("'image':'','command':[]"), "executors[0].image: must not be empty"),
        bad(executor("'image':'a'"), "executors[0].command: is required"),
        bad("{'executors':[" + EXECUTOR + ",{}]}", "executors[1].image: is required"),
        bad(executor("'image':'a','command':['x\\u0000']"), "executors[0].command[0]: must not"),
        bad(
            executor("'image':'a','command':[],'env':{'A=B':'c'}"),
            "executors[0].env.A=B: a name must not hold '='"),
        bad(
            executor("'image':'a','command':[],'env':{'':'c'}"),
            "executors[0].env: a name must not be empty"),
        bad(
            executor("'image':'a','command':[],'env':{'A':'\\u0000'}"),
            "executors[0].env.A: must not hold the character NUL"),
        // paths
        bad(path("inputs", "data/x"), "inputs[0].path: must be an absolute path"),
        bad(path("inputs", "/data/../x"), "inputs[0].path: must not lead upwards with '..'"),
        bad(path("inputs", "/a\\u0000b"), "inputs[0].path: must not hold the character NUL"),
        bad(path("inputs", "//."), "inputs[0].path: must name something below /"),
        bad(path("inputs", ""), "inputs[0].path: must not be empty"),
        bad(path("outputs", "x"), "outputs[0].path: must be an absolute path"),
        bad(path("outputs", "/.."), "outputs[0].path: must not lead upwards"),
        bad(path("outputs", "/"), "outputs[0].path: must name something below /"),
        bad(task("'volumes':['v']"), "volumes[0]: must be an absolute path"),
        bad(task("'volumes':['/v','/../w']"), "volumes[1]: must not lead upwards"),
        bad(stream("stdin", "in"), "executors[0].stdin: must be an absolute path"),
        bad(stream("stdout", "./out"), "executors[0].stdout: must be an absolute path"),
        bad(stream("stderr", "/../err"), "executors[0].stderr: must not lead upwards"),
        bad(stream("stdout", "/"), "executors[0].stdout: must name something below /"),
        bad(stream("workdir", "work"), "executors[0].workdir: must be an absolute path"),
        bad(stream("workdir", "/w/.."), "executors[0].workdir: must not lead upwards"),
        // inputs and outputs
        bad(task("'inputs':[{'path':'/a'}]"), "inputs[0].url: is required unless content"),
        bad(task("'inputs':[{'path':'/a','url':''}]"), "inputs[0].url: is required unless"),
        bad(task("'inputs':[{'content':''}]"), "inputs[0].path: is required"),
        bad(task("'inputs':[{'path':'/a','url':'http://x/\\n'}]"), "inputs[0].url: must not hold"),
        bad(
            task("'inputs':[{'path':'/a','content':'','type':'FOLDER'}]"),
            "inputs[0].type: must be FILE or DIRECTORY, not 'FOLDER'"),
        bad(
            task("'inputs':[{'path':'/a','content':'x','type':'DIRECTORY'}]"),
            "inputs[0].type: content makes a FILE, not a DIRECTORY"),
        bad(task("'outputs':[{'path':'/a'}]"), "outputs[0].url: is required"),
        bad(task("'outputs':[{'path':'/a','url':''}]"), "outputs[0].url: must not be empty"),
        bad(task("'outputs':[{'url':'http://x/y'}]"), "outputs[0].path: is required"),
        bad(
            task("'outputs':[{'path':'/a','url':'http://x/y','type':'file'}]"),
            "outputs[0].type: must be FILE or DIRECTORY, not 'file'"),
        bad(
            task("'outputs':[{'path':'/a/*.txt','url':'http://x/y'}]"),
            "outputs[0].path_prefix: is required, since path has the wildcard '*'"),
        bad(
            task("'outputs':[{'path':'/a/[0-9]','url':'http://x/y','path_prefix':''}]"),
            "outputs[0].path_prefix: is required, since path has the wildcard '['"),
        bad(
            task("'outputs':[{'path':'/a/?','url':'http://x/y','path_prefix':'a'}]"),
            "outputs[0].path_prefix: must be an absolute path"),
        // resources
        bad(task("'resources':{'cpu_cores':-1}"), "resources.cpu_cores: must not be negative"),
        bad(task("'resources':{'cpu_cores':3e9}"), "resources.cpu_cores: at most 2147483647"),
        bad(task("'resources':{'cpu_cores':1e999999999}"), "resources.cpu_cores: must be a"),
        bad(task("'resources':{'ram_gb':-0.5}"), "resources.ram_gb: must not be negative"),
        bad(task("'resources':{'ram_gb':NaN}"), "body: is not valid JSON"),
        bad(task("'resources':{'ram_gb':'NaN'}"), "resources.ram_gb: must be a finite number"),
        bad(task("'resources':{'disk_gb':1e400}"), "resources.disk_gb: must be a finite number"),
        bad(task("'resources':{'disk_gb':-1}"), "resources.disk_gb: must not be negative"),
        bad(task("'resources':{'zones':[null]}"), "resources.zones[0]: is required"),
        bad(
            task(
                "'resources':{'backend_parameters_strict':true,"
                    + "'backend_parameters':{'VmSize':'big'}}"),
            "resources.backend_parameters.VmSize: is not supported, and "
                + "backend_parameters_strict is set; supported are: runtime"),
        bad(
            task("'resources':{'backend_parameters':{'runtime':'No Name'}}"),
            "resources.backend_parameters.runtime: is no name of a runtime"),
        bad(
            task("'resources':{'backend_parameters':{'runtime':'a','Runtime':'b'}}"),
            "resources.backend_parameters.Runtime: is given twice"),
        // tags and text
        bad(task("'tags':{'':'x'}"), "tags: a key must not be empty"),
        bad(task("'tags':{'a':'\\u0000'}"), "tags.a: must not hold the character NUL"),
        bad(task("'name':'\\u0000'"), "name: must not hold the character NUL"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refuses_with_the_field_and_the_reason_and_stores_nothing(String body, String reason) {
    assertThat(server.tryToCreate(json(body)).refusedWith(400)).startsWith(reason);
    assertThat(server.stored()).isZero();
  }

  @Test
  void refuses_more_than_its_limits() {
    var small = new TesLimits(1 << 20, 128 << 10, 2, 3, 4, 5, 6, 7, 8, 9);
    try (var strict = TesServer.setup().with(TesConfig.standard("x").with(small)).start()) {
      Map.of(
              "{'executors':[" + times(3, EXECUTOR) + "]}",
              "executors: at most 2 are allowed, not 3",
              task("'inputs':[" + times(4, "{'path':'/a','content':''}") + "]"),
              "inputs: at most 3 are allowed, not 4",
              task("'outputs':[" + times(5, "{'path':'/a','url':'http://x/y'}") + "]"),
              "outputs: at most 4 are allowed, not 5",
              task("'volumes':[" + times(6, "'/v'") + "]"),
              "volumes: at most 5 are allowed, not 6",
              task("'tags':" + tags(7)),
              "tags: at most 6 are allowed, not 7",
              task("'tags':{'12345678':''}"),
              "tags.12345678: at most 7 characters are allowed, not 8",
              task("'tags':{'a':'123456789'}"),
              "tags.a: at most 8 characters are allowed, not 9",
              task("'name':'1234567890'"),
              "name: at most 9 characters are allowed, not 10",
              task("'resources':{'backend_parameters':" + tags(7) + "}"),
              "resources.backend_parameters: at most 6 are allowed, not 7")
          .forEach((body, reason) ->
              assertThat(strict.tryToCreate(json(body)).refusedWith(400)).isEqualTo(reason));
      assertThat(strict.stored()).isZero();
    }
  }

  @Test
  void refuses_a_hundred_thousand_tags() {
    assertThat(server.tryToCreate(json(task("'tags':" + tags(100_000)))).refusedWith(400))
        .isEqualTo("tags: at most 1000 are allowed, not 100000");
  }

  @Test
  void refuses_a_flood_of_small_things_before_they_fill_the_memory() {
    String flood = "{'zones':[" + times(600_000, "''") + "]}";
    assertThat(server.tryToCreate(json(task("'resources':" + flood))).refusedWith(400))
        .startsWith("resources.zones[")
        .contains("goes beyond what is read");
    assertThat(server.tryToCreate(json(task("'x':" + "[".repeat(100)))).refusedWith(400))
        .contains("goes beyond what is read", "nested 50 deep");
  }

  @Test
  void takes_content_up_to_its_limit_and_no_byte_more() {
    int limit = TesLimits.DEFAULT.contentBytes();
    String fits = "é".repeat(limit / 2);
    String id = server.create(json(task("'inputs':[{'path':'/a','content':'" + fits + "'}]")));
    assertThat(work(id).inputs().getFirst().source()).isEqualTo(new Input.Content(fits));
    String tooLong = json(task("'inputs':[{'path':'/a','content':'" + fits + "x'}]"));
    assertThat(server.tryToCreate(tooLong).refusedWith(400))
        .isEqualTo(
            "inputs[0].content: has 16777217 bytes, 16777216 are allowed; give a url instead");
    String muchTooLong = "x".repeat(limit + 5000);
    assertThat(
            server
                .tryToCreate(json(task("'inputs':[{'path':'/a','content':'" + muchTooLong + "'}]")))
                .refusedWith(400))
        .startsWith("inputs[0].content: goes beyond what is read: texts of 16777216 characters");
  }

  @Test
  void takes_128_kib_of_content_several_times() {
    String content = "0123456789abcdef".repeat(8 << 10);
    String input = "{'path':'/a','content':'" + content + "'}";
    String id = server.create(json(task("'inputs':[" + times(20, input) + "]")));
    assertThat(work(id).inputs()).hasSize(20);
  }

  @Test
  void refuses_half_a_surrogate_pair_wherever_it_stands() {
    for (String body :
        List.of(
            task("'name':'\\ud800'"),
            task("'tags':{'a':'\\udc00'}"),
            task("'inputs':[{'path':'/a','content':'\\ud83dx'}]"),
            executor("'image':'a','command':['\\ud800']"))) {
      assertThat(server.tryToCreate(json(body)).refusedWith(400))
          .endsWith("is no valid Unicode text: half of a surrogate pair");
    }
    String id = server.create(json(task("'name':'\\ud83d\\ude00 😀'")));
    assertThat(server.full(id).path("name").asText()).isEqualTo("😀 😀");
  }

  @Test
  void refuses_bytes_that_are_not_utf_8() {
    byte[] latin = "{\"name\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16BE);
    for (byte[] body : List.of(latin, utf16)) {
      var request = server.request("/v1/tasks").POST(BodyPublishers.ofByteArray(body));
      assertThat(server.send(request).refusedWith(400)).startsWith("body: is not");
    }
  }

  @Test
  void keeps_argv_byte_for_byte() {
    List<String> argv =
        List.of("./d", "e/", "b//c", "", "https://h//x", " ", "a\nb", "$HOME", "&&", "\"", "'");
    String written =
        argv.stream()
            .map(arg -> "\"" + arg.replace("\"", "\\\"").replace("\n", "\\n") + "\"")
            .collect(Collectors.joining(",", "[", "]"));
    String id =
        server.create("{\"executors\":[{\"image\":\"alpine\",\"command\":" + written + "}]}");
    assertThat(work(id).executors().getFirst().command()).isEqualTo(argv);
    assertThat(server.full(id).at("/executors/0/command")).isEqualTo(TesServer.json(written));
  }

  @Test
  void takes_an_empty_command() {
    String id = server.create(json(executor("'image':'alpine','command':[]")));
    assertThat(server.full(id).at("/executors/0/command")).isEqualTo(TesServer.json("[]"));
  }

  @Test
  void counts_content_that_is_not_empty_and_else_the_url() {
    assertThat(source("'content':'x','url':'http://h/f'")).isEqualTo(new Input.Content("x"));
    assertThat(source("'content':'','url':'http://h/f'"))
        .isEqualTo(new Input.Location("http://h/f"));
    assertThat(source("'content':''")).isEqualTo(new Input.Content(""));
    assertThat(source("'content':null,'url':'http://h/f'"))
        .isEqualTo(new Input.Location("http://h/f"));
    assertThat(source("'content':'a\\u0000b'")).isEqualTo(new Input.Content("a\0b"));
  }

  @Test
  void needs_no_type_and_fills_it_in() {
    String id =
        server.create(
            json(
                task(
                    "'inputs':[{'path':'/a','url':'http://h/f'}],"
                        + "'outputs':[{'path':'/b','url':'http://h/g'},"
                        + "{'path':'/c','url':'http://h/g','type':'DIRECTORY'}]")));
    assertThat(work(id).inputs().getFirst().type()).isEqualTo(FileType.FILE);
    assertThat(server.full(id).at("/inputs/0/type").asText()).isEqualTo("FILE");
    assertThat(server.full(id).at("/outputs/0/type").asText()).isEqualTo("FILE");
    assertThat(server.full(id).at("/outputs/1/type").asText()).isEqualTo("DIRECTORY");
  }

  @Test
  void brings_paths_into_one_form() {
    String id =
        server.create(
            json(
                "{'volumes':['/v/','//w//x/.'],"
                    + "'inputs':[{'path':'//data//./in/','content':''}],"
                    + "'outputs':[{'path':'/out/','url':'http://h/','type':'DIRECTORY'}],"
                    + "'executors':[{'image':'a','command':[],'workdir':'/','stdin':'/data//in',"
                    + "'stdout':'/o/','stderr':'/./e'},"
                    + "{'image':'a','command':[],'workdir':'/w/','stdin':'','stdout':''}]}"));
    ContainerWork work = work(id);
    assertThat(work.volumes()).containsExactly("/v", "/w/x");
    assertThat(work.inputs().getFirst().path()).isEqualTo("/data/in");
    assertThat(work.outputs().getFirst().path()).isEqualTo("/out");
    assertThat(work.executors().getFirst().workdir()).contains("/");
    assertThat(work.executors().getFirst().stdin()).contains("/data/in");
    assertThat(work.executors().getFirst().stdout()).contains("/o");
    assertThat(work.executors().getFirst().stderr()).contains("/e");
    assertThat(work.executors().getLast().workdir()).contains("/w");
    assertThat(work.executors().getLast().stdin()).isEmpty();
    assertThat(work.executors().getLast().stdout()).isEmpty();
  }

  @Test
  void takes_wildcards_with_a_prefix_and_brackets_that_are_none() {
    String id =
        server.create(
            json(
                task(
                    "'outputs':[{'path':'/r/*.txt','path_prefix':'/r/','url':'http://h/'},"
                        + "{'path':'/r/a[1','path_prefix':'ignored','url':'http://h/'}]")));
    assertThat(work(id).outputs().getFirst().path()).isEqualTo("/r/*.txt");
    assertThat(work(id).outputs().getFirst().pathPrefix()).contains("/r/");
    assertThat(work(id).outputs().getLast().pathPrefix()).contains("ignored");
  }

  @Test
  void takes_the_same_output_path_twice() {
    String output = "{'path':'/a','url':'http://h/1'}";
    String id = server.create(json(task("'outputs':[" + output + "," + output + "]")));
    assertThat(work(id).outputs()).hasSize(2);
  }

  @Test
  void takes_null_for_absent_as_pydantic_clients_write_it() {
    String id =
        server.create(
            json(
                """
                {'id':null,'state':null,'name':null,'description':null,'creation_time':null,
                 'volumes':null,'logs':null,'tags':null,
                 'resources':{'cpu_cores':null,'ram_gb':null,'disk_gb':null,'preemptible':null,
                   'zones':null,'backend_parameters':null,'backend_parameters_strict':null},
                 'inputs':[{'name':null,'description':null,'url':'http://h/f','path':'/a',
                   'type':null,'content':null,'streamable':null}],
                 'outputs':[{'name':null,'description':null,'url':'http://h/f','path':'/a',
                   'path_prefix':null,'type':null}],
                 'executors':[{'image':'a','command':['b'],'workdir':null,'stdin':null,
                   'stdout':null,'stderr':null,'env':null,'ignore_error':null}]}
                """));
    TaskSpec spec = server.spec(id);
    assertThat(spec.name()).isEmpty();
    assertThat(spec.resources()).isEqualTo(Resources.NONE);
    assertThat(server.full(id).toString()).doesNotContain("null");
  }

  @Test
  void ignores_what_is_unknown_or_the_servers_to_say() {
    String id =
        server.create(
            json(
                task(
                    "'id':'mine','state':'COMPLETE','creation_time':7,'logs':'none',"
                        + "'author':'me','priority':{'x':[1,2]}")));
    assertThat(id).isNotEqualTo("mine");
    assertThat(server.full(id).path("state").asText()).isEqualTo("QUEUED");
    assertThat(server.full(id).has("author")).isFalse();
  }

  @Test
  void keeps_tags_as_text_whatever_they_were() {
    String id =
        server.create(
            json(task("'tags':{'n':5,'d':1.0,'e':1e3,'t':true,'z':null,'s':'','k y':' v '}")));
    assertThat(server.spec(id).tags())
        .containsExactly(
            Map.entry("n", "5"),
            Map.entry("d", "1.0"),
            Map.entry("e", "1e3"),
            Map.entry("t", "true"),
            Map.entry("z", ""),
            Map.entry("s", ""),
            Map.entry("k y", " v "));
  }

  @Test
  void keeps_environment_in_order_and_drops_null() {
    String id =
        server.create(
            json(executor("'image':'a','command':[],'env':{'Z':'$A','A':2,'N':null,'E':''}")));
    assertThat(work(id).executors().getFirst().env())
        .containsExactly(Map.entry("Z", "$A"), Map.entry("A", "2"), Map.entry("E", ""));
  }

  @Test
  void takes_numbers_as_clients_write_them() {
    assertThat(resources("'cpu_cores':2,'ram_gb':8,'disk_gb':40").ramGb()).contains(8.0);
    assertThat(resources("'cpu_cores':2.0").cpuCores()).contains(2);
    assertThat(resources("'ram_gb':0.488,'disk_gb':1e-3").diskGb()).contains(0.001);
    assertThat(resources("'cpu_cores':0,'ram_gb':0,'disk_gb':0.0")).isEqualTo(Resources.NONE);
    assertThat(resources("'cpu_cores':1e-999999999").cpuCores()).isEmpty();
  }

  @Test
  void rounds_fractions_of_cores_up_and_says_so() {
    String id = server.create(json(task("'resources':{'cpu_cores':1.5}")));
    assertThat(server.spec(id).resources().cpuCores()).contains(2);
    assertThat(server.full(id).at("/resources/cpu_cores").toString()).isEqualTo("2");
    assertThat(server.full(id).at("/logs/0/system_logs/0").asText())
        .isEqualTo("resources.cpu_cores was rounded up to 2");
  }

  @Test
  void drops_backend_parameters_that_mean_nothing_here_with_a_warning() {
    String id =
        server.create(
            json(
                task(
                    "'resources':{'backend_parameters':{'RunTime':'sandbox','VmSize':'big',"
                        + "'nothing':null}}")));
    assertThat(server.spec(id).resources().backendParameters())
        .containsExactly(Map.entry("runtime", "sandbox"));
    assertThat(server.full(id).at("/resources/backend_parameters"))
        .isEqualTo(TesServer.json("{\"runtime\":\"sandbox\"}"));
    assertThat(server.full(id).at("/logs/0/system_logs"))
        .isEqualTo(
            TesServer.json(
                "[\"backend parameter 'VmSize' is not supported and ignored; supported are:"
                    + " runtime\"]"));
  }

  @Test
  void takes_supported_backend_parameters_strictly() {
    String id =
        server.create(
            json(
                task(
                    "'resources':{'backend_parameters':{'RUNTIME':'pulsar:north'},"
                        + "'backend_parameters_strict':true}")));
    assertThat(server.spec(id).resources().runtime()).contains("pulsar:north");
    assertThat(server.full(id).at("/resources/backend_parameters_strict").asBoolean()).isTrue();
  }

  @Test
  void gives_every_task_the_policy_of_the_face() {
    var never = TesConfig.standard("x").with(RetryPolicy.NEVER);
    try (var patient = TesServer.setup().with(never).start()) {
      String id = patient.create(json(task("")));
      assertThat(patient.spec(id).retry()).isEqualTo(RetryPolicy.NEVER);
    }
  }

  @Test
  void shows_what_the_engine_does_not_admit() {
    try (var strict =
        TesServer.setup()
            .with(spec -> {
              throw Refusal.invalid("inputs[0].url", "scheme 'gs' is not supported");
            })
            .start()) {
      assertThat(strict.tryToCreate(json(task(""))).refusedWith(400))
          .isEqualTo("inputs[0].url: scheme 'gs' is not supported");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/ga4gh/tes/v1/tasks", "/v1/tasks", "/tasks", "/v1/tasks/", "//v1//tasks"})
  void is_there_under_every_base_path(String path) {
    String id = server.post(path, json(task(""))).ok().path("id").asText();
    assertThat(server.get("/ga4gh/tes/v1/tasks/" + id).ok().path("id").asText()).isEqualTo(id);
  }

  private ContainerWork work(String id) {
    return (ContainerWork) server.spec(id).work();
  }

  private Input.Source source(String fields) {
    String id = server.create(json(task("'inputs':[{'path':'/a'," + fields + "}]")));
    return work(id).inputs().getFirst().source();
  }

  private Resources resources(String fields) {
    return server.spec(server.create(json(task("'resources':{" + fields + "}")))).resources();
  }

  private static Arguments bad(String body, String reason) {
    return Arguments.of(body, reason);
  }

  /** A good task with these fields more. */
  private static String task(String fields) {
    return "{" + fields + (fields.isEmpty() ? "" : ",") + "'executors':[" + EXECUTOR + "]}";
  }

  private static String executor(String fields) {
    return "{'executors':[{" + fields + "}]}";
  }

  private static String path(String list, String path) {
    String rest = list.equals("inputs") ? "'content':''" : "'url':'http://h/f'";
    return task("'" + list + "':[{'path':'" + path + "'," + rest + "}]");
  }

  private static String stream(String name, String path) {
    return executor("'image':'a','command':[],'" + name + "':'" + path + "'");
  }

  private static String times(int count, String element) {
    return String.join(",", Collections.nCopies(count, element));
  }

  private static String tags(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "'" + i + "':''")
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Tests read better with single quotes. */
  private static String json(String singleQuoted) {
    return singleQuoted.replace('\'', '"');
  }
}
