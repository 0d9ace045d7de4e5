package org.millrace.tes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;

/**
 * A value of a map of texts. Clients write numbers and truth values there too, which become the
 * text they were written as ({@code contracts/tes.md 3.1}).
 */
final class ScalarText extends StdScalarDeserializer<String> {
  private static final long serialVersionUID = 1L;

  ScalarText() {
    super(String.class);
  }

  @Override
  public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    return parser.currentToken().isScalarValue()
        ? parser.getText()
        : (String) context.handleUnexpectedToken(String.class, parser);
  }
}
