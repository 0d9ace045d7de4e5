package org.millrace.dane.elasticsearch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.dane.Times;
import org.millrace.domain.document.Document;
import org.millrace.domain.document.Result;
import org.millrace.domain.document.TaskEntry;
import org.millrace.domain.value.Value;
import org.millrace.engine.documents.AssignedTask;

/**
 * An object as an index of Elasticsearch holds it ({@code contracts/dane.md 3.9, Stored objects}):
 * closed, since every other field would be an argument of a task, or make a document that Python
 * cannot load.
 */
sealed interface Stored {
  String id();

  /** By what it is found without its id: its parent. */
  Optional<String> routing();

  Value.Fields source();

  record OfDocument(Document document) implements Stored {
    @Override
    public String id() {
      return document.id().text();
    }

    @Override
    public Optional<String> routing() {
      return Optional.empty();
    }

    @Override
    public Value.Fields source() {
      Map<String, Value> source = new LinkedHashMap<>();
      source.put("target", document.target());
      source.put("creator", document.creator());
      source.put("created_at", Times.of(document.createdAt()));
      source.put("updated_at", Times.of(document.updatedAt()));
      source.put("role", new Value.Text("document"));
      return new Value.Fields(source);
    }
  }

  record OfTask(AssignedTask task) implements Stored {
    @Override
    public String id() {
      return task.entry().id().text();
    }

    @Override
    public Optional<String> routing() {
      return Optional.of(task.entry().document().text());
    }

    @Override
    public Value.Fields source() {
      TaskEntry entry = task.entry();
      Map<String, Value> source = new LinkedHashMap<>();
      source.put("task", inner(entry));
      source.put("role", Json.role("task", entry.document().text()));
      source.put("created_at", Times.of(entry.createdAt()));
      source.put("updated_at", Times.of(entry.updatedAt()));
      return new Value.Fields(source);
    }

    private Value.Fields inner(TaskEntry entry) {
      Map<String, Value> inner = new LinkedHashMap<>();
      inner.put("key", new Value.Text(entry.key()));
      inner.put("state", Json.number(entry.face().number()));
      inner.put("msg", new Value.Text(entry.face().message()));
      inner.put("priority", Json.number(task.spec().priority()));
      if (!task.arguments().values().isEmpty()) {
        inner.put("args", task.arguments());
      }
      return new Value.Fields(inner);
    }
  }

  record OfResult(Result result) implements Stored {
    @Override
    public String id() {
      return result.id().text();
    }

    @Override
    public Optional<String> routing() {
      return Optional.of(result.entry().text());
    }

    @Override
    public Value.Fields source() {
      Map<String, Value> source = new LinkedHashMap<>();
      source.put(
          "result",
          Json.object(
              "generator", result.finding().generator(), "payload", result.finding().payload()));
      source.put("role", Json.role("result", result.entry().text()));
      source.put("created_at", Times.of(result.savedAt()));
      source.put("updated_at", Times.of(result.savedAt()));
      return new Value.Fields(source);
    }
  }
}
