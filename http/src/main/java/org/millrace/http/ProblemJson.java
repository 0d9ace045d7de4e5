package org.millrace.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The default form of errors. */
final class ProblemJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ProblemJson() {}

  static Answer answer(Problem problem, String path) {
    return Answer.bytes(problem.status(), "application/problem+json", json(problem, path));
  }

  private static byte[] json(Problem problem, String path) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("type", "urn:millrace:problem:" + problem.type());
      json.writeStringField("title", problem.title());
      json.writeNumberField("status", problem.status());
      json.writeStringField("detail", problem.detail());
      json.writeStringField("instance", path);
      if (problem.field().isPresent()) {
        json.writeStringField("field", problem.field().get());
      }
      if (problem.incident().isPresent()) {
        json.writeStringField("incident", problem.incident().get());
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
