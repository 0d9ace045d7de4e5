package org.millrace.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import org.millrace.http.Answer;
import org.millrace.json.ValueJson;

/**
 * Wire records as JSON: names in snake_case, times in UTC (RFC 3339), what is not there left out.
 */
final class Json {
  private static final ObjectWriter WRITER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .addModule(ValueJson.module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(Include.NON_ABSENT, Include.NON_ABSENT))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build()
          .writer();

  private Json() {}

  /** An answer that no cache may keep: the next one may say otherwise. */
  static Answer answer(int status, Object wire) {
    return Answer.json(status, bytes(wire)).with("Cache-Control", "no-store");
  }

  static Answer answer(Object wire) {
    return answer(200, wire);
  }

  static String text(Object wire) {
    try {
      return WRITER.writeValueAsString(wire);
    } catch (JsonProcessingException defect) {
      throw notWritable(wire, defect);
    }
  }

  static byte[] bytes(Object wire) {
    try {
      return WRITER.writeValueAsBytes(wire);
    } catch (JsonProcessingException defect) {
      throw notWritable(wire, defect);
    }
  }

  private static IllegalStateException notWritable(Object wire, JsonProcessingException defect) {
    return new IllegalStateException(
        wire.getClass().getSimpleName() + " cannot be written as JSON", defect);
  }
}
