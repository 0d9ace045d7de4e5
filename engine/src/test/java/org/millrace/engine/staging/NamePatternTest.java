package org.millrace.engine.staging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
final class NamePatternTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          *            | a           | yes
          *            | .hidden     | no
          .*           | .hidden     | yes
          ?hidden      | .hidden     | no
          [.]hidden    | .hidden     | no
          *.txt        | a.txt       | yes
          *.txt        | .txt        | no
          *.txt        | a.txt.gz    | no
          a*           | a           | yes
          a*b*c        | a--b--b-c   | yes
          a*b*c        | a--c--b     | no
          **           | ab          | yes
          ?            | a           | yes
          ?            | ab          | no
          ?            | é           | yes
          ?            | 😀           | yes
          ??           | a           | no
          [abc]        | b           | yes
          [abc]        | d           | no
          [a-c]x       | bx          | yes
          [!a-c]       | b           | no
          [!a-c]       | d           | yes
          [^a-c]       | d           | yes
          [a-]         | -           | yes
          [-a]         | -           | yes
          []a]         | ]           | yes
          [!]a]        | ]           | no
          [!]a]        | b           | yes
          [[:digit:]]  | 7           | yes
          [[:digit:]]  | x           | no
          [[:alpha:]_] | _           | yes
          [[:none:]]   | a           | no
          [\\]]        | ]           | yes
          [a           | [a          | yes
          [a           | a           | no
          a]           | a]          | yes
          []           | []          | yes
          \\*          | *           | yes
          \\*          | a           | no
          a\\b         | ab          | yes
          A            | a           | no
          {a,b}        | a           | no
          {a,b}        | {a,b}       | yes
          ~            | ~           | yes
          """)
  void a_name_matches_or_it_does_not(String pattern, String name, String matches) {
    assertThat(NamePattern.of(pattern).matches(name)).isEqualTo(matches.equals("yes"));
  }

  @Test
  void no_pattern_takes_long() {
    String name = "a".repeat(255);

    assertThat(NamePattern.of("*a".repeat(120) + "b").matches(name)).isFalse();
    assertThat(NamePattern.of("[".repeat(4000)).matches(name)).isFalse();
  }
}
