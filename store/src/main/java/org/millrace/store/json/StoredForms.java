package org.millrace.store.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.task.ContainerWork;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.InProcessWork;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.StepsWork;
import org.millrace.domain.task.WorkerWork;
import org.millrace.domain.value.ValuePath;

/** Names the cases of sealed types in stored JSON, so that the domain needs no annotations. */
final class StoredForms {
  private StoredForms() {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ContainerWork.class, name = "container"),
    @JsonSubTypes.Type(value = StepsWork.class, name = "steps"),
    @JsonSubTypes.Type(value = InProcessWork.class, name = "in-process"),
    @JsonSubTypes.Type(value = WorkerWork.class, name = "worker")
  })
  interface OfWork {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "step")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Step.Call.class, name = "call"),
    @JsonSubTypes.Type(value = Step.Poll.class, name = "poll"),
    @JsonSubTypes.Type(value = Step.Other.class, name = "other")
  })
  interface OfStep {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "body")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = HttpRequest.Body.Json.class, name = "json"),
    @JsonSubTypes.Type(value = HttpRequest.Body.Form.class, name = "form"),
    @JsonSubTypes.Type(value = HttpRequest.Body.Plain.class, name = "plain")
  })
  interface OfBody {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "to")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ValuePath.Step.Field.class, name = "field"),
    @JsonSubTypes.Type(value = ValuePath.Step.Item.class, name = "item")
  })
  interface OfPathStep {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "plan")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = NodePlan.Single.class, name = "single"),
    @JsonSubTypes.Type(value = NodePlan.Each.class, name = "each"),
    @JsonSubTypes.Type(value = NodePlan.Item.class, name = "item"),
    @JsonSubTypes.Type(value = NodePlan.Barrier.class, name = "barrier"),
    @JsonSubTypes.Type(value = NodePlan.Adopted.class, name = "adopted")
  })
  interface OfNodePlan {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "test")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Condition.Test.Among.class, name = "among"),
    @JsonSubTypes.Type(value = Condition.Test.NotAmong.class, name = "not-among"),
    @JsonSubTypes.Type(value = Condition.Test.There.class, name = "there"),
    @JsonSubTypes.Type(value = Condition.Test.Below.class, name = "below"),
    @JsonSubTypes.Type(value = Condition.Test.Above.class, name = "above")
  })
  interface OfTest {}

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
    @JsonSubTypes.Type(value = Outcome.WorkFailed.class, name = "work-failed"),
    @JsonSubTypes.Type(value = Outcome.WorkRefused.class, name = "work-refused"),
    @JsonSubTypes.Type(value = Outcome.Deferred.class, name = "deferred"),
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
