package org.millrace.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InMemoryHandlerTest {
  private static final Generator US = new Generator("x", AgentType.SOFTWARE, "us", "h");

  private final InMemoryHandler handler = new InMemoryHandler();

  private Document registered(String id) {
    return handler.registerDocument(document(id));
  }

  private static Document document(String id) {
    return Document.of(Target.of(id, "u", TargetType.VIDEO), Creator.of("C", AgentType.HUMAN));
  }

  private Worker.Builder worker(String key, Callback callback) {
    return Worker.named(key)
        .bindingKey("#." + key)
        .handler(handler)
        .generator(US)
        .callback(callback);
  }

  private int state(Task task) {
    return handler.taskState(String.valueOf(task.id()));
  }

  @Test
  void documents_are_kept_once() {
    Document document = registered("a");
    assertThat(document.id()).isEqualTo(document.computedId());
    assertThat(handler.document(document.registeredId())).isEqualTo(document);
    assertThatThrownBy(() -> registered("a"))
        .isInstanceOf(DaneException.DocumentExists.class)
        .hasMessage("A document with target.id `a`, and creator.id `C` already exists");
    assertThatThrownBy(() -> handler.registerDocument(document))
        .isInstanceOf(DaneException.ApiRegistration.class);
    Handler.Registered many = handler.registerDocuments(List.of(document("a"), document("b")));
    assertThat(many.documents()).hasSize(1);
    assertThat(many.failed().getFirst().document().id()).isEqualTo(document.id());
    assertThat(handler.deleteDocument(document.registeredId())).isTrue();
    assertThat(handler.deleteDocument(document.registeredId())).isFalse();
    assertThatThrownBy(() -> handler.document(document.registeredId()))
        .isInstanceOf(DaneException.DocumentExists.class);
  }

  @Test
  void without_workers_every_task_succeeds() {
    Document document = registered("a");
    Task task = handler.assignTask(Task.of("asr"), document.registeredId());
    assertThat(task.state()).isEqualTo(State.CREATED);
    assertThat(handler.task(String.valueOf(task.id())).message()).isEqualTo("Success!");
    assertThat(handler.isDone(String.valueOf(task.id()))).isTrue();
    assertThat(handler.taskKey(String.valueOf(task.id()))).isEqualTo("ASR");
    assertThat(handler.documentOfTask(String.valueOf(task.id()))).isEqualTo(document);
    assertThatThrownBy(() -> handler.assignTask(Task.of("ASR"), document.registeredId()))
        .isInstanceOf(DaneException.TaskAssigned.class);
    assertThatThrownBy(() -> handler.assignTask(task, document.registeredId()))
        .isInstanceOf(DaneException.ApiRegistration.class);
    Handler.Assigned many =
        handler.assignTaskToMany(Task.of("cv"), List.of(document.registeredId(), "nope"));
    assertThat(many.tasks()).hasSize(1);
    assertThat(many.failed().getFirst().documentId()).isEqualTo("nope");
    assertThat(handler.deleteTask(String.valueOf(task.id()))).isTrue();
    assertThatThrownBy(() -> handler.task(String.valueOf(task.id())))
        .isInstanceOf(DaneException.TaskExists.class);
  }

  @Test
  void a_plugged_worker_runs_tasks_after_their_dependencies() {
    List<String> order = new ArrayList<>();
    handler.plug(
        worker(
                "ASR",
                (task, document, self) -> {
                  order.add(task.key());
                  List<Result> left =
                      self.handler().searchResult(document.registeredId(), "DOWNLOAD");
                  return Answer.success().with("file", left.getFirst().payload().path("file"));
                })
            .dependsOn(Task.of("DOWNLOAD").with("quality", "high"))
            .build());
    handler.plug(
        worker(
                "DOWNLOAD",
                (task, _, self) -> {
                  order.add(task.key() + " " + task.args().path("quality").asText());
                  self.handler()
                      .registerResult(
                          Result.of(self.generator().orElseThrow(), Map.of("file", "a.mp4")),
                          String.valueOf(task.id()));
                  return Answer.success();
                })
            .build());
    Document document = registered("a");
    Task task = handler.assignTask(Task.of("ASR"), document.registeredId());
    assertThat(state(task)).isEqualTo(State.SUCCESS);
    assertThat(order).containsExactly("DOWNLOAD high", "ASR");
    assertThat(handler.assignedTasks(document.registeredId())).hasSize(2).allMatch(Task::isDone);
    assertThat(handler.tasksOfCreator("C", "download")).hasSize(1);
    Result result = handler.resultsOfCreator("C", "DOWNLOAD").getFirst();
    assertThat(handler.result(String.valueOf(result.id()))).isEqualTo(result);
    assertThatThrownBy(() -> handler.registerResult(result, String.valueOf(task.id())))
        .isInstanceOf(DaneException.ApiRegistration.class);
    assertThat(handler.deleteResult(String.valueOf(result.id()))).isTrue();
    assertThat(handler.deleteResult(String.valueOf(result.id()))).isFalse();
    assertThatThrownBy(() -> handler.result("nope")).isInstanceOf(DaneException.ResultExists.class);
    assertThatThrownBy(() -> handler.searchResult(document.registeredId(), "DOWNLOAD"))
        .isInstanceOf(DaneException.ResultExists.class);
    assertThatThrownBy(() -> handler.searchResult(document.registeredId(), "OTHER"))
        .isInstanceOf(DaneException.TaskAssigned.class);
  }

  @Test
  void states_and_retries_are_those_of_a_server() {
    List<Integer> states = new ArrayList<>(List.of(503, 500, 200, 404, 503, 200));
    handler.plug(worker("A", (_, _, _) -> Answer.of(states.removeFirst(), "as told")).build());
    Document document = registered("a");
    Task task = handler.assignTask(Task.of("A"), document.registeredId());
    String id = String.valueOf(task.id());
    assertThat(state(task)).isEqualTo(503);
    assertThat(handler.unfinished(true)).hasSize(1);
    handler.run(id);
    assertThat(state(task)).isEqualTo(500);
    assertThat(handler.unfinished(true)).isEmpty();
    assertThat(handler.unfinished(false)).hasSize(1);
    handler.run(id); // not from 500
    assertThat(state(task)).isEqualTo(500);
    handler.retry(id, false);
    assertThat(state(task)).isEqualTo(200);
    assertThat(handler.unfinished(false)).isEmpty();
    handler.retry(id, false); // not from 200
    assertThat(state(task)).isEqualTo(200);
    handler.retry(id, true);
    assertThat(state(task)).isEqualTo(404);
    handler.reset(id);
    assertThat(handler.task(id).message()).isEqualTo("Reset");
    handler.run(id);
    assertThat(state(task)).isEqualTo(503);
    Task other = handler.assignTask(Task.of("B"), document.registeredId());
    assertThat(state(other)).isEqualTo(State.NO_ROUTE_TO_QUEUE);
    handler.callback(String.valueOf(other.id()), Answer.success()); // runs the sibling at 503
    assertThat(state(task)).isEqualTo(200);
    handler.callback("nope", Answer.success());
  }

  @Test
  void a_refused_task_stays_queued() {
    handler.plug(
        worker(
                "A",
                (_, _, _) -> {
                  throw new RefuseTask("no room");
                })
            .build());
    Task task = handler.assignTask(Task.of("A"), registered("a").registeredId());
    assertThat(state(task)).isEqualTo(State.QUEUED);
  }

  @Test
  void what_runs_by_itself_alone_is_run_for_a_sibling() {
    Document document = registered("a");
    String done = String.valueOf(handler.assignTask(Task.of("DONE"), document.registeredId()).id());
    Map<String, Integer> before =
        Map.of("A", 201, "B", 205, "C", 412, "D", 502, "E", 500, "F", 503);
    before.forEach((key, state) -> {
      Task task = handler.assignTask(Task.of(key), document.registeredId());
      handler.updateTaskState(String.valueOf(task.id()), state, "as told");
    });
    handler.callback(
        done, Answer.of(412, "waits").with("dependencies", List.of("A", Map.of("key", "NEW"))));
    // NEW is created and succeeds, so those that wait for a sibling run too
    assertThat(handler.assignedTasks(document.registeredId()))
        .filteredOn(task -> !task.isDone())
        .extracting(Task::key)
        .containsExactlyInAnyOrder("B", "E");
    assertThat(handler.assignedTasks(document.registeredId(), "NEW")).hasSize(1);
  }

  @Test
  void searches_with_wildcards_page_by_page() {
    for (int i = 0; i < 101; i++) {
      registered("V" + i);
    }
    assertThat(handler.search("V*", "?", 1).documents()).hasSize(100);
    assertThat(handler.search("V*", "C", 2).documents()).hasSize(1);
    assertThat(handler.search("V1?", "*", 0).total()).isEqualTo(10);
    assertThat(handler.search("v*", "*", 1).total()).isZero();
    assertThat(handler.documentsOfCreator("C")).hasSize(101);
    assertThat(handler.documentsOfCreator("D")).isEmpty();
  }

  @Test
  void a_task_may_be_deleted_by_its_own_worker() {
    handler.plug(
        worker(
                "A",
                (task, _, self) -> {
                  assertThat(self.handler().deleteTask(String.valueOf(task.id()))).isTrue();
                  return Answer.success();
                })
            .build());
    Document document = registered("a");
    handler.assignTask(Task.of("A"), document.registeredId());
    assertThat(handler.assignedTasks(document.registeredId())).isEmpty();
  }
}
