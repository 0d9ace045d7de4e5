package org.millrace.domain.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.millrace.domain.value.Value;

/**
 * What a finding comes to, order of fields and form of numbers included, in 64 hexadecimal digits.
 * Each piece is told with its kind and length, so that no two findings read alike.
 */
public record Digest(String hex) {

  static Digest of(Result.Finding finding) {
    MessageDigest sum = Sha.digest("SHA-256");
    add(sum, finding.generator());
    add(sum, finding.payload());
    return new Digest(HexFormat.of().formatHex(sum.digest()));
  }

  private static void add(MessageDigest sum, Value value) {
    switch (value) {
      case Value.Text(String text) -> add(sum, 't', text);
      case Value.Numeral(String digits) -> add(sum, 'n', digits);
      case Value.Truth(boolean isTrue) -> add(sum, 'b', isTrue ? "1" : "0");
      case Value.Nothing _ -> add(sum, '0', "");
      case Value.Items items -> {
        begin(sum, 'l', items.values().size());
        items.values().forEach(item -> add(sum, item));
      }
      case Value.Fields fields -> {
        begin(sum, 'm', fields.values().size());
        for (Map.Entry<String, Value> field : fields.values().entrySet()) {
          add(sum, 'k', field.getKey());
          add(sum, field.getValue());
        }
      }
    }
  }

  private static void add(MessageDigest sum, char kind, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    begin(sum, kind, bytes.length);
    sum.update(bytes);
  }

  private static void begin(MessageDigest sum, char kind, int length) {
    sum.update((kind + Integer.toString(length) + ':').getBytes(StandardCharsets.UTF_8));
  }
}
