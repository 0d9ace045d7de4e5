package org.millrace.dane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The right sides were printed by Python's requests. */
class RequotedUrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      textBlock =
          """
          http://h/x → http://h/x
          http://h/a%20b → http://h/a%20b
          http://h/%41%7e%2D%5f → http://h/A~-_
          http://h/%2f%2F%3a → http://h/%2f%2F%3a
          http://h/100% → http://h/100%
          http://h/100%4 → http://h/100%4
          http://h/%-1 → http://h/%-1
          http://h/%%41 → http://h/%A
          http://h/%4%41 → http://h/%4A
          http://h/%zz%20 → http://h/%25zz%2520
          http://h/é → http://h/%C3%A9
          http://h/😀 → http://h/%F0%9F%98%80
          !#$%&'()*+,/:;=?@[]~ → !#$%&'()*+,/:;=?@[]~
          "<>\\^`{|} → %22%3C%3E%5C%5E%60%7B%7C%7D
          """,
      quoteCharacter = '\u0001',
      ignoreLeadingAndTrailingWhitespace = true)
  void urls_are_made_uniform(String url, String uniform) {
    assertThat(RequotedUrl.of(url)).isEqualTo(uniform);
  }
}
