package org.millrace.store.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Outcome;

/** Names the cases of sealed types in stored JSON, so that the domain needs no annotations. */
final class StoredForms {
  private StoredForms() {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes(@JsonSubTypes.Type(value = ContainerWork.class, name = "container"))
  interface OfWork {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Input.Content.class, name = "content"),
    @JsonSubTypes.Type(value = Input.Location.class, name = "location")
  })
  interface OfSource {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Outcome.Completed.class, name = "completed"),
    @JsonSubTypes.Type(value = Outcome.ExecutorFailed.class, name = "executor-failed"),
    @JsonSubTypes.Type(value = Outcome.TimedOut.class, name = "timed-out"),
    @JsonSubTypes.Type(value = Outcome.InputFailed.class, name = "input-failed"),
    @JsonSubTypes.Type(value = Outcome.OutputFailed.class, name = "output-failed"),
    @JsonSubTypes.Type(value = Outcome.RuntimeFailed.class, name = "runtime-failed"),
    @JsonSubTypes.Type(value = Outcome.Lost.class, name = "lost"),
    @JsonSubTypes.Type(value = Outcome.Unplaceable.class, name = "unplaceable"),
    @JsonSubTypes.Type(value = Outcome.Cancelled.class, name = "cancelled")
  })
  interface OfOutcome {}

  /** Causes were stored before they told in whom they lie. */
  interface OfCause {
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    boolean byCaller();
  }
}
