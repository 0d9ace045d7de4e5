package org.millrace.store.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.millrace.domain.failure.Cause;
import org.millrace.domain.run.Condition;
import org.millrace.domain.run.NodePlan;
import org.millrace.domain.task.HttpRequest;
import org.millrace.domain.task.Input;
import org.millrace.domain.task.Outcome;
import org.millrace.domain.task.Step;
import org.millrace.domain.task.Work;
import org.millrace.domain.value.ValuePath;
import org.millrace.json.ValueJson;

/**
 * Writes and reads values of the domain as they are stored. Times and durations are ISO text to the
 * nanosecond. What is empty or absent is left out; a name that is not known is passed over, so that
 * an older server can read what a newer one wrote. Stateless, thread-safe.
 */
public final class StoredJson {
  /** What was stored is read, however long: how long it may be was decided at the door. */
  private static final StreamReadConstraints ANY =
      StreamReadConstraints.builder()
          .maxStringLength(Integer.MAX_VALUE)
          .maxNameLength(Integer.MAX_VALUE)
          .maxNumberLength(Integer.MAX_VALUE)
          .maxNestingDepth(Integer.MAX_VALUE)
          .build();

  private static final ObjectMapper MAPPER = mapper();

  private StoredJson() {}

  private static ObjectMapper mapper() {
    JsonMapper mapper =
        JsonMapper.builder(JsonFactory.builder().streamReadConstraints(ANY).build())
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(ValueJson.module())
            .addMixIn(Work.class, StoredForms.OfWork.class)
            .addMixIn(Input.Source.class, StoredForms.OfSource.class)
            .addMixIn(Step.class, StoredForms.OfStep.class)
            .addMixIn(HttpRequest.Body.class, StoredForms.OfBody.class)
            .addMixIn(ValuePath.Step.class, StoredForms.OfPathStep.class)
            .addMixIn(NodePlan.class, StoredForms.OfNodePlan.class)
            .addMixIn(Condition.Test.class, StoredForms.OfTest.class)
            .addMixIn(Outcome.class, StoredForms.OfOutcome.class)
            .addMixIn(Cause.class, StoredForms.OfCause.class)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    for (Class<?> collection : List.of(List.class, Map.class)) {
      mapper
          .configOverride(collection)
          .setInclude(JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, null))
          .setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY));
    }
    return mapper;
  }

  /**
   * The stored form. Half a surrogate pair, which no UTF-8 can hold, is kept in the text and
   * becomes {@code ?} on its way to the disk.
   */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalStateException(
          "cannot be stored: " + value.getClass().getName(), unwritable);
    }
  }

  /**
   * Reads a stored form.
   *
   * @param json UTF-8
   * @throws IllegalStateException if it is not the stored form of such a value; the message does
   *     not repeat it
   */
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException damaged) {
      throw new IllegalStateException("not the stored form of a " + type.getSimpleName(), damaged);
    }
  }
}
